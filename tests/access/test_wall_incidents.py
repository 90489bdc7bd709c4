"""The second wall before incidents: who sees which, and the indexes that still serve behind it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from sqlalchemy import or_, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from enforcement import clock, wall
from enforcement.actor import Actor
from enforcement.atlas import tiles
from enforcement.atlas.asking import ALL, Asked
from enforcement.atlas.grid import Tile
from enforcement.atlas.kinds import INCIDENTS
from enforcement.demo import USERS
from enforcement.demo.weeks import SAMPLES
from enforcement.desk import queries as desk
from enforcement.ids import uuid7
from enforcement.incident import joining, points, queries, searching
from enforcement.incident.models import Incident, IncidentEntry, IncidentLink
from enforcement.law.terms import Role
from gis.cells import FINEST, column, in_box, row
from tests.access.walls import NO_ROWS, ids, planned, reading, rows, seen_as
from tests.asking import actor_of, as_owner
from tests.benchmarks.desk import GROW, _text
from tests.case.making import reported

FAR = "01.01.99.01"
Z = 15


@pytest.fixture
def elsewhere(county: Session) -> Incident:
    """An incident of another brigade and township, reported and handled there."""
    incident = reported(county)
    incident.responsible_unit_code = incident.handler_unit_code = FAR
    incident.reporter_unit_code, incident.reported_by, incident.handler_id = FAR, None, None
    incident.township_code, incident.village_code = "220322999", "220322999999"
    county.flush()
    return incident


@pytest.mark.parametrize(("username", "role"), USERS, ids=str)
def test_the_wall_stands_where_the_lists_conditions_stand(
    county: Session, elsewhere: Incident, username: str, role: Role
) -> None:
    actor, said = reading(county, username)
    mine = or_(queries.visible(actor), Incident.handler_id == actor.account_id)
    allowed = set(county.scalars(select(Incident.id).where(mine)))
    with seen_as(county, said):
        assert ids(county, Incident) == allowed
    assert (elsewhere.id in allowed) == (said["reach"] == "county")
    assert allowed or said["reach"] == "none"


def test_who_reported_or_handles_an_incident_sees_it_wherever_it_lies(
    county: Session, elsewhere: Incident
) -> None:
    for username in ("zhifa1", "fujing", "xiangzhen"):
        for name in ("reported_by", "handler_id"):
            actor, said = reading(county, username)
            setattr(elsewhere, name, actor.account_id)
            county.flush()
            with seen_as(county, said):
                assert elsewhere.id in ids(county, Incident), (username, name)
            setattr(elsewhere, name, None)


def test_an_administrator_reads_no_row_even_of_what_he_reported(
    county: Session, elsewhere: Incident
) -> None:
    for username in ("xitong", "anquan", "shenji"):
        actor, said = reading(county, username)
        elsewhere.reported_by = elsewhere.handler_id = actor.account_id
        county.flush()
        with seen_as(county, said):
            assert rows(county) == NO_ROWS


def test_histories_photos_and_links_are_of_the_work_of_one_county(county: Session) -> None:
    _actor, said = reading(county, "zhifa1")
    with seen_as(county, said):
        assert county.scalar(select(IncidentEntry.id).limit(1))
    with seen_as(county, said | {"county": "000000"}):
        assert rows(county) == NO_ROWS


def test_an_incident_is_handed_to_a_unit_that_its_handler_does_not_see(
    county: Session, elsewhere: Incident
) -> None:
    actor = actor_of(county, "zhifa1")
    mine = county.scalar(select(Incident.id).where(Incident.handler_unit_code == actor.unit_code))
    with seen_as(county, wall.said_of(actor, acts=True)):
        county.execute(update(Incident).where(Incident.id == mine).values(
            responsible_unit_code=FAR, handler_unit_code=FAR, reporter_unit_code=FAR))  # fmt: skip
    with seen_as(county, wall.said_of(actor, acts=False)):
        assert mine not in ids(county, Incident)


@pytest.mark.parametrize("said", [
    {"reach": "", "county": "220322"}, {"reach": "county", "county": "000000"},
    {"reach": "none", "county": "220322"}, {"reach": "county", "county": ""},
])  # fmt: skip
def test_nothing_is_written_beyond_ones_county(county: Session, said: dict[str, str]) -> None:
    link = {"county_code": "220322", "id": uuid7(), "one_id": uuid.UUID(int=1),
            "other_id": uuid.UUID(int=2), "by": uuid.UUID(int=3)}  # fmt: skip
    with seen_as(county, said):
        assert county.execute(update(Incident).values(place="x")).rowcount == 0  # type: ignore[attr-defined]
        connection = county.connection()
        with pytest.raises(ProgrammingError) as refused, connection.begin_nested():
            connection.execute(IncidentLink.__table__.insert(), link)
    assert isinstance(refused.value.orig, psycopg2.errors.InsufficientPrivilege)


def test_a_page_names_what_an_incident_is_linked_to_wherever_that_lies(
    county: Session, elsewhere: Incident
) -> None:
    actor, said = reading(county, "zhifa1")
    mine = county.scalars(
        select(Incident).where(Incident.handler_unit_code == actor.unit_code).limit(1)
    ).one()
    elsewhere.split_from_id = mine.id
    county.flush()
    with seen_as(county, said):
        assert elsewhere.id not in ids(county, Incident)
        assert elsewhere in joining.linked(county, mine)


def test_a_box_by_cells_holds_what_lies_in_it(county: Session) -> None:
    spots = county.execute(
        select(Incident.id, Incident.lon, Incident.lat).where(Incident.lon.is_not(None))
    ).all()
    west, south = min(one.lon for one in spots), min(one.lat for one in spots)
    for wide in (0.001, 0.01, 0.3):
        box = (west, south, west + wide, south + wide)
        inside = {one.id for one in spots
                  if one.lon <= west + wide and one.lat <= south + wide}  # fmt: skip
        found = set(county.scalars(select(Incident.id).where(in_box(Incident, box))))
        assert found == inside


@pytest.fixture
def grown(county: Session) -> Session:
    """Three thousand incidents more, their statistics known; small tables are not read whole."""
    texts = json.dumps([_text(said) for _code, said in SAMPLES])
    county.execute(GROW, {"first": 0, "last": 2999, "texts": texts})
    with as_owner(county):
        for name in ("incident", "incident_text"):
            county.execute(text(f"analyze {name}"))
    county.execute(text("set local enable_seqscan = off"))
    return county


def deep(session: Session, actor: Actor, one: Incident) -> None:
    assert one.lon is not None and one.lat is not None  # noqa: PT018
    since = clock.today(session) - timedelta(days=700)
    at = Tile(Z, column(one.lon) >> FINEST - Z, row(one.lat) >> FINEST - Z)
    tiles.tile(session, actor, INCIDENTS, Asked(("incident",), state=ALL, since=since), at)


def search(words: str) -> Callable[[Session, Actor, Incident], Any]:
    return lambda session, actor, _one: searching.search(session, actor, words)


PAGES: dict[str, tuple[Callable[[Session, Actor, Incident], Any], str]] = {
    "list": (lambda session, actor, _one: queries.list_page(session, actor), "ix_incident_"),
    "tile": (deep, "ix_incident_cell"),
    "queue": (lambda session, actor, _one: desk.queue(session, actor), "ix_incident_"),
    "duplicates": (desk.duplicates, "ix_incident_"),
    "rare words": (search("喆记百货"), "ix_incident_"),
    "common words": (search("占道"), "ix_incident_"),
    "number": (search("SJ2026-0007"), "uq_incident_county_code_number"),
}


@pytest.mark.parametrize("username", ["zhongdui", "jiexian", "juzhang"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_of_incidents_use_their_indexes_behind_the_wall(
    grown: Session, username: str, page: str
) -> None:
    actor, said = reading(grown, username)
    ask, index = PAGES[page]
    wanted = (queries.visible(actor), Incident.lon.is_not(None), Incident.state == "received")
    one = grown.scalars(select(Incident).where(*wanted).limit(1)).one()
    with seen_as(grown, said), planned(grown) as plans:
        ask(grown, actor, one)
    plan = "\n".join(plans)
    assert "Seq Scan on incident" not in plan, plan
    assert re.search(rf"{index}[\s\S]*?Index Cond", plan), plan


def test_words_are_found_by_their_pairs_behind_the_wall(grown: Session) -> None:
    actor, said = reading(grown, "juzhang")
    with seen_as(grown, said), planned(grown) as plans:
        searching.search(grown, actor, "喆记百货")
    assert "Bitmap Index Scan on ix_incident_text_grams" in "\n".join(plans)


def test_the_map_of_open_incidents_is_answered_by_its_index_alone(grown: Session) -> None:
    grown.execute(text("set local enable_bitmapscan = off"))
    for username in ("jiexian", "juzhang"):
        actor, said = reading(grown, username)
        with seen_as(grown, said), planned(grown) as plans:
            points.open_points(grown, actor, (123.0, 42.0, 126.0, 45.0), 11)
        assert "Index Only Scan using ix_incident_open" in "\n".join(plans), plans
