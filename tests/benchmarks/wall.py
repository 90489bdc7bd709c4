"""What the second wall costs: lists, to-do list, desk, search and tiles, with it and without.

Size: BENCH_WALL=100000 cases and as many incidents. Both are measured in
turns, in one run, on the same rows.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from sqlalchemy import text

from enforcement import clock
from enforcement.atlas import folding
from enforcement.demo import COUNTY_CODE
from enforcement.demo.weeks import SAMPLES
from enforcement.migrations import r0096, r0105
from tests.asking import Browser, Pages, as_owner
from tests.benchmarks import desk
from tests.benchmarks.maps import GROW, _tile_of
from tests.benchmarks.measuring import Row, percentile, ratio, timed
from tests.benchmarks.places import (
    application,
    filling,
    load_demo,
    own_database,
    sessions,
    vacuum,
)

SIZE: Final = int(os.environ.get("BENCH_WALL", "100000"))
WINDOWS, LOOKS = 5, 20
PLACES: Final = "select lon, lat from {} where lon is not null order by id limit 20"
INCIDENTS: Final = ("incidents", "desk", "search", "tiles of incidents")
ALL: Final = ("cases", "to-do", "tiles of cases", *INCIDENTS)
WHO: Final = {"zhongdui": ALL, "juzhang": ALL, "jiexian": INCIDENTS}


def run() -> list[Row]:
    """Grow cases and incidents, then look at pages with the wall and without it, in turns."""
    with own_database("wall") as config, application(config) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        load_demo(app)
        _grow(app)
        vacuum(app)
        return [row for username in WHO for row in _of(app, username)]


def _grow(app: Flask) -> None:
    texts = json.dumps([desk._text(said) for _code, said in SAMPLES])
    with sessions(app).begin() as session:
        with filling(session, "case_file", "watched_insert"):
            session.execute(GROW, {"county": COUNTY_CODE, "first": 0, "last": SIZE - 1})
        with filling(session, "incident_entry", "watched_insert"):
            session.execute(desk.GROW, {"first": 0, "last": SIZE - 1, "texts": texts})
        folding.fold(session, COUNTY_CODE)


def _paths(app: Flask) -> dict[str, list[str]]:
    """Return the addresses of each page; tiles of incidents are asked from rows: of a year."""
    with sessions(app)() as session:
        since = clock.today(session) - timedelta(days=365)
        places = {what: session.execute(text(PLACES.format(table))).all()
                  for what, table in (("case", "case_file"), ("incident", "incident"))}  # fmt: skip
    tiles = {
        what: ["/map/tiles/{}/{}/{}?kinds={}&state=all{}".format(z, *_tile_of(*one, z), what, more)
               for one in places[what] for z in (12, 15)]
        for what, more in (("case", ""), ("incident", f"&since={since}"))
    }  # fmt: skip
    return {
        "cases": ["/cases"] * LOOKS, "to-do": ["/todo"] * LOOKS, "tiles of cases": tiles["case"],
        "incidents": ["/incidents"] * LOOKS, "desk": ["/desk"] * LOOKS,
        "search": ["/incidents?q=占道", "/incidents?q=喆记"] * (LOOKS // 2),
        "tiles of incidents": tiles["incident"],
    }  # fmt: skip


def _of(app: Flask, username: str) -> list[Row]:
    browser = Pages(app)(username)
    paths = _paths(app)
    rows = []
    for what in WHO[username]:
        asked = paths[what]
        found: dict[bool, list[float]] = {True: [], False: []}
        for _window in range(WINDOWS):
            for walled in (True, False):
                _raise(app, walled=walled)
                found[walled].append(percentile(_looks(browser, asked), 0.5))
        for walled, name in ((True, "with"), (False, "without")):
            rows.append(Row(f"{what} of {username}, p50, {name} the wall", "ms",
                            tuple(found[walled]), f"{SIZE:,} rows"))  # fmt: skip
        rows.append(ratio(f"{what} of {username}, with : without", found[True], found[False]))
    _raise(app, walled=True)
    return rows


def _looks(browser: Browser, paths: list[str]) -> list[float]:
    def look(path: str) -> Any:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.text[:200]

    look(paths[0])
    return [1000 * timed(lambda path=path: look(path)) for path in paths]  # type: ignore[misc]


def _raise(app: Flask, *, walled: bool) -> None:
    act = "enable" if walled else "disable"
    with sessions(app).begin() as session:
        session.execute(text("delete from rate_count"))
        with as_owner(session):
            for name in (*r0096.POLICIES, *r0105.POLICIES):
                session.execute(text(f"alter table {name} {act} row level security"))
