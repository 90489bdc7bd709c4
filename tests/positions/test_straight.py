"""The way of vehicles' positions into their table: judged as the statement judges, row by row."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from enforcement.db import transaction
from enforcement.positions import packing, registry
from enforcement.positions.judging import Judged, judge
from enforcement.positions.models import Device, DeviceName, DeviceState, Fix, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing import Carrier, keep
from enforcement.streams.app import conninfo
from enforcement.terminals.writer import Writer
from tests.asking import actor_of

NAMES: Final = (
    "fixed_at", "lon", "lat", "raw_lon", "raw_lat", "datum", "accuracy_m", "speed_mps",
    "course_deg", "altitude_m", "battery_pct", "source", "mock", "late", "alarm", "marks", "extra",
)  # fmt: skip
STATE: Final = ("fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "course_deg", "battery_pct",
                "mock")  # fmt: skip
BEGAN: Final = datetime.now(UTC).replace(microsecond=0)
unknown = st.none() | st.floats(0, 400, width=32)
readings = st.builds(
    Reading,
    lon=st.sampled_from((0.0, 124.3, 124.3005, 124.31, 124.9)),
    lat=st.sampled_from((0.0, 43.3, 43.3004, 43.4)),
    fixed_at=(st.integers(-40 * 86400, 7200) | st.integers(-300, 0)).map(
        lambda s: BEGAN + timedelta(seconds=s)
    ),
    datum=st.sampled_from(("wgs84", "gcj02")),
    valid=st.sampled_from((True, True, True, False)),
    accuracy_m=unknown, speed_mps=unknown, course_deg=unknown, altitude_m=unknown,
    battery_pct=unknown, mock=st.booleans(), late=st.booleans(),
    alarm=st.none() | st.sampled_from(("sos", "低电压", "a\x00b\tc\\")),
    extra=st.just({}) | st.just({"里程": 12.5, "io": "a\x00b", "on": True}),
)  # fmt: skip


@pytest.fixture
def vehicles(live_app: Flask) -> Iterator[Any]:
    """Two vehicles, and what to write with; both are forgotten afterwards with what they sent."""
    with live_app.app_context():
        with transaction() as session:
            admin = actor_of(session, "xitong")
            made = [
                registry.add(session, admin, f"{uuid.uuid4().int % 10**11:011}", Protocol.JT808)[0]
                for _n in range(2)
            ]
        yield [Carrier(one.county_code, one.id, None) for one in made]
        with transaction() as session:
            _forget(session, made)


def _forget(session: Session, made: list[Device], *, whole: bool = True) -> None:
    for one in made:
        for table in (Fix, DeviceState, *((DeviceName,) if whole else ())):
            session.execute(delete(table).where(table.device_id == one.id))  # type: ignore[attr-defined]
        if whole:
            session.execute(delete(Device).where(Device.id == one.id))


def rows_of(session: Session, device: uuid.UUID) -> tuple[list[Any], list[Any]]:
    fixes = select(*[getattr(Fix, name) for name in NAMES]).where(Fix.device_id == device)
    state = select(*[getattr(DeviceState, name) for name in STATE]).where(
        DeviceState.device_id == device
    )
    return (
        [tuple(row) for row in session.execute(fixes.order_by(Fix.fixed_at))],
        [tuple(row) for row in session.execute(state)],
    )


async def written(url: str, carrier: Carrier, batches: list[list[Reading]]) -> None:
    writer = Writer(conninfo(url))
    task = asyncio.create_task(writer.run())
    try:
        for one in batches:
            await writer.keep(carrier, one)
    finally:
        task.cancel()
        await writer.close()


def test_both_ways_keep_and_mark_the_same(live_app: Flask, vehicles: list[Carrier]) -> None:
    url = live_app.extensions["enforcement.config"].database_url
    ours, long_way = vehicles

    @settings(max_examples=25)
    @given(st.lists(st.lists(readings, min_size=1, max_size=12, unique_by=lambda r: r.fixed_at),
                    min_size=1, max_size=3))  # fmt: skip
    def same(batches: list[list[Reading]]) -> None:
        with transaction() as session:
            for one in vehicles:
                for table in (Fix, DeviceState):
                    session.execute(delete(table).where(table.device_id == one.device_id))  # type: ignore[attr-defined]
        with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread
            apart.submit(asyncio.run, written(url, ours, batches)).result()
        for batch in batches:
            with transaction() as session:
                keep(session, long_way, Protocol.JT808, batch)
        with transaction() as session:
            assert rows_of(session, ours.device_id) == rows_of(session, long_way.device_id)

    same()


def test_a_moment_is_written_to_the_microsecond() -> None:
    for text in ("2026-11-30T04:05:06.123457+00:00", "1999-12-31T23:59:59.999999+00:00",
                 "2059-06-01T00:00:00.000001+08:00"):  # fmt: skip
        moment = datetime.fromisoformat(text)
        since = moment - datetime(2000, 1, 1, tzinfo=UTC)
        assert packing.micros(moment) == since // timedelta(microseconds=1)


def test_a_leap_there_and_back_is_one_jump() -> None:
    now = datetime(2026, 11, 30, 4, tzinfo=UTC)
    places = (124.3, 124.3001, 124.9, 124.3002, 124.3003)
    said = [
        Judged(Reading(lon, 43.3, now), lon, 43.3, now - timedelta(seconds=40 - 10 * n))
        for n, lon in enumerate(places)
    ]
    assert [one.mark for one in judge(said, None, now)] == [
        None,
        None,
        "jump",
        None,
        None,
    ]
