"""Proof of patrols: a county's day of positions against its checkpoints, and a look each minute.

400 devices send for eight hours every ten seconds while 304 villages and 300 more checkpoints are
registered. The day is made at once, and then looked at as the worker does, minute by minute.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import local_day, midnight
from enforcement.positions import registry
from enforcement.positions.models import Protocol
from enforcement.proof import visiting
from tests.asking import actor_of, as_owner
from tests.benchmarks.measuring import Row, timed
from tests.benchmarks.places import application, load_demo, own_database, sessions

COUNTY: Final = "220322"
DEVICES: Final = 400
MINUTES: Final = 10

POINTS: Final = text("""
INSERT INTO beat (county_code, id, kind, name, place_kind, unit_code, village_code, geom, lon, lat,
  times, per, from_minute, to_minute, radius_m, dwell_min, tag, photo, source, state, made_at,
  version)
SELECT '220322', gen_random_uuid(), 'point', 'bench ' || n, 'other', '01', NULL,
  ST_SetSRID(ST_MakePoint(x, y), 4490), x, y, 1, 'day', 0, 1440, 150, 10, 'bench' || n, false,
  'file', 'active', app_now(), 1
FROM (
  SELECT row_number() OVER (ORDER BY a.code) AS n, a.label_lon AS x, a.label_lat AS y
  FROM area a JOIN edition e ON e.county_code = a.county_code AND e.id = a.edition_id
  WHERE a.county_code = '220322' AND a.level = 'village' AND e.status = 'active'
  UNION ALL
  SELECT 1000 + n, 124.2 + (n % 20) * 0.01, 43.2 + (n / 20) * 0.013 FROM generate_series(0, 299) n
) p
""")
ROUND: Final = """
  SELECT d.id, {at} AS at, x, y
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS k FROM device WHERE label = 'bench'
    ORDER BY id LIMIT 400) d
  CROSS JOIN generate_series(CAST(:first AS int), CAST(:last AS int)) n
  CROSS JOIN LATERAL (SELECT
    124.2 + (d.k % 20) * 0.01 + 0.03 * sin(n / 300.0) + (random() - 0.5) * 0.0001 AS x,
    43.2 + (d.k / 20) * 0.01 + 0.02 * cos(n / 200.0) + (random() - 0.5) * 0.0001 AS y) p"""
AFTER: Final = text("select app_now() + :n * interval '1 minute'")
FILL: Final = text(f"""
INSERT INTO fix (county_code, device_id, fixed_at, received_at, lon, lat, raw_lon, raw_lat, datum,
  accuracy_m, speed_mps, source, mock, late)
SELECT '220322', id, at, coalesce(CAST(:received AS timestamptz), at), x, y, x, y, 'wgs84', 5, 1,
  'jt808', false, false
FROM ({ROUND.format(at="CAST(:since AS timestamptz) + n * interval '10 seconds'")}) p
""")  # fmt: skip


def run() -> list[Row]:
    """Measure the day at once and minute by minute."""
    with own_database("proof") as config, application(config) as app:
        load_demo(app)
        _set_up(app)
        return [*_day(app), *_minutes(app)]


def _set_up(app: Flask) -> None:
    with sessions(app).begin() as session:
        admin = actor_of(session, "xitong")
        for n in range(DEVICES):
            registry.add(session, admin, f"{10_000_000_000 + n}", Protocol.JT808, label="bench")
        session.execute(POINTS)


def _fill(
    session: Session, on: date, first: int, last: int, received: datetime | None = None
) -> int:
    """Keep positions of all devices; they were received at once where nothing else is said."""
    values: dict[str, Any] = {"since": midnight(on) + timedelta(hours=8), "first": first,
                              "last": last, "received": received}  # fmt: skip
    session.execute(FILL, values)
    return DEVICES * (last - first + 1)


def _day(app: Flask) -> list[Row]:
    on = local_day(datetime.now(UTC)) - timedelta(days=2)
    with sessions(app)() as session:
        count = _fill(session, on, 0, 2879)
        session.commit()
        with as_owner(session):
            session.execute(text("analyze fix"))
        seconds, made = [], 0
        for _n in range(3):
            seconds.append(timed(lambda: visiting.remake(session, COUNTY, on)))
            session.commit()
        made = session.scalar(text("select count(*) from beat_visit")) or 0
        places = session.scalar(text("select count(*) from beat where kind = 'point'"))
    note = f"{count:,} positions, {places} checkpoints, {made:,} visits"
    return [Row("visits of a county's day", "s", tuple(seconds), note)]


def _minutes(app: Flask) -> list[Row]:
    """Look each minute at six positions of each of 400 devices, with a day in the table."""
    waits = []
    on = local_day(datetime.now(UTC)) - timedelta(days=1)
    with sessions(app)() as session:
        visiting.look(session, COUNTY)
        session.commit()
        for minute in range(MINUTES):
            received = session.scalar(AFTER, {"n": minute})
            session.execute(text("update proof_look set looked_at = :at"), {"at": received})
            _fill(session, on, minute * 6, minute * 6 + 5, received)
            session.commit()
            waits.append(1000 * timed(lambda: visiting.look(session, COUNTY)))
            session.commit()
    return [Row("a look each minute", "ms", tuple(waits),
                f"{DEVICES * 6:,} new positions a minute, 90 s looked at again")]  # fmt: skip
