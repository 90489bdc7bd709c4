"""Positions of vehicles straight into their table: judged here, COPY in binary, one note a device.

A position that bears a mark, or is no newer than the device's newest and may have come before,
goes the long way, through the statement that knows. So does a whole batch of which the key
refuses a row.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import psycopg

from enforcement.positions import packing
from enforcement.positions.judging import Judged, Point, judge
from enforcement.positions.models import Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing import Carrier
from enforcement.positions.storing_sql import BEFORE, HEARD, OLD_S
from gis.datum import Datum, to_cgcs2000

Said = tuple[Carrier, Sequence[Reading]]
SHIFTED: Final = frozenset({Datum.GCJ02, Datum.BD09})
ASK: Final = BEFORE.replace(":county", "%(county)s").replace(":devices", "%(devices)s")
NOTE: Final = HEARD.replace(":county", "%(county)s").replace(":rows", "%(rows)s")


async def write(
    connection: psycopg.AsyncConnection[Any], county: str, said: Sequence[Said]
) -> tuple[list[uuid.UUID], list[Said]]:
    """Write within the caller's transaction; return who calls for help, and what was left.

    Left is what persons say, whose duty has to be known, what bears a mark and what may have come
    before.
    """
    together, left = _by_device(said)
    now, before = await _before(connection, county, list(together))
    judged = {}
    for carrier, readings in together.items():
        newest = before.get(carrier.device_id)
        found = judge(_positions(readings, now), newest, now)
        if _is_plain(found, newest):
            judged[carrier] = found
        else:
            left.append((carrier, readings))
    if not judged:
        return [], left
    if not await _copied(connection, judged, now):
        return [], list(said)
    rows = json.dumps([_note(carrier, found) for carrier, found in judged.items()])
    await connection.execute(NOTE, {"county": county, "rows": rows})
    return [one.device_id for one, found in judged.items() if _calls(found, now)], left


def _is_plain(found: list[Judged], newest: Point | None) -> bool:
    """Tell whether all positions are believed and none may have come before."""
    return all(one.mark is None for one in found) and (newest is None or found[0].at > newest[2])


async def _copied(
    connection: psycopg.AsyncConnection[Any], judged: dict[Carrier, list[Judged]], now: datetime
) -> bool:
    """Copy the rows; False where the key refuses one, and nothing was written then."""
    try:
        async with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(packing.COPY) as copy,
        ):
            await copy.write(_packed(judged, now))
    except psycopg.errors.UniqueViolation:
        return False
    return True


def _by_device(said: Sequence[Said]) -> tuple[dict[Carrier, list[Reading]], list[Said]]:
    """Return what vehicles said, together by device, and what persons did."""
    together: dict[Carrier, list[Reading]] = defaultdict(list)
    left = []
    for carrier, readings in said:
        if carrier.person_id is None:
            together[carrier] += readings
        else:
            left.append((carrier, readings))
    return together, left


async def _before(
    connection: psycopg.AsyncConnection[Any], county: str, carriers: list[Carrier]
) -> tuple[datetime, dict[uuid.UUID, Point]]:
    """Return the database's moment and the newest believed position of each device."""
    asked = {"county": county, "devices": [one.device_id for one in carriers]}
    row = await (await connection.execute(ASK, asked)).fetchone()
    if row is None:
        raise psycopg.DataError("the database told no moment")
    now, points = row
    return now, {
        uuid.UUID(device): (lon, lat, datetime.fromisoformat(at))
        for device, lon, lat, at in points or ()
    }


def _positions(readings: Sequence[Reading], now: datetime) -> list[Judged]:
    return [Judged(one, *_point(one), one.fixed_at or now) for one in readings]


def _point(one: Reading) -> tuple[float, float]:
    """Return lon, lat as CGCS2000."""
    if one.datum not in SHIFTED:
        return one.lon, one.lat
    lon, lat = to_cgcs2000(np.array([[one.lon, one.lat]]), Datum(one.datum))[0].tolist()
    return lon, lat


def _packed(judged: dict[Carrier, list[Judged]], now: datetime) -> bytes:
    parts = [packing.HEAD]
    for carrier, found in judged.items():
        head = packing.head_of(carrier, str(Protocol.JT808), now)
        parts += [packing.row(head, one) for one in found]
    return b"".join([*parts, packing.TAIL])


def _note(carrier: Carrier, found: list[Judged]) -> dict[str, Any]:
    """Return a device's row: heard now, and its newest believed position."""
    newest = found[-1]
    said = newest.reading
    return {
        "device_id": str(carrier.device_id), "fixed_at": newest.at.isoformat(),
        "lon": newest.lon, "lat": newest.lat, "accuracy_m": said.accuracy_m,
        "speed_mps": said.speed_mps, "course_deg": said.course_deg,
        "battery_pct": said.battery_pct, "mock": said.mock,
    }  # fmt: skip


def _calls(found: list[Judged], now: datetime) -> bool:
    """Tell whether a device calls for help by a position that is not from long ago."""
    return any(
        "sos" in (one.reading.alarm or "")
        and not one.reading.late
        and (now - one.at).total_seconds() < OLD_S
        for one in found
    )
