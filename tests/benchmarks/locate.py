"""Points per second: routing in one process against the bare ST_Covers, and a join in SQL."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing import route
from tests.benchmarks.measuring import Row, rate, ratio, stopwatch
from tests.benchmarks.places import application, load_demo, own_database, sessions, vacuum
from tests.jurisdiction.small_county import load_true

WINDOWS, WINDOW_S = 15, 0.5
BULK: Final = 100_000
BULK_WINDOWS: Final = 5
DAY: Final = date(2026, 3, 2)
COUNTY: Final = "361025"  # true outline and names; the demonstration county lies beside it
BARE: Final = (
    "select code from area where level = 'village' and ST_Covers(geom,"
    " ST_SetSRID(ST_MakePoint(%s, %s), 4490)) order by code limit 1"
)
SPREAD: Final = text("""
    select ST_X(geom), ST_Y(geom) from (
      select (ST_Dump(ST_GeneratePoints(geom, 8, 3))).geom from area
      where county_code = '220322' and level = 'village') p
""")
POINTS: Final = text("""
    create temp table spot as
    select row_number() over () as id, (ST_Dump(ST_GeneratePoints(geom, :each, 7))).geom as geom
    from area where county_code = :county and level = 'village'
""")
JOIN: Final = text("""
    select count(*) from spot s join area a on a.county_code = :county and a.level = 'village'
      and ST_Covers(a.geom, s.geom)
""")


def run() -> list[Row]:
    """Measure on two counties: the demonstration county, with its squads, and a true one."""
    with own_database("locate") as config, application(config) as app:
        load_demo(app)
        with app.app_context(), sessions(app).begin() as session:
            load_true(session, "lean")
        vacuum(app)
        return [*_one_process(app), *_bulk(app)]


def _one_process(app: Flask) -> list[Row]:
    with sessions(app)() as session:
        points = _points(session, 2000)
        cursor: Any = session.connection().connection.cursor()

        def bare(n: int) -> None:
            cursor.execute(BARE, points[n % len(points)])
            cursor.fetchone()

        def ours(n: int) -> None:
            route(session, None, *points[n % len(points)], DAY)

        def known(n: int) -> None:
            route(session, "220322", *points[n % len(points)], DAY)

        found = _turns({"bare": bare, "ours": ours, "known": known})
    return [
        Row("route, any county", "/s", found["ours"], "village, township, unit, brigade, border_m"),
        Row("route, county known", "/s", found["known"], "as for a report"),
        Row(
            "bare ST_Covers", "/s", found["bare"], "code of the village, same connection, psycopg2"
        ),
        ratio("bare : route, any county", found["bare"], found["ours"]),
        ratio("bare : route, county known", found["bare"], found["known"]),
    ]


def _turns(acts: dict[str, Callable[[int], None]]) -> dict[str, tuple[float, ...]]:
    """Let each have a window in turn, so that all bear the same noise."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        rate(act, for_s=0.3)
    for _window in range(WINDOWS):
        for name, act in acts.items():
            found[name].append(rate(act, for_s=WINDOW_S))
    return {name: tuple(values) for name, values in found.items()}


def _points(session: Session, count: int) -> list[tuple[float, float]]:
    """Return points (lon, lat) inside villages of the demonstration county, in no order."""
    rows = session.execute(SPREAD).all()
    points = [(row[0], row[1]) for row in rows]
    random.Random(11).shuffle(points)
    return points[:count]


def _bulk(app: Flask) -> list[Row]:
    seconds: list[float] = []
    with sessions(app)() as session:
        villages = session.scalar(
            text("select count(*) from area where county_code = :county and level = 'village'"),
            {"county": COUNTY},
        )
        session.execute(POINTS, {"county": COUNTY, "each": -(-BULK // (villages or 1))})
        session.execute(text("analyze spot"))
        count = session.scalar(text("select count(*) from spot")) or 0
        for _window in range(BULK_WINDOWS):
            with stopwatch(seconds):
                session.execute(JOIN, {"county": COUNTY}).scalar_one()
    return [
        Row(
            "join in SQL",
            "/s",
            tuple(count / one for one in seconds),
            f"{count} points, {villages} villages",
        ),
        Row("join in SQL", "s", tuple(seconds), f"{count} points"),
    ]
