"""The report on patrols over a month of a county: tracks of 90 people a day, 250,000 cells."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.overview import patrols
from enforcement.overview.patrols_by import By
from enforcement.positions.tracking_sql import CELL_VILLAGES
from tests.asking import actor_of, set_clock
from tests.benchmarks.measuring import Row, timed
from tests.benchmarks.places import application, load_demo, own_database, sessions

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
CELLS: Final = 250_000

PEOPLE: Final = text("""
CREATE TEMP TABLE walker AS
SELECT DISTINCT ON (p.person_id) p.person_id, u.code AS unit_code,
  row_number() OVER (ORDER BY p.person_id) AS n
FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id AND u.kind = 'squad'
WHERE p.county_code = '220322' LIMIT 90
""")
TRACKS: Final = text("""
INSERT INTO track (county_code, id, carrier_id, person_id, unit_code, on_day, geom, km, minutes,
  fixes, doubtful, mocked, first_at, last_at, stops, built_at)
SELECT '220322', gen_random_uuid(), w.person_id, w.person_id, w.unit_code, d.day,
  (SELECT ST_SetSRID(ST_Multi(ST_MakeLine(ST_MakePoint(
    b.lon + 0.05 * sin(k / 12.0 + w.n), b.lat + 0.04 * cos(k / 10.0 + d.n)) ORDER BY k)), 4490)
   FROM generate_series(0, 95) k), 42, 480, 2880, 0, 0,
  d.day + interval '8 hours', d.day + interval '17 hours', '[]', app_now()
FROM walker w CROSS JOIN (SELECT CAST(s AS date) AS day, row_number() OVER () AS n
  FROM generate_series(CAST('2026-03-01' AS date), CAST('2026-03-31' AS date),
    interval '1 day') s) d
CROSS JOIN LATERAL (SELECT lon, lat FROM (
  SELECT label_lon AS lon, label_lat AS lat, row_number() OVER (ORDER BY code) AS n,
    count(*) OVER () AS total
  FROM area WHERE county_code = '220322' AND level = 'village'
    AND edition_id IN (SELECT id FROM edition WHERE county_code = '220322' AND status = 'active')
  ) v WHERE v.n = 1 + (w.n * 7 + d.n * 3) % v.total) b
""")
SPENT: Final = text("""
INSERT INTO presence_cell (county_code, track_id, x, y, minutes)
SELECT '220322', t.id, CAST(floor(ST_X(p.geom) / 0.00246) AS int),
  CAST(floor(ST_Y(p.geom) / 0.0018) AS int), 5
FROM track t CROSS JOIN LATERAL ST_DumpPoints(t.geom) p
WHERE t.county_code = '220322' AND t.on_day BETWEEN '2026-03-01' AND '2026-03-31'
ON CONFLICT DO NOTHING
""")
VILLAGES: Final = text("""
INSERT INTO track_village (county_code, track_id, village_code, minutes, first_at, last_at)
SELECT t.county_code, t.id, a.code, 20, t.first_at, t.last_at
FROM track t JOIN area a ON a.county_code = t.county_code AND a.level = 'village'
  AND a.edition_id IN (SELECT id FROM edition WHERE county_code = '220322' AND status = 'active')
  AND ST_Intersects(a.geom, t.geom)
WHERE t.county_code = '220322' AND t.on_day BETWEEN '2026-03-01' AND '2026-03-31'
ON CONFLICT DO NOTHING
""")


def run() -> list[Row]:
    """Fill a month and make each report, first with villages of cells asked anew."""
    with own_database("reports") as config, application(config) as app:
        load_demo(app)
        with sessions(app).begin() as session:
            cells, tracks = fill(session)
        note = f"{tracks:,} tracks, {cells:,} cells"
        rows = _reports(app, "cells asked anew", note)
        with sessions(app).begin() as session:
            took = timed(lambda: session.execute(CELL_VILLAGES, {"county": "220322"}))
            rows.append(Row("village of each cell, once an edition", "s", (took,)))
        with sessions(app)() as session:
            session.execute(text("analyze cell_village"))
            session.commit()
        return rows + _reports(app, "cells known", note)


def fill(session: Session) -> tuple[int, int]:
    """Write a month; return how many cells and tracks it has."""
    set_clock(session, "2026-03-31 18:00")
    for statement in (PEOPLE, TRACKS, SPENT, VILLAGES):
        session.execute(statement)
    for table in ("track", "presence_cell", "track_village"):
        session.execute(text(f"analyze {table}"))
    count = "select count(*) from {}"
    return (session.scalar(text(count.format("presence_cell"))) or 0,
            session.scalar(text(count.format("track"))) or 0)  # fmt: skip


def _reports(app: object, how: str, note: str) -> list[Row]:
    rows = []
    with sessions(app)() as session:  # type: ignore[arg-type]
        chief = actor_of(session, "juzhang")
        for by in By:
            took = tuple(
                timed(lambda by=by: patrols.make(session, chief, by, FIRST, LAST))  # type: ignore[misc]
                for _n in range(3)
            )
            rows.append(Row(f"report by {by}, {how}", "s", took, note))
        session.rollback()
    return rows
