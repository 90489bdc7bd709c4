"""The fair rota: open shifts of a unit, who can take them, taking the proposal."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from geoalchemy2.shape import from_shape
from shapely import LineString, MultiLineString
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.ids import uuid7
from enforcement.overview import rota
from enforcement.people.models import Unit
from enforcement.positions.track_models import Track
from enforcement.roster import queries, services
from enforcement.roster.models import DutyLeave, DutyShift
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.terms import DutyKind
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.web.test_query_counts import counted

COUNTY = "220322"
MONDAY = date(2026, 5, 4)


@pytest.fixture
def brigade(county: Session) -> Unit:
    """The leader's brigade, weeks before its roster is made."""
    set_clock(county, "2026-03-02 08:00")
    leader = actor_of(county, "dadui")
    unit = county.get_one(Unit, (COUNTY, leader.unit_id))
    for shift in county.scalars(select(DutyShift).where(
            DutyShift.unit_id == unit.id, DutyShift.starts_at >= moment(MONDAY))):  # fmt: skip
        shift.state = "cancelled"
    county.flush()
    return unit


def moment(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def opened(session: Session, unit: Unit, days: int = 5, hour: int = 8, hours: int = 9) -> None:
    leader = actor_of(session, "dadui")
    for n in range(days):
        for kind in (DutyKind.A_POST, DutyKind.B_POST):
            start = moment(MONDAY + timedelta(days=n), hour)
            services.add_shift(session, leader, unit.id,
                               ShiftIn(kind, start, start + timedelta(hours=hours)))  # fmt: skip


def test_open_shifts_are_proposed_and_taken(county: Session, brigade: Unit) -> None:
    leader = actor_of(county, "dadui")
    opened(county, brigade)
    made = rota.propose(county, leader, brigade.id, MONDAY)
    assert len(made.given) == 10
    assert len(made.placed) == 10
    by_day: dict[date, set[uuid.UUID | None]] = {}
    for one in made.given:
        by_day.setdefault(one.work.starts_at.date(), set()).add(one.person_id)
    assert all(len(people) == 2 for people in by_day.values())
    assert rota.take(county, leader, brigade.id, MONDAY, digest=made.digest) == 10
    rows = queries.list_shifts(county, COUNTY, brigade.id, moment(MONDAY),
                               moment(MONDAY + timedelta(days=7)))  # fmt: skip
    placed = {one.key: one.person_id for one in made.placed}
    assert {row.shift.id: row.shift.person_id for row in rows
            if row.shift.state == "planned"} == placed  # fmt: skip
    with pytest.raises(StepNotAllowedError):
        rota.take(county, leader, brigade.id, MONDAY)


def test_who_is_on_leave_or_walked_far_is_spared(county: Session, brigade: Unit) -> None:
    leader = actor_of(county, "dadui")
    opened(county, brigade, days=1)
    before = rota.propose(county, leader, brigade.id, MONDAY)
    away, walker = (one.person_id for one in before.given)
    assert away is not None
    assert walker is not None
    county.add(DutyLeave(county_code=COUNTY, id=uuid7(), person_id=away, kind="annual", reason="",
                         starts_at=moment(MONDAY), ends_at=moment(MONDAY + timedelta(days=1)),
                         state="approved", asked_at=moment(MONDAY)))  # fmt: skip
    line = MultiLineString([LineString([(124.3, 43.3), (124.4, 43.3)])])
    at = moment(MONDAY - timedelta(days=3))
    county.add(Track(county_code=COUNTY, id=uuid7(), carrier_id=walker, person_id=walker,
                     unit_code=brigade.code, on_day=at.date(), geom=from_shape(line, 4490), km=4000,
                     minutes=60, fixes=9, doubtful=0, mocked=0, first_at=at, last_at=at, stops=[],
                     area_pct=None, built_at=at))  # fmt: skip
    county.flush()
    after = rota.propose(county, leader, brigade.id, MONDAY)
    assert not {away, walker} & {one.person_id for one in after.given}
    assert after.before[walker].km == 4000
    assert after.before[walker].burden_h >= 100


def test_another_state_than_was_looked_at_is_refused(county: Session, brigade: Unit) -> None:
    leader = actor_of(county, "dadui")
    opened(county, brigade, days=1)
    seen = rota.propose(county, leader, brigade.id, MONDAY)
    services.set_shift(county, leader, seen.given[0].key, seen.given[0].person_id)
    with pytest.raises(StaleVersionError):
        rota.take(county, leader, brigade.id, MONDAY, digest=seen.digest)


def test_sent_twice_it_is_done_once(county: Session, brigade: Unit) -> None:
    leader = actor_of(county, "dadui")
    opened(county, brigade, days=1)
    digest = rota.propose(county, leader, brigade.id, MONDAY).digest
    assert rota.take(county, leader, brigade.id, MONDAY, digest=digest, key="k") == 2
    assert rota.take(county, leader, brigade.id, MONDAY, digest=digest, key="k") == 0


def test_weeks_and_people_without_the_right_are_refused(county: Session, brigade: Unit) -> None:
    with pytest.raises(InvalidInputError):
        rota.propose(county, actor_of(county, "dadui"), brigade.id, MONDAY, 9)
    with pytest.raises(NotPermittedError):
        rota.propose(county, actor_of(county, "zhifa1"), brigade.id, MONDAY)


def test_the_page_shows_and_does_it(county: Session, brigade: Unit, page: Pages) -> None:
    browser, asked = page("dadui"), f"/roster/fair?unit={brigade.code}&day={MONDAY}"
    assert "没有空缺班次" in browser.get(asked).text
    opened(county, brigade, days=2)
    county.commit()
    shown = browser.get(asked).text
    assert "把4个空缺班次安排给建议的人员" in shown
    digest = rota.propose(county, actor_of(county, "dadui"), brigade.id, MONDAY).digest
    answer = browser.post(asked + "&weeks=1", data={"digest": digest, "key": "once"})
    assert answer.status_code == 302
    assert "没有空缺班次" in browser.get(asked).text
    assert browser.get(f"{asked}&weeks=99").status_code == 422
    assert page("zhifa1").get(asked).status_code == 403


def test_the_calls_agree(county: Session, brigade: Unit, call: Calls) -> None:
    opened(county, brigade, days=1)
    asked = {"unit": brigade.code, "day": MONDAY.isoformat()}
    told = call("dadui", "GET", "/roster/fair", query_string=asked).get_json()
    assert len(told["shifts"]) == 2
    assert {"nights", "holidays", "km", "burden_h"} <= set(told["people"][0])
    done = call("dadui", "POST", "/roster/fair", json=asked | {"digest": told["digest"]})
    assert done.get_json() == {"filled": 2}


def test_a_page_needs_as_many_statements_however_many_shifts(
    demo_app: Flask, county: Session, brigade: Unit, page: Pages
) -> None:
    browser, counts = page("dadui"), []
    asked = f"/roster/fair?unit={brigade.code}&day={MONDAY}"
    opened(county, brigade, days=1)
    county.commit()
    browser.get(asked)
    for n in range(2):
        with counted(demo_app) as sent:
            assert browser.get(asked).status_code == 200
        counts.append(len(sent))
        if not n:
            opened(county, brigade, days=5, hour=20, hours=11)
            county.commit()
    assert counts[0] == counts[1] <= 14
