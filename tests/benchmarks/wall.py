"""What the second wall costs: list of cases, to-do list and tiles, with it and without.

Size: BENCH_WALL=100000 cases. Both are measured in turns, in one run, on the same rows.
"""

from __future__ import annotations

import os
from typing import Any, Final

from flask import Flask
from sqlalchemy import text

from enforcement.atlas import folding
from enforcement.demo import COUNTY_CODE
from enforcement.migrations.r0096 import POLICIES
from tests.asking import Browser, Pages, as_owner
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
PLACES: Final = text("select lon, lat from case_file where lon is not null order by id limit 20")


def run() -> list[Row]:
    """Grow the cases, then look at pages with the wall and without it, in turns."""
    with own_database("wall") as config, application(config) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        load_demo(app)
        with sessions(app).begin() as session:
            with filling(session, "case_file", "watched_insert"):
                session.execute(GROW, {"county": COUNTY_CODE, "first": 0, "last": SIZE - 1})
            folding.fold(session, COUNTY_CODE)
        vacuum(app)
        return [row for username in ("zhongdui", "juzhang") for row in _of(app, username)]


def _of(app: Flask, username: str) -> list[Row]:
    browser = Pages(app)(username)
    with sessions(app)() as session:
        places = session.execute(PLACES).all()
    paths = {
        "cases": ["/cases"] * LOOKS,
        "to-do": ["/todo"] * LOOKS,
        "tiles": ["/map/tiles/{}/{}/{}?kinds=case&state=all".format(z, *_tile_of(*place, z))
                  for place in places for z in (12, 15)],
    }  # fmt: skip
    rows = []
    for what, asked in paths.items():
        found: dict[bool, list[float]] = {True: [], False: []}
        for _window in range(WINDOWS):
            for walled in (True, False):
                _raise(app, walled=walled)
                found[walled].append(percentile(_looks(browser, asked), 0.5))
        for walled, name in ((True, "with"), (False, "without")):
            rows.append(Row(f"{what} of {username}, p50, {name} the wall", "ms",
                            tuple(found[walled]), f"{SIZE:,} cases"))  # fmt: skip
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
            for name in POLICIES:
                session.execute(text(f"alter table {name} {act} row level security"))
