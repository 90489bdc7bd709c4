"""Beats of the demonstration county: village committees, a market round, a school, an area."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.jurisdiction import routing
from enforcement.patrol import beats, templates
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import Described
from enforcement.patrol.terms import BeatKind, Per, PlaceKind
from enforcement.people.models import Unit
from enforcement.people.queries import find_actor_by_name

LEADER: Final = "juzhang"
HOME: Final = "fujing"
STEP_DEG: Final = 0.004
"""Some 300 m: how far places of a township stand apart, for show."""
FRESH: Final = timedelta(days=3)
LATE: Final = timedelta(days=45)
OTHERS: Final = 3
WEEKDAYS: Final = (1, 2, 3, 4, 5)

CENTRES: Final = text("""
    select a.code, a.name, a.label_lon as lon, a.label_lat as lat
    from area a join edition e on e.county_code = a.county_code and e.id = a.edition_id
    where a.county_code = :county and a.level = 'village' and e.status = 'active'
    order by left(a.code, 9) <> :home, a.code
""")


def load(session: Session, county_code: str) -> int:
    """Register beats of the auxiliary's township and a few beyond; 0 where there are some.

    Those at home were visited some days ago, the few beyond are overdue.
    """
    there = select(Beat.id).where(Beat.county_code == county_code).limit(1)
    leader, home = (find_actor_by_name(session, name) for name in (LEADER, HOME))
    if leader is None or home is None or session.scalars(there).first() is not None:
        return 0
    township = home.area_codes[0][:9]
    rows = session.execute(CENTRES, {"county": county_code, "home": township}).all()
    near = [row for row in rows if row.code[:9] == township]
    far = [row for row in rows if row.code[:9] != township][::40][:OTHERS]
    made = [_committee(session, leader, row) for row in near]
    made += _market(session, leader, near[0])
    _visited(session, made, FRESH)
    _visited(session, [_committee(session, leader, row) for row in far], LATE)
    _round(session, leader, made)
    return len(made) + len(far)


def _unit(session: Session, leader: Actor, lon: float, lat: float) -> str:
    """Return the squad that answers for a place."""
    found = routing.route(session, leader.county_code, lon, lat, clock.today(session))
    return found.unit_code or leader.unit_code


def _committee(session: Session, leader: Actor, row: Any) -> Beat:
    said = Described(
        BeatKind.POINT, f"{row.name}村委会", _unit(session, leader, row.lon, row.lat),
        f"POINT ({row.lon} {row.lat})", PlaceKind.COMMITTEE, per=Per.MONTH, radius_m=150,
        dwell_min=20, instructions="走访村干部，查看台账，询问新发生的事项。",
    )  # fmt: skip
    return beats.add(session, leader, said)


def _market(session: Session, leader: Actor, row: Any) -> list[Beat]:
    """Register a market, a school gate, the round between them and the area around."""
    lon, lat, unit = row.lon, row.lat, _unit(session, leader, row.lon, row.lat)
    east, north = lon + STEP_DEG / 2, lat + STEP_DEG / 2
    ring = f"{lon} {lat}, {east} {lat}, {east} {north}, {lon} {north}, {lon} {lat}"
    said = (
        Described(BeatKind.POINT, "集贸市场北门", unit, f"POINT ({east} {lat})", PlaceKind.MARKET,
                  per=Per.MONTH, times=4, dwell_min=30, photo=True,
                  instructions="占道经营、燃气瓶、消防通道。"),
        Described(BeatKind.POINT, "中心小学校门", unit, f"POINT ({lon} {north})", PlaceKind.SCHOOL,
                  per=Per.MONTH, times=4, from_minute=420, to_minute=1050),
        Described(BeatKind.ROUTE, "集镇主街", unit, f"LINESTRING ({lon} {lat}, {east} {north})",
                  per=Per.MONTH, times=2),
        Described(BeatKind.AREA, "集镇巡区", unit, f"POLYGON (({ring}))", per=Per.MONTH, times=2),
    )  # fmt: skip
    return [beats.add(session, leader, one) for one in said]


def _visited(session: Session, rows: list[Beat], ago: timedelta) -> None:
    """Let beats have been visited some time ago."""
    for row in rows:
        row.last_visited_at = clock.now(session) - ago
    session.flush()


def _round(session: Session, leader: Actor, rows: list[Beat]) -> None:
    """Keep a template: the market's squad walks its beats on working days from next month on."""
    market = rows[-4]
    squad = session.scalars(select(Unit).where(
        Unit.county_code == leader.county_code, Unit.code == market.unit_code)).first()  # fmt: skip
    if squad is None or squad.kind != "squad":
        return
    own = [one for one in rows if one.unit_code == market.unit_code and one.kind == "point"][:6]
    starts = clock.today(session) + timedelta(days=30)
    templates.add(session, leader, templates.Described(
        "集镇日巡", squad.id, WEEKDAYS, starts, tuple((one.id, None) for one in own),
        instructions="按顺序到点，扫码登记。",
    ))  # fmt: skip
