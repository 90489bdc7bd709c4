"""Leaving the post: told once for each leaving, ended by coming back or going off duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.notices import Notice
from enforcement.people.models import Unit
from enforcement.positions import registry
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from enforcement.safety import posts, queries
from enforcement.safety.models import PostAway
from tests.asking import actor_of, set_clock

COUNTY = "220322"
POST = (124.335, 43.308)
FAR = (124.345, 43.308)  # some 800 m east


@pytest.fixture
def desk(county: Session) -> Session:
    """jiexian is on duty at the desk of his unit, whose place is known."""
    set_clock(county, "2026-03-02 09:00")
    own = actor_of(county, "jiexian")
    admin = actor_of(county, "zhihui")
    posts.place(county, admin, own.unit_id, *POST)
    county.execute(text("""
        DELETE FROM duty_shift WHERE county_code = :county AND person_id = :person"""),
        {"county": COUNTY, "person": own.person_id})  # fmt: skip
    county.execute(text("""
        INSERT INTO duty_shift (county_code, id, unit_id, kind, person_id, starts_at, ends_at,
          state, by_hand, version, made_at)
        VALUES (:county, gen_random_uuid(), :unit, 'a', :person, '2026-03-02 08:00+08',
          '2026-03-02 18:00+08', 'planned', true, 1, app_now())"""),
        {"county": COUNTY, "unit": own.unit_id, "person": own.person_id})  # fmt: skip
    return county


def seen_at(session: Session, moment: str, where: tuple[float, float]) -> int:
    """Let his phone be at a place at a moment, and look; return of how many it is told."""
    now = set_clock(session, f"2026-03-02 {moment}")
    device = registry.phone_of(session, actor_of(session, "jiexian"))
    take(session, device, [Reading(*where, now, accuracy_m=10)])
    return posts.look(session, COUNTY)


def rows(session: Session) -> list[PostAway]:
    query = select(PostAway).order_by(PostAway.left_at)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def test_who_leaves_is_told_of_once_until_he_is_back(desk: Session) -> None:
    assert seen_at(desk, "09:00", POST) == 0
    assert seen_at(desk, "09:10", FAR) == 0
    assert seen_at(desk, "09:20", FAR) == 0
    assert seen_at(desk, "09:26", FAR) == 1
    assert seen_at(desk, "09:40", FAR) == 0
    [away] = rows(desk)
    assert away.metres == pytest.approx(811, rel=0.05)
    told = desk.scalars(select(Notice).where(Notice.subject_id == away.id)).all()
    assert told
    assert {one.does for one in told} == {"notify"}
    assert [one.away.id for one in queries.list_away(desk, actor_of(desk, "zhihui"))] == [away.id]
    assert seen_at(desk, "09:50", POST) == 0
    assert rows(desk)[0].back_at is not None
    assert seen_at(desk, "10:00", FAR) == 0
    assert seen_at(desk, "10:16", FAR) == 1  # another leaving
    assert len(rows(desk)) == 2


def test_a_silent_phone_and_a_short_way_tell_of_nobody(desk: Session) -> None:
    seen_at(desk, "09:00", FAR)
    set_clock(desk, "2026-03-02 09:40")
    assert posts.look(desk, COUNTY) == 0
    assert seen_at(desk, "09:41", (POST[0] + 0.003, POST[1])) == 0
    assert rows(desk)[0].back_at is not None


def test_going_off_duty_ends_it(desk: Session) -> None:
    seen_at(desk, "09:00", FAR)
    at = set_clock(desk, "2026-03-02 09:05")
    presence.record(desk, actor_of(desk, "jiexian"), Presence(False, at - timedelta(seconds=1)))
    assert posts.look(desk, COUNTY) == 0
    assert rows(desk)[0].back_at is not None


def test_where_a_post_is_may_be_said_by_who_arranges_the_roster(desk: Session) -> None:
    unit = desk.get_one(Unit, (COUNTY, actor_of(desk, "jiexian").unit_id))
    with pytest.raises(NotPermittedError):
        posts.place(desk, actor_of(desk, "zhifa1"), unit.id, *POST)
    chief = actor_of(desk, "zhihui")
    with pytest.raises(InvalidInputError):
        posts.place(desk, chief, unit.id, *POST, radius_m=5)
    made = posts.place(desk, chief, unit.id, *POST, radius_m=1000)
    assert (made.radius_m, made.unit_id) == (1000, unit.id)
    assert seen_at(desk, "09:00", FAR) == 0
    assert rows(desk) == []
