"""Positions: the batch path against bare COPY, HTTP on an empty and a full table, a county's day,
the memory of the process of terminals.

BENCH_FIXES rows stand in the table for the second part (default five million).
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from flask import Flask
from sqlalchemy import text

from enforcement import webserver
from enforcement.clock import local_day
from enforcement.live import board
from enforcement.positions import registry, tracking
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing import Carrier, as_row
from enforcement.streams.app import conninfo
from enforcement.terminals import writer as writing
from enforcement.terminals.writer import Writer
from tests.asking import actor_of, as_owner
from tests.benchmarks.clients import HOST, press
from tests.benchmarks.measuring import Row, percentile, ratio, timed
from tests.benchmarks.places import application, load_demo, own_database, sessions
from tests.positions.test_terminals import position

DEVICES, EACH, WINDOWS = 400, 250, 5
FULL: Final = int(os.environ.get("BENCH_FIXES", "5000000"))
SHIFT_S, EVERY_S = 8 * 3600, 10
TERMINALS: Final = 1000
TICK: Final = os.sysconf("SC_CLK_TCK")
DUMMY: Final = "x"
BARE: Final = (
    "county_code", "device_id", "fixed_at", "received_at", "lon", "lat", "raw_lon", "raw_lat",
    "datum", "accuracy_m", "speed_mps", "course_deg", "altitude_m", "battery_pct", "source",
    "mock", "late", "person_id", "alarm", "marks", "extra",
)  # fmt: skip

FILL: Final = text("""
INSERT INTO fix (county_code, device_id, fixed_at, received_at, lon, lat, raw_lon, raw_lat, datum,
  accuracy_m, speed_mps, source, mock, late)
SELECT '220322', d.id, app_now() - n * interval '1 second', app_now(), 124.3, 43.3, 124.3, 43.3,
  'wgs84', 5, 1, 'osmand', false, false
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
CROSS JOIN (SELECT id FROM device WHERE label = 'bench' ORDER BY id LIMIT 400) d
""")
DAY: Final = text("""
INSERT INTO fix (county_code, device_id, fixed_at, received_at, lon, lat, raw_lon, raw_lat, datum,
  accuracy_m, speed_mps, source, mock, late)
SELECT '220322', d.id, CAST(:since AS timestamptz) + n * interval '10 seconds', app_now(), x, y, x,
  y, 'wgs84', 5, 1, 'jt808', false, false
FROM (SELECT id, row_number() OVER (ORDER BY id) AS k FROM device WHERE label = 'bench'
  ORDER BY id LIMIT 400) d
CROSS JOIN generate_series(0, 2879) n
CROSS JOIN LATERAL (SELECT
  124.2 + (d.k % 20) * 0.01 + 0.03 * sin(n / 300.0) + (random() - 0.5) * 0.0001 AS x,
  43.2 + (d.k / 20) * 0.01 + 0.02 * cos(n / 200.0) + (random() - 0.5) * 0.0001 AS y) p
""")


def run() -> list[Row]:
    """Measure all parts on one database."""
    with own_database("positions") as config, application(config) as app:
        load_demo(app)
        devices = _devices(app)
        url = config.database_url
        rows = asyncio.run(_batch(url, devices))
        rows += _http(app, devices, "an empty table")
        rows += _memory(url)
        rows += _day(app)
        _fill(app, FULL)
        rows += _http(app, devices, f"{FULL:,} rows")
    return rows


def _devices(app: Flask) -> list[Device]:
    with sessions(app).begin() as session:
        admin = actor_of(session, "xitong")
        return [
            registry.add(session, admin, f"{10_000_000_000 + n}", protocol, label="bench")[0]
            for protocol, count in ((Protocol.JT808, TERMINALS), (Protocol.OSMAND, 64))
            for n in range(count)
        ]


def _readings(window: int, each: int) -> list[Reading]:
    dice, since = random.Random(window), datetime.now(UTC) - timedelta(days=20 - window)
    return [
        Reading(
            124.3 + n * 1e-5 + dice.random() * 1e-5, 43.3, since + timedelta(seconds=n * EVERY_S),
            speed_mps=1.2, course_deg=90, altitude_m=170, extra={"satellites": 12},
        )
        for n in range(each)
    ]  # fmt: skip


async def _batch(url: str, devices: list[Device]) -> list[Row]:
    """Compare the writer, from readings to the commit, with COPY of the same rows made ready."""
    ours, bare = [], []
    writer = Writer(conninfo(url))
    task = asyncio.create_task(writer.run())
    plain = await psycopg.AsyncConnection.connect(conninfo(url), autocommit=True)
    carriers = [Carrier(one.county_code, one.id, None) for one in devices[:DEVICES]]
    await writer.keep(carriers[0], _readings(-1, 1))
    assert writer._connection is not None
    for window in range(WINDOWS):
        readings = _readings(window, EACH)
        lines = _plain_lines(carriers, _readings(window + 40, EACH))

        async def write(readings: list[Reading] = readings) -> None:
            await asyncio.gather(*(writer.keep(one, readings) for one in carriers))

        async def copy(lines: str = lines) -> None:
            async with (
                plain.cursor() as cursor,
                cursor.copy(f"COPY fix ({', '.join(BARE)}) FROM STDIN") as out,
            ):
                await out.write(lines)

        ours.append(await _cpu(writer._connection.info.backend_pid, write))
        bare.append(await _cpu(plain.info.backend_pid, copy))
    task.cancel()
    await writer.close()
    await plain.close()
    count = DEVICES * EACH
    note = f"{count:,} rows, client and backend"
    return [
        Row("batch path", "rows/cpu-s", tuple(count / one for one in ours), note),
        Row("bare COPY, rows made ready", "rows/cpu-s", tuple(count / one for one in bare), note),
        ratio("bare COPY : batch path, in CPU", bare, ours, "0.5 or more is asked"),
    ]


def _plain_lines(carriers: list[Carrier], readings: list[Reading]) -> str:
    lines = []
    for carrier in carriers:
        for one in readings:
            row = as_row(carrier, Protocol.JT808, one) | {
                "county_code": carrier.county_code, "received_at": datetime.now(UTC),
                "marks": None,
            }  # fmt: skip
            lines.append("\t".join(writing._field(row[name]) for name in BARE))
    return "\n".join(lines) + "\n"


async def _cpu(backend: int, act: Callable[[], Any]) -> float:
    """Return the CPU seconds of this process and the backend that an act takes."""
    before = time.process_time() + _used(backend)
    await act()
    return time.process_time() + _used(backend) - before


def _used(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICK


def _http(app: Flask, devices: list[Device], where: str) -> list[Row]:
    idents = [one.ident for one in devices if one.protocol == Protocol.OSMAND]
    port, rows = webserver.free_port(HOST), []
    since, turn = int(time.time()) - 3600, {"n": 0}

    def ask(n: int) -> tuple[str, str, Any]:
        turn["n"] += 1
        query = f"id={idents[n % len(idents)]}&lat=43.3&lon=124.3&speed=2&timestamp={since + n}"
        return "GET", f"/gps/osmand?{query}", None

    with webserver.serving_pages(HOST, port) as process:
        webserver.wait_until_well(process, HOST, port, wait_s=120)
        for count in (8, 32):
            press(port, [DUMMY] * count, ask, for_s=1.5)
            loads = [press(port, [DUMMY] * count, ask, for_s=4.0) for _n in range(3)]
            what = f"HTTP position, {count} clients, {where}"
            rows.append(Row(what, "/s", tuple(load.rate for load in loads)))
            p95 = tuple(percentile(load.waits_ms, 0.95) for load in loads)
            rows.append(Row(f"{what}, p95", "ms", p95))
    return rows


def _memory(url: str) -> list[Row]:
    """Return the memory of the process with a thousand terminals that have sent a position."""
    port = webserver.free_port(HOST)
    process = subprocess.Popen(webserver._own("jt808", "--port", str(port)), start_new_session=True)
    try:
        alone = _wait(port, process)
        terminals = []
        at = f"{datetime.now(UTC) + timedelta(hours=8):%y%m%d%H%M%S}"
        for n in range(TERMINALS):
            one = socket.create_connection((HOST, port), timeout=30)
            one.sendall(position(f"{10_000_000_000 + n}", 1, at))
            terminals.append(one)
        for one in terminals:
            if not one.recv(100):
                raise RuntimeError("a terminal was not answered")
        full = _resident_mb(process.pid)
        for one in terminals:
            one.close()
    finally:
        process.terminate()
        process.wait()
    each = (full - alone) * 1024 / TERMINALS
    return [Row("terminals' process, 1,000 connected", "MiB", (full,), f"alone {alone:.0f} MiB"),
            Row("each connected terminal", "KiB", (each,))]  # fmt: skip


def _wait(port: int, process: subprocess.Popen[bytes]) -> float:
    for _n in range(300):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return _resident_mb(process.pid)
    raise RuntimeError("the process of terminals did not come up")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _day(app: Flask) -> list[Row]:
    """A county's day: 400 devices, eight hours, a position every ten seconds."""
    with sessions(app).begin() as session:
        since = datetime.now(UTC).replace(hour=0, minute=0, second=0) - timedelta(days=2)
        session.execute(DAY, {"since": since})
    with sessions(app)() as session:
        with as_owner(session):
            session.execute(text("analyze fix"))
        session.commit()
        seconds = timed(lambda: tracking.make(session, "220322", local_day(since)))
        session.commit()
        chief = actor_of(session, "zhihui")
        live = [timed(lambda: board.look(session, chief, None)) for _n in range(20)]
    count = 400 * SHIFT_S // EVERY_S
    return [
        Row("tracks of a county's day", "s", (seconds,), f"{count:,} positions, 400 tracks"),
        Row("last position of all units", "ms", (1000 * statistics.median(live),), "median of 20"),
    ]


def _fill(app: Flask, count: int) -> None:
    step = 2500
    with sessions(app)() as session:
        for first in range(100_000, 100_000 + count // 400, step):
            last = min(first + step, 100_000 + count // 400) - 1
            session.execute(FILL, {"first": first, "last": last})
            session.commit()
        with as_owner(session):
            session.execute(text("analyze fix"))
        session.commit()
