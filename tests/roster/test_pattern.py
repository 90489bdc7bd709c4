"""Weeks and hours as plain values: cycles, midnight, holidays, years without a calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law import workdays
from enforcement.law.errors import CalendarExhaustedError
from enforcement.roster.pattern import monday_of, needed, numbered, slots, week_span
from enforcement.roster.templates import minutes_between
from enforcement.roster.terms import DayRule, DutyKind, Pattern
from tests.roster.making import moment

ANCHOR = date(2026, 1, 5)
CALENDAR = workdays.shipped()


@dataclass
class Row:
    weekday: int = 0
    week: int = 0
    kind: str = "a"
    start: time = time(20)
    minutes: int = 720
    days: str = DayRule.EVERY
    person_id: None = None
    seat: int = 0


@dataclass
class Wanted:
    pattern: str
    hours: list[dict[str, Any]] = field(default_factory=list)
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


def test_a_shift_past_midnight_ends_on_the_next_day() -> None:
    [slot] = slots([Row(weekday=6)], 1, ANCHOR, date(2026, 3, 2), 1, CALENDAR)
    assert slot.starts_at == moment("2026-03-08 20:00")
    assert slot.ends_at == moment("2026-03-09 08:00")
    assert slot.kind is DutyKind.A_POST


@given(
    weeks=st.integers(1, 12),
    cycle=st.integers(1, 12),
    start=st.dates(date(2025, 1, 1), date(2026, 9, 1)),
    anchor=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_each_week_of_a_cycle_comes_in_turn(
    weeks: int, cycle: int, start: date, anchor: date
) -> None:
    rows = [Row(week=n, weekday=n % 7) for n in range(cycle)]
    monday, first = monday_of(start), monday_of(anchor)
    found = slots(rows, cycle, first, monday, weeks, CALENDAR)
    assert len(found) == weeks
    for n, slot in enumerate(found):
        turn = ((monday - first) // timedelta(7) + n) % cycle
        assert slot.starts_at.date() == monday + timedelta(7 * n + turn % 7)


def test_working_days_follow_the_notice_of_the_state_council() -> None:
    rows = [Row(weekday=n, days=DayRule.WORKING) for n in range(7)]
    spring = slots(rows, 1, ANCHOR, date(2026, 2, 23), 1, CALENDAR)
    assert [slot.starts_at.day for slot in spring] == [24, 25, 26, 27, 28]
    with pytest.raises(CalendarExhaustedError, match="2027"):
        slots(rows, 1, ANCHOR, date(2026, 12, 28), 1, CALENDAR)
    assert len(slots([Row()], 1, ANCHOR, date(2027, 1, 4), 1, CALENDAR)) == 1


def test_office_hours_are_two_halves_of_a_working_day() -> None:
    since, until = week_span(date(2026, 2, 23))
    found = needed(Wanted(Pattern.OFFICE), since, until, CALENDAR)
    assert len(found.spans) == 10
    assert found.spans[0] == (moment("2026-02-24 08:30"), moment("2026-02-24 11:30"))
    assert found.spans[-1] == (moment("2026-02-28 13:30"), moment("2026-02-28 17:00"))
    assert found.missing_years == set()


@given(
    first=st.integers(0, 330 * 24),
    hours=st.integers(1, 400),
    pattern=st.sampled_from(list(Pattern)),
)
def test_what_is_needed_lies_within_what_was_asked(
    first: int, hours: int, pattern: Pattern
) -> None:
    start = moment("2026-01-01 00:00") + timedelta(hours=first)
    until = start + timedelta(hours=hours)
    wanted = Wanted(pattern, [{"weekday": 6, "start": "22:00", "minutes": 600}])
    for low, high in needed(wanted, start, until, CALENDAR).spans:
        assert start <= low < high <= until


def test_a_requirement_holds_from_its_first_day_to_the_day_before_its_last() -> None:
    since, until = week_span(date(2026, 3, 2))
    wanted = Wanted(Pattern.ALWAYS, valid_from=date(2026, 3, 4), valid_to=date(2026, 3, 6))
    assert needed(wanted, since, until, CALENDAR).spans == [
        (moment("2026-03-04 00:00"), moment("2026-03-06 00:00"))
    ]
    over = Wanted(Pattern.ALWAYS, valid_to=date(2026, 3, 2))
    assert needed(over, since, until, CALENDAR).spans == []


def test_seats_are_counted_among_equals() -> None:
    assert numbered([("x",), ("y",), ("x",), ("x",)]) == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("08:30", "17:00", 510), ("20:00", "08:00", 720), ("08:30", "08:30", 1440)],
)
def test_an_end_before_the_start_is_that_of_the_next_day(
    start: str, end: str, minutes: int
) -> None:
    assert minutes_between(time.fromisoformat(start), time.fromisoformat(end)) == minutes
