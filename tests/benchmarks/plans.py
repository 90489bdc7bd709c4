"""Plans of duties on true borders: check, change, what is sent to a browser, proposals."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from flask import Flask
from shapely.geometry import box, mapping
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.jurisdiction import map_queries, plan_coverage, plan_queries, plan_state, plans
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.law.terms import Role
from enforcement.overview import balance, proposal
from tests.benchmarks.measuring import Row, timed
from tests.benchmarks.places import application, own_database, sessions, vacuum

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "jurisdiction"))
from large_county import LISHU, load_large, load_lishu

WINDOWS: Final = 5
POLYGONS: Final = 20
COUNTIES: Final = (("346 villages", load_lishu), ("462 villages", load_large))


def run() -> list[Row]:
    """Measure on the true county of 346 villages and on one of 462 made from it, 21 squads."""
    rows: list[Row] = []
    for name, load in COUNTIES:
        with own_database("plans") as config, application(config) as app:
            rows += _measured(app, name, load)
    return rows


def _measured(app: Flask, name: str, load: Callable[[Session], str]) -> list[Row]:
    with app.app_context(), sessions(app).begin() as session:
        load(session)
    vacuum(app)
    with app.app_context(), sessions(app)() as session:
        who, today = _actor(), clock.today(session)
        plan = _plan(session, who)
        ms: dict[str, Callable[[], Any]] = {
            "coverage check": lambda: plan_coverage.coverage(session, plan, today),
            "editor's state": lambda: plan_state.state(session, plan, today),
            "one change": lambda: _change(session, who, plan),
            "balance": lambda: balance.balance(session, who, today),
        }
        found = [
            Row(f"{what}, {name}", "ms", _windows(act, 1_000), f"{POLYGONS} exception areas")
            for what, act in ms.items()
        ]
        for scope in (proposal.BRIGADES, proposal.COUNTY):
            seconds = _windows(lambda scope=scope: _propose(session, who, scope), 1)  # type: ignore[misc]
            found.append(Row(f"proposal, {scope}, {name}", "s", seconds, "by area"))
        return found + _bytes(app, session, name, today)


def _windows(act: Callable[[], Any], unit: float) -> tuple[float, ...]:
    act()
    return tuple(timed(act) * unit for _window in range(WINDOWS))


def _actor() -> Actor:
    return Actor(LISHU, uuid7(), uuid7(), "测量", "bench", Role.SYSTEM_ADMIN, uuid7(), "01", "局")


def _plan(session: Session, who: Actor) -> DutyPlan:
    """Return a plan in which a sixth of the villages changed hands, with exception areas."""
    plan = plans.start(session, who, "测量")
    areas = list(session.execute(
        text("select code, label_lon, label_lat from area where level = 'village' order by code")
    ))  # fmt: skip
    ops: list[dict[str, Any]] = [
        {"op": "assign", "areas": [row.code for row in areas[::6]], "unit": "01.01.04.02"}
    ]
    for number, row in enumerate(areas[:: len(areas) // POLYGONS][:POLYGONS]):
        lon, lat = row.label_lon, row.label_lat
        shape = box(lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002)
        ring = [list(map(list, part)) for part in mapping(shape)["coordinates"]]
        ops.append({"op": "draw", "unit": "01.01.01.01", "name": f"区{number}",
                    "geometry": {"type": "Polygon", "coordinates": ring}})  # fmt: skip
    return plans.apply(session, who, plan.id, ops, plan.version).plan


def _change(session: Session, who: Actor, plan: DutyPlan) -> None:
    """Hand one village to and fro."""
    leaf = plan_queries.leaves_of(session, plan_queries.edition_on(
        session, LISHU, clock.today(session)))[1]  # fmt: skip
    unit = f"01.01.05.0{1 + plan.version % 2}"
    plans.apply(
        session, who, plan.id, [{"op": "assign", "areas": [leaf.code], "unit": unit}], plan.version
    )


def _propose(session: Session, who: Actor, scope: str) -> None:
    proposal.propose(session, who, weights={"area": 1}, scope=scope)


def _bytes(app: Flask, session: Session, name: str, today: date) -> list[Row]:
    """Return what is sent for the jurisdiction page's map and for the editor's."""
    from enforcement.jurisdiction.maps import county_map
    from gis.map_page import page

    made = county_map(session, LISHU, today, with_squads=True)
    html = page(made.target, "nonce", "/static/{}".format, legend=made.legend, note=made.note)
    edition = plan_queries.edition_on(session, LISHU, today)
    zoom = map_queries.zoom_for(map_queries.extent(session, edition)) + 1
    layers = map_queries.county_layers(session, edition, today, zoom=zoom, with_squads=False)
    borders = app.json.dumps({"villages": layers.villages, "townships": layers.townships})
    limit = "at most 400"
    return [
        Row(f"map of the jurisdiction page, {name}", "kB", (len(html.encode()) / 1_000,), limit),
        Row(f"borders for the editor, {name}", "kB", (len(borders.encode()) / 1_000,), limit),
    ]
