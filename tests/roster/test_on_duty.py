"""Who is on duty for a village: one statement, the same answer as a model written apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.law.terms import Role
from enforcement.people.models import Unit
from enforcement.roster.on_duty import on_duty
from enforcement.roster.on_duty_sql import ON_DUTY
from enforcement.roster.terms import Level
from tests.asking import actor_of, as_owner, set_clock
from tests.roster.making import OTHER_VILLAGE, SMALL, TOWN, VILLAGE, Small, moment
from tests.web.test_query_counts import counted

NOW = moment("2026-03-02 09:00")
KINDS = ("a", "b", "leader", "squad")
UNITS = (  # code, kind, home, parent
    ("01.01", "bureau", None, None),
    ("01.01.01", "brigade", None, "01.01"),
    ("01.01.01.01", "squad", None, "01.01.01"),
    ("01.01.01.02", "squad", None, "01.01.01"),
    ("01.01.02", "sub_bureau", None, "01.01"),
    ("01.02", "command_centre", None, None),
    ("01.11", "township_government", TOWN, None),
    ("01.12", "service_hall", TOWN, None),
    ("01.13", "township_government", "990002101", None),
)
RESPONSIBLE = ("01.01.01.01", "01.01.01.02", "01.01.02", "01.11")


def county_of(small: Small) -> dict[str, Unit]:
    made: dict[str, Unit] = {}
    for code, kind, home, parent in UNITS:
        made[code] = small.unit(code, kind, home, made[parent] if parent else None)
    return made


@st.composite
def worlds(draw: Any) -> dict[str, Any]:
    codes = st.sampled_from([code for code, *_rest in UNITS])
    hours = st.integers(-30, 30)
    return {
        "people": draw(
            st.lists(
                st.tuples(codes, st.integers(-2, 1), st.none() | st.integers(-1, 2), st.booleans()),
                min_size=1, max_size=6,
            )
        ),
        "shifts": draw(
            st.lists(
                st.tuples(
                    codes, st.sampled_from(KINDS), hours, st.integers(1, 24),
                    st.none() | st.integers(0, 5), st.sampled_from(["planned", "cancelled"]),
                ),
                max_size=16,
            )
        ),
        "leave": draw(
            st.lists(
                st.tuples(
                    st.integers(0, 5), hours, st.integers(1, 40),
                    st.sampled_from(["approved", "asked", "refused"]),
                ),
                max_size=3,
            )
        ),
        "duties": draw(
            st.lists(
                st.tuples(
                    st.sampled_from(RESPONSIBLE), st.sampled_from([VILLAGE, TOWN, SMALL]),
                    st.sampled_from([None, "04"]), st.integers(0, 1),
                ),
                max_size=4,
            )
        ),
        "category": draw(st.sampled_from([None, "04"])),
        "at": draw(st.integers(-20, 20)),
    }  # fmt: skip


def build(small: Small, world: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Make the rows; return people, and shifts that could be made (a person has one at a time)."""
    units = county_of(small)
    people: list[Any] = []
    for code, since, until, certified in world["people"]:
        first = date(2026, 3, 2) + timedelta(since)
        last = None if until is None else first + timedelta(until + 2)
        person = small.person(units[code], since=first, until=last)
        if certified:
            small.paper(person, units["01.01"], date(2020, 1, 1), date(2026, 3, 2))
        people.append((person, code, first, last, certified))
    shifts = []
    for code, kind, start, length, who, state in world["shifts"]:
        if who is not None and who >= len(people):
            continue
        begins = NOW + timedelta(hours=start)
        try:
            with small.session.begin_nested():
                person = None if who is None else people[who][0]
                small.shift(units[code], kind, begins, length, person, state)
        except IntegrityError:
            continue
        if who is not None and state == "planned":
            shifts.append((code, kind, begins, begins + timedelta(hours=length), people[who]))
    leave = []
    for who, start, length, state in world["leave"]:
        if who >= len(people):
            continue
        begins = NOW + timedelta(hours=start)
        try:
            with small.session.begin_nested():
                small.leave(people[who][0], begins, length, state)
        except IntegrityError:
            continue
        if state == "approved":
            leave.append((people[who][0], begins, begins + timedelta(hours=length)))
    for code, area, category, priority in world["duties"]:
        small.duty(units[code], area, category, priority)
    return shifts, leave


def model(world: dict[str, Any], shifts: list[Any], leave: list[Any]) -> list[tuple[Any, ...]]:
    """Say who is to be called, in plain Python: (level, kind, unit, person, certified)."""
    at = NOW + timedelta(hours=world["at"])
    today = at.date()

    def serves(person: Any, unit: str) -> bool:
        _id, code, first, last, _certified = person
        posted = first <= today and (last is None or last > today)
        below = code == unit or code.startswith(unit + ".")
        away = any(who == person[0] and start <= at < end for who, start, end in leave)
        return posted and below and not away

    def on(unit: str, kind: str) -> list[tuple[Any, ...]]:
        return [
            (kind, unit, person[0], person[4] and today <= date(2026, 3, 2))
            for code, its_kind, start, end, person in shifts
            if (code, its_kind) == (unit, kind) and start <= at < end and serves(person, unit)
        ]

    mine = responsible(world)
    brigade = {"01.01.01.01": "01.01.01", "01.01.01.02": "01.01.01", "01.01.02": "01.01.02"}
    asked: dict[Level, list[tuple[str, str]]] = {
        Level.AUXILIARY: [],
        Level.DESK_A: [("01.11", "a"), ("01.12", "a")],
        Level.DESK_B: [("01.11", "b"), ("01.12", "b")],
        Level.SQUAD: [(mine, "squad")] if mine else [],
        Level.BRIGADE_A: [(brigade[mine], "a")] if mine in brigade else [],
        Level.BRIGADE_B: [(brigade[mine], "b")] if mine in brigade else [],
        Level.TOWNSHIP_LEADER: [("01.11", "leader"), ("01.12", "leader")],
        Level.BUREAU_LEADER: [("01.01", "leader")],
        Level.COMMAND: [("01.02", "a"), ("01.02", "b"), ("01.02", "leader")],
    }
    found = []
    for level, places in asked.items():
        here = [row for unit, kind in places for row in on(unit, kind)]
        found += [(level, *row) for row in here] or [(level, None, None, None, False)]
    return found


def responsible(world: dict[str, Any]) -> str | None:
    """Pick the duty as routing does: own category, then the smaller area, priority, unit code."""
    fits = [row for row in world["duties"] if row[2] in (None, world["category"])]
    ranked = sorted(fits, key=lambda row: (row[2] is None, -len(row[1]), -row[3], row[0]))
    return ranked[0][0] if ranked else None


@given(world=worlds())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_statement_answers_as_the_model_does(session: Session, world: dict[str, Any]) -> None:
    with session.begin_nested() as savepoint:
        small = Small(session)
        shifts, leave = build(small, world)
        at = NOW + timedelta(hours=world["at"])
        found = on_duty(session, SMALL, VILLAGE, at, world["category"])
        told = [
            (row.level, str(row.kind) if row.kind else None,
             None if row.nobody else row.unit_code, row.person_id, row.certified)
            for row in found
        ]  # fmt: skip
        expected = model(world, shifts, leave)
        assert sorted(told, key=str) == sorted(expected, key=str)
        order = list(Level)
        assert [order.index(row.level) for row in found] == sorted(
            order.index(row.level) for row in found
        )
        assert [row.number for row in found] == list(range(1, len(found) + 1))
        savepoint.rollback()
    session.expunge_all()


@pytest.fixture
def small(session: Session) -> Small:
    return Small(session)


def test_the_auxiliary_comes_first_and_has_no_shift(small: Small) -> None:
    units = county_of(small)
    station = small.unit("01.03", "police_station", TOWN)
    mine = small.person(station, Role.AUXILIARY, village=VILLAGE)
    small.person(station, Role.AUXILIARY, village=OTHER_VILLAGE)
    small.person(station, Role.AUXILIARY, village=VILLAGE, until=date(2026, 3, 2))
    first = on_duty(small.session, SMALL, VILLAGE, NOW)[0]
    assert (first.level, first.person_id, first.role) == (Level.AUXILIARY, mine, Role.AUXILIARY)
    assert (first.is_shift, first.until, first.kind) == (False, None, None)
    small.leave(mine, NOW - timedelta(hours=1), 2)
    assert on_duty(small.session, SMALL, VILLAGE, NOW)[0].nobody
    assert units["01.11"].home_code == TOWN


def test_post_a_is_called_before_post_b_and_an_empty_level_stands_as_a_row(small: Small) -> None:
    units = county_of(small)
    desk = units["01.11"]
    first, second = small.person(desk), small.person(desk)
    small.shift(desk, "a", NOW - timedelta(hours=1), 24, first)
    small.shift(desk, "b", NOW - timedelta(hours=1), 24, second)
    found = on_duty(small.session, SMALL, VILLAGE, NOW)
    assert [row.person_id for row in found if row.level in (Level.DESK_A, Level.DESK_B)] == [
        first, second]  # fmt: skip
    [squad] = [row for row in found if row.level is Level.SQUAD]
    assert (squad.nobody, squad.unit_name) == (True, None)
    [leader] = [row for row in found if row.level is Level.TOWNSHIP_LEADER]
    assert (leader.nobody, leader.unit_name) == (True, "单位01.11、单位01.12")


def test_a_shift_past_midnight_holds_until_it_ends(small: Small) -> None:
    desk = county_of(small)["01.11"]
    person = small.person(desk)
    small.shift(desk, "a", moment("2026-03-01 20:00"), 12, person)
    for when, there in (("19:59", False), ("20:00", True)):
        at = moment(f"2026-03-01 {when}")
        assert (on_duty(small.session, SMALL, VILLAGE, at)[1].person_id == person) is there
    for when, there in (("00:00", True), ("07:59", True), ("08:00", False)):
        at = moment(f"2026-03-02 {when}")
        assert (on_duty(small.session, SMALL, VILLAGE, at)[1].person_id == person) is there


def test_who_leaves_the_unit_at_midnight_is_no_longer_called(small: Small) -> None:
    desk = county_of(small)["01.11"]
    person = small.person(desk, until=date(2026, 3, 2))
    small.shift(desk, "a", moment("2026-03-01 20:00"), 12, person)
    before = on_duty(small.session, SMALL, VILLAGE, moment("2026-03-01 23:59"))[1]
    after = on_duty(small.session, SMALL, VILLAGE, moment("2026-03-02 00:00"))[1]
    assert (before.person_id, after.nobody) == (person, True)


def test_a_township_may_be_asked_for_and_an_unknown_place_is_not_found(small: Small) -> None:
    county_of(small)
    assert on_duty(small.session, SMALL, TOWN, NOW)[0].nobody
    for code in ("990002100999", SMALL, "", "x' or '1'='1"):
        with pytest.raises(NotFoundError):
            on_duty(small.session, SMALL, code, NOW)


def test_one_statement_is_enough(demo_app: Flask, county: Session) -> None:
    at = set_clock(county, "2026-03-02 09:00")
    village = actor_of(county, "fujing").area_codes[0]
    with counted(demo_app) as sent:
        found = on_duty(county, "220322", village, at)
    assert len(sent) == 1
    assert [row.level for row in found if row.nobody] == []
    assert sum(row.level is Level.SQUAD for row in found) == 2


def test_the_indexes_are_used(county: Session) -> None:
    with as_owner(county):
        county.execute(
            text("analyze duty_shift, duty_leave, post, certificate, responsibility, unit")
        )
    at = set_clock(county, "2026-03-02 09:00")
    values = {
        "county": "220322", "place": actor_of(county, "fujing").area_codes[0], "at": at,
        "on": at.date(), "earliest": at - timedelta(hours=24), "category": None,
    }  # fmt: skip
    [plan] = county.execute(text(f"explain (format json) {ON_DUTY}"), values).scalar_one()
    nodes = list(walked(plan["Plan"]))
    whole = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
    assert not whole & {"duty_shift", "post", "person", "certificate", "division"}
    used = {node["Index Name"] for node in nodes if "Index Name" in node}
    assert {"ix_duty_shift_unit", "ix_post_village"} <= used


def walked(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a node of a plan and all below it."""
    yield node
    for below in node.get("Plans", []):
        yield from walked(below)
