"""Some weeks of work in the demonstration county, played through the services themselves.

The database clock is moved back inside this transaction, so that each act bears its own day.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.demo import USERS, cases, inspections, measures
from enforcement.demo.geography import COUNTY_CODE
from enforcement.demo.photo import draw_photo
from enforcement.incident import services as incidents
from enforcement.incident.intake import Photo, Report
from enforcement.incident.models import Incident
from enforcement.incident.said import Said
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import IncidentSource, Role
from enforcement.patrol import services as patrols
from enforcement.people import queries as people
from enforcement.people.models import Unit

DAYS: Final = 45
REPORTS: Final = 90
SEED: Final = 20260224
# fmt: off
SAMPLES: Final = (  # category, description
    ("04", "商户在人行道摆放货架占道经营，行人绕行机动车道。"),
    ("04", "流动摊贩在路口占道卖菜，影响通行。"),
    ("01", "道路两侧堆放杂物，未清理。"),
    ("V8", "田头有人焚烧秸秆，浓烟较大。"),
    ("V8", "村口垃圾外溢，有异味。"),
    ("V9", "院外空地新起砖墙，疑似违建占地。"),
    ("03", "工地裸土未覆盖，扬尘明显。"),
    ("V11", "村道有未拴绳犬只，惊扰行人。"),
    ("V4", "燃气瓶存放在厨房楼道，有隐患。"),
    ("V10", "农用车停在路中卸货，交通受阻。"),
    ("V3", "邻里因排水沟发生争执，已先行劝解。"),
    ("02", "沿街墙面张贴小广告。"),
)
# fmt: on


def play(session: Session) -> dict[str, Any]:
    """Report, assign, handle and close incidents over the last weeks; return how many."""
    chance = random.Random(SEED)  # noqa: S311 -- the same demonstration every time
    actors = _actors(session)
    places = _places(session, actors[Role.AUXILIARY].area_codes[0])
    before = session.execute(text("select shift from clock_shift")).scalar_one()
    try:
        for n in range(REPORTS):
            back = timedelta(days=DAYS * (1 - n / REPORTS), hours=chance.uniform(-3, 3))
            _shift(session, before - back)
            _one(session, chance, actors, places, n)
        made = cases.play(
            session,
            actors,
            _second_officer(session),
            places[-1][:2],
            lambda back: _shift(session, before - back),
            draw_photo(4),
        )
        second = _second_officer(session)
        taken = measures.play(
            session, actors, second, lambda back: _shift(session, before - back), draw_photo(5)
        )
        inspections.play(session, actors, second, lambda back: _shift(session, before - back))
    finally:
        _shift(session, before)
    return {"incidents": REPORTS + made, "cases": made, "measures": taken}


def _second_officer(session: Session) -> Actor:
    second = [name for name, role in USERS if role is Role.OFFICER][1]
    found = people.find_actor_by_name(session, second)
    assert found is not None  # noqa: S101 -- made a moment ago
    return found


def _shift(session: Session, shift: timedelta) -> None:
    session.execute(text("update clock_shift set shift = :shift"), {"shift": shift})


def _one(
    session: Session, chance: random.Random, actors: dict[Role, Actor], places: list[Any], n: int
) -> None:
    lon, lat, at_home = chance.choice(places)
    role, source = (
        (Role.AUXILIARY, IncidentSource.PHONE_APP)
        if at_home
        else (Role.COMMAND_CENTRE, IncidentSource.DESK)
    )
    category, words = chance.choice(SAMPLES)
    now = clock.now(session)
    what = Report(
        category,
        words,
        now - timedelta(minutes=chance.randint(2, 40)),
        lon,
        lat,
        accuracy_m=round(chance.uniform(4, 25), 1) if at_home else None,
        source=source,
    )
    photos = [Photo("现场.jpg", draw_photo(n))] if n % 4 == 0 else []
    incident = incidents.report(session, actors[role], what, photos)
    if n < REPORTS - 12:
        _handle(session, chance, actors, incident, photos)


def _handle(
    session: Session,
    chance: random.Random,
    actors: dict[Role, Actor],
    incident: Incident,
    photos: list[Photo],
) -> None:
    """Send the responsible squad; most incidents are then handled, checked and closed."""
    squad = (
        session.query(Unit)
        .filter_by(county_code=COUNTY_CODE, code=incident.responsible_unit_code)
        .one()
    )
    patrols.send(
        session,
        actors[Role.HEAD],
        incident.id,
        squad_id=squad.id,
        patrol_on=clock.today(session),
        instructions="按清单逐点核查，现场拍照。",
    )
    worker = _as_squad(actors[Role.OFFICER], squad)
    if chance.random() < 0.2:
        return
    incidents.act(session, worker, incident.id, E.ACCEPT)
    if chance.random() < 0.2:
        return
    result = Said(note="已现场处置，恢复原状。", photos=photos)
    incidents.act(session, worker, incident.id, E.REPORT_RESULT, result)
    if chance.random() < 0.85:
        incidents.act(session, actors[Role.COMMAND_CENTRE], incident.id, E.PASS_CHECK)


def _as_squad(officer: Actor, squad: Unit) -> Actor:
    return replace(officer, unit_id=squad.id, unit_code=squad.code, unit_name=squad.name)


def _actors(session: Session) -> dict[Role, Actor]:
    found = {role: people.find_actor_by_name(session, name) for name, role in reversed(USERS)}
    return {role: actor for role, actor in found.items() if actor is not None}


POINTS: Final = text("""
    with inside as (
      select a.code, (ST_Dump(ST_GeneratePoints(a.geom, 3, :seed))).geom as point
      from area a
      join edition e on e.county_code = a.county_code and e.id = a.edition_id
      where a.county_code = :county and a.level = 'village' and e.status = 'active'
    )
    select ST_X(point) as lon, ST_Y(point) as lat, code from inside order by code, lon, lat
""")


def _places(session: Session, home: str) -> list[tuple[float, float, bool]]:
    """Return points inside villages (lon, lat, at home); the home township's come often."""
    rows = session.execute(POINTS, {"seed": SEED, "county": COUNTY_CODE}).all()
    found = [(lon, lat, code[:9] == home[:9]) for lon, lat, code in rows]
    return found + [place for place in found if place[2]] * 12
