"""100,000 points to their unit at once, against the bare ST_Covers join on the same cluster."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing_many import route_many
from tests.benchmarks.measuring import Row, ratio, stopwatch
from tests.benchmarks.places import application, load_demo, own_database, sessions

COUNT: Final = 100_000
WINDOWS: Final = 5
DAY: Final = date(2026, 3, 2)
COUNTY: Final = "220322"
SPREAD: Final = text("""
    select ST_X(p.geom), ST_Y(p.geom) from area a,
      lateral ST_Dump(ST_GeneratePoints(a.geom, :count, 7)) p
    where a.county_code = :county and a.level = 'county'
""")
SPOTS: Final = "create temp table spot (n integer, geom geometry(Point, 4490))"
FILL: Final = text("""
    insert into spot select n, ST_SetSRID(ST_MakePoint(lon, lat), 4490)
    from unnest(cast(:lons as float8[]), cast(:lats as float8[])) with ordinality p (lon, lat, n)
""")
JOIN: Final = """
    select {what} from spot s join area a on ST_Covers(a.geom, s.geom)
    where a.county_code = :county and a.level = 'village'
"""
ROWS, COUNTED = text(JOIN.format(what="s.n, a.code")), text(JOIN.format(what="count(*)"))


def run() -> list[Row]:
    """Measure on the demonstration county: 346 villages, one edition, 21 squads on duty."""
    with own_database("bulk") as config, application(config) as app:
        load_demo(app)
        times = _measured(app)
    per_s = {name: tuple(COUNT / one for one in seconds) for name, seconds in times.items()}
    return [
        Row("route_many", "/s", per_s["ours"], f"{COUNT} points sent, unit and village returned"),
        Row("bare join, rows", "/s", per_s["rows"], "points in a table, village returned"),
        Row("bare join, count", "/s", per_s["count"], "points in a table, nothing returned"),
        ratio("route_many : bare join, rows", per_s["ours"], per_s["rows"], "at least 0.8"),
        ratio("route_many : bare join, count", per_s["ours"], per_s["count"]),
    ]


def _measured(app: Flask) -> dict[str, list[float]]:
    """Return the seconds of each, in turns, so that all bear the same noise."""
    times: dict[str, list[float]] = {"ours": [], "rows": [], "count": []}
    with sessions(app)() as session:
        points = _points(session)
        for _window in range(WINDOWS):
            with stopwatch(times["ours"]):
                found = route_many(session, COUNTY, points, DAY)
            with stopwatch(times["rows"]):
                rows: list[Any] = list(session.execute(ROWS, {"county": COUNTY}).all())
            with stopwatch(times["count"]):
                session.execute(COUNTED, {"county": COUNTY}).scalar_one()
    assert all(found), "a point of the county has no unit"
    assert len(rows) >= COUNT
    return times


def _points(session: Session) -> list[tuple[float, float]]:
    """Return points of the county (lon, lat) in no order; put the same into a table."""
    asked = {"county": COUNTY, "count": COUNT}
    points = [(row[0], row[1]) for row in session.execute(SPREAD, asked)]
    random.Random(11).shuffle(points)
    session.execute(text(SPOTS))
    lons, lats = (list(each) for each in zip(*points, strict=True))
    session.execute(FILL, {"lons": lons, "lats": lats})
    session.execute(text("analyze spot"))
    return points
