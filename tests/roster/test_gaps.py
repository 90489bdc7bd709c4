"""Gaps: the sweep in SQL says what a grid of half hours says, counted by hand."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.law import workdays
from enforcement.law.terms import Role
from enforcement.people.models import Unit
from enforcement.roster import gaps
from enforcement.roster.terms import Pattern
from tests.roster.making import SMALL, Small, moment

MONDAY = moment("2026-02-23 00:00")  # the last day of Spring Festival; Saturday 28 is worked
TUESDAY = MONDAY + timedelta(days=1)
CELL = timedelta(minutes=30)
CELLS = 7 * 48
STEPS = st.integers(0, CELLS)


def at(cell: int) -> datetime:
    return MONDAY + cell * CELL


@st.composite
def worlds(draw: Any) -> dict[str, Any]:
    """Three people with shifts, leave, posts and certificates that end, and one requirement."""
    hours = st.tuples(st.integers(0, 6), st.integers(0, 47), st.integers(1, 48))
    return {
        "pattern": draw(st.sampled_from(list(Pattern))),
        "hours": draw(st.lists(hours, min_size=1, max_size=4)),
        "least": draw(st.integers(1, 3)),
        "certified": draw(st.booleans()),
        "need_days": draw(st.tuples(st.integers(-1, 5), st.none() | st.integers(1, 9))),
        "shifts": draw(
            st.lists(
                st.tuples(
                    st.integers(-40, CELLS), st.integers(1, 48), st.none() | st.integers(0, 2)
                ),
                max_size=14,
            )
        ),
        "leave": draw(
            st.lists(st.tuples(st.integers(0, 2), STEPS, st.integers(1, 90)), max_size=3)
        ),
        "post_ends": draw(st.tuples(*[st.none() | st.integers(0, 8)] * 3)),
        "paper_days": draw(
            st.tuples(*[st.none() | st.tuples(st.integers(-2, 4), st.integers(0, 6))] * 3)
        ),
    }


def day(n: int) -> date:
    return MONDAY.date() + timedelta(n)


class Grid:
    """The same world on a grid of half hours: who covers each cell, and whether it is needed."""

    def __init__(self, world: dict[str, Any], shifts: list[tuple[int, int, int]]) -> None:
        self.world, self.shifts = world, shifts

    def needed(self, cell: int) -> bool:
        here, today = at(cell), at(cell).date()
        first, last = self.world["need_days"]
        last = None if last is None else max(last, first + 1)
        if today < day(first) or (last is not None and today >= day(last)):
            return False
        if self.world["pattern"] == Pattern.ALWAYS:
            return True
        if self.world["pattern"] == Pattern.WEEKLY:
            return any(self.within(here, *row) for row in self.world["hours"])
        clock = here.time()
        office = time(8, 30) <= clock < time(11, 30) or time(13, 30) <= clock < time(17)
        return office and workdays.shipped().is_working(today)

    @staticmethod
    def within(here: datetime, weekday: int, start: int, length: int) -> bool:
        into = (here.weekday() * 48 + here.hour * 2 + here.minute // 30) - (weekday * 48 + start)
        return into % CELLS < length

    def covers(self, person: int, cell: int) -> bool:
        on, ends = at(cell).date(), self.world["post_ends"][person]
        paper = self.world["paper_days"][person]
        if ends is not None and on >= day(ends):
            return False
        if self.world["certified"] and (
            paper is None or not day(paper[0]) <= on <= day(paper[0] + paper[1])
        ):
            return False
        away = any(
            who == person and start <= cell < start + length
            for who, start, length in self.world["leave"]
        )
        there = any(
            who == person and start <= cell < start + length for start, length, who in self.shifts
        )
        return there and not away

    def missing(self, cell: int) -> int:
        if not self.needed(cell):
            return 0
        have = sum(self.covers(person, cell) for person in range(3))
        return max(0, int(self.world["least"]) - have)


def build(small: Small, unit: Unit, world: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Make the world's rows; return the shifts that have a person and could be made."""
    people: list[uuid.UUID] = []
    for ends, paper in zip(world["post_ends"], world["paper_days"], strict=True):
        until = None if ends is None else day(ends)
        people.append(small.person(unit, until=until))
        if paper is not None:
            small.paper(people[-1], unit, day(paper[0]), day(paper[0] + paper[1]))
    made = []
    for start, length, who in world["shifts"]:
        person = None if who is None else people[who]
        try:
            with small.session.begin_nested():
                small.shift(unit, "a", at(start), length / 2, person)
        except IntegrityError:
            continue  # he has another shift at that time
        if who is not None:
            made.append((start, length, who))
    for n, (who, start, length) in enumerate(list(world["leave"])):
        try:
            with small.session.begin_nested():
                small.leave(people[who], at(start), length / 2)
        except IntegrityError:
            world["leave"][n] = (who, 0, 0)
    first, last = world["need_days"]
    until = None if last is None else day(max(last, first + 1))
    hours = [
        {"weekday": weekday, "start": f"{start // 2:02d}:{start % 2 * 30:02d}", "minutes": n * 30}
        for weekday, start, n in world["hours"]
    ]
    small.need(
        unit, "a", world["pattern"], world["least"], certified=world["certified"],
        valid_from=day(first), valid_to=until,
        hours=hours if world["pattern"] == Pattern.WEEKLY else [],
    )  # fmt: skip
    return made


@given(world=worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_gaps_are_what_a_grid_of_half_hours_says(session: Session, world: dict[str, Any]) -> None:
    with session.begin_nested() as savepoint:
        small = Small(session)
        unit = small.unit("01.01", "brigade")
        grid = Grid(world, build(small, unit, world))
        found = gaps.between(
            session, SMALL, Unit.id == unit.id, MONDAY, MONDAY + timedelta(7), most=1000
        )
        told = [0] * CELLS
        for gap in found.gaps:
            assert gap.starts_at < gap.ends_at
            for cell in range(CELLS):
                if gap.starts_at <= at(cell) < gap.ends_at:
                    assert told[cell] == 0, "two gaps at one time"
                    told[cell] = gap.missing
        assert told == [grid.missing(cell) for cell in range(CELLS)]
        savepoint.rollback()
    session.expunge_all()


@pytest.fixture
def small(session: Session) -> Small:
    return Small(session)


def test_two_of_three_at_a_handover_leave_no_gap(small: Small) -> None:
    unit = small.unit("01.01", "brigade")
    one, two, three = (small.person(unit) for _n in range(3))
    small.need(unit, "a", least=2)
    small.shift(unit, "a", MONDAY, 24, one)
    small.shift(unit, "a", MONDAY, 12, two)
    small.shift(unit, "a", MONDAY + timedelta(hours=12), 12, three)
    found = gaps.between(
        small.session, SMALL, Unit.id == unit.id, MONDAY, MONDAY + timedelta(days=1)
    )
    assert found.gaps == ()


def test_one_person_with_two_shifts_of_a_kind_counts_once(small: Small) -> None:
    unit = small.unit("01.01", "bureau")
    leader = small.person(unit)
    small.need(unit, "leader", least=2)
    for _twice in range(2):
        small.shift(unit, "leader", MONDAY, 24, leader)
    [gap] = gaps.between(
        small.session, SMALL, Unit.id == unit.id, MONDAY, MONDAY + timedelta(days=1)
    ).gaps
    assert (gap.missing, gap.starts_at, gap.ends_at) == (1, MONDAY, MONDAY + timedelta(days=1))


def test_a_shift_that_began_the_day_before_covers_the_night(small: Small) -> None:
    unit = small.unit("01.01", "command_centre")
    small.need(unit, "a")
    small.shift(unit, "a", MONDAY - timedelta(hours=4), 12, small.person(unit))
    [gap] = gaps.between(
        small.session, SMALL, Unit.id == unit.id, MONDAY, MONDAY + timedelta(days=1)
    ).gaps
    assert gap.starts_at == MONDAY + timedelta(hours=8)


def test_a_year_without_a_calendar_is_named_and_not_guessed(small: Small) -> None:
    unit = small.unit("01.01", "brigade")
    small.need(unit, "a", Pattern.OFFICE)
    start = moment("2026-12-30 00:00")
    found = gaps.between(small.session, SMALL, Unit.id == unit.id, start, start + timedelta(days=7))
    assert found.missing_years == (2027,)
    assert {gap.starts_at.astimezone(ZONE).date() for gap in found.gaps} == {
        date(2026, 12, 30), date(2026, 12, 31)}  # fmt: skip
    until_new_year = gaps.between(
        small.session, SMALL, Unit.id == unit.id, start, moment("2027-01-01 00:00")
    )
    assert until_new_year.missing_years == ()


def names(small: Small, unit: Unit) -> list[list[uuid.UUID]]:
    found = gaps.between(
        small.session, SMALL, Unit.id == unit.id, TUESDAY, TUESDAY + timedelta(days=1)
    )
    return [[person for person, _name in gap.candidates] for gap in found.gaps]


def test_candidates_are_free_rested_certified_and_of_the_unit(small: Small) -> None:
    brigade = small.unit("01.01", "brigade")
    squad = small.unit("01.01.01", "squad", parent=brigade)
    elsewhere = small.unit("01.02", "brigade")
    small.need(brigade, "a", Pattern.OFFICE, certified=True)
    free, below, busy, tired, away, bare, leaving = (
        small.person(squad if n == 1 else brigade) for n in range(7)
    )
    stranger = small.person(elsewhere)
    for person in (free, below, busy, tired, away, leaving, stranger):
        small.paper(person, brigade, date(2020, 1, 1), date(2030, 1, 1))
    small.shift(squad, "squad", TUESDAY + timedelta(hours=9), 7, busy)
    small.shift(squad, "squad", TUESDAY - timedelta(hours=8), 12, tired)  # till four at night
    small.leave(away, TUESDAY, 48)
    small.leave(free, TUESDAY, 48, state="refused")
    morning, afternoon = names(small, brigade)
    assert set(morning) == {free, below, leaving}
    assert set(afternoon) == {free, below, leaving, tired}
    assert bare not in morning


def test_the_least_loaded_candidate_comes_first(small: Small) -> None:
    unit = small.unit("01.01", "brigade")
    small.need(unit, "a", Pattern.OFFICE)
    worked, idle = small.person(unit), small.person(unit)
    small.shift(unit, "b", TUESDAY - timedelta(days=3), 8, worked)
    assert names(small, unit)[0] == [idle, worked]


def test_only_leaders_are_named_for_a_leaders_gap(small: Small) -> None:
    unit = small.unit("01.01", "township_government")
    small.need(unit, "leader")
    small.person(unit, Role.DISPATCHER)
    chief = small.person(unit, Role.TOWNSHIP_LEADER)
    small.shift(unit, "a", TUESDAY, 12, chief)  # no hindrance: a leader may have both
    assert names(small, unit) == [[chief]]
