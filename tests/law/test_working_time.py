"""Limits of incidents: hours day and night, office hours, working days with the calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.working_time import OFFICE_HOURS, ZONE, Counted, due_at, passed


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# fmt: off
CASES = (  # start, amount, counted in, due
    ("2026-03-02 09:00", 30, Counted.SECONDS,      "2026-03-02 09:00:30"),
    ("2026-03-02 23:00", 2,  Counted.URGENT_HOURS, "2026-03-03 01:00"),
    ("2026-03-02 09:00", 2,  Counted.OFFICE_HOURS, "2026-03-02 11:00"),
    ("2026-03-02 11:00", 2,  Counted.OFFICE_HOURS, "2026-03-02 15:00"),  # over noon
    ("2026-03-02 11:45", 1,  Counted.OFFICE_HOURS, "2026-03-02 14:30"),  # at noon
    ("2026-03-02 16:30", 4,  Counted.OFFICE_HOURS, "2026-03-03 14:00"),  # over night
    ("2026-03-06 16:00", 2,  Counted.OFFICE_HOURS, "2026-03-09 09:30"),  # over a weekend
    ("2026-09-30 16:00", 2,  Counted.OFFICE_HOURS, "2026-10-08 09:30"),  # over the holidays
    ("2026-02-13 16:30", 1,  Counted.OFFICE_HOURS, "2026-02-14 09:00"),  # a worked Saturday
    ("2026-03-02 06:00", 1,  Counted.OFFICE_HOURS, "2026-03-02 09:30"),  # before opening
    ("2026-03-02 09:00", 7,  Counted.WORKING_DAYS, "2026-03-11 17:00"),
    ("2026-09-28 09:00", 5,  Counted.WORKING_DAYS, "2026-10-10 17:00"),
)
# fmt: on


@pytest.mark.parametrize(("start", "amount", "counted", "due"), CASES)
def test_a_limit_ends_when_its_time_has_passed(
    start: str, amount: int, counted: Counted, due: str
) -> None:
    assert due_at(at(start), amount, counted) == at(due)


def test_no_calendar_no_guess() -> None:
    with pytest.raises(CalendarExhaustedError):
        due_at(at("2026-12-31 16:30"), 4, Counted.OFFICE_HOURS)


def test_other_hours_may_be_given() -> None:
    hours = ((time(9), time(12)),)
    assert due_at(at("2026-03-02 11:00"), 2, Counted.OFFICE_HOURS, hours=hours) == at(
        "2026-03-03 10:00"
    )


STARTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 30)).map(  # noqa: DTZ001
    lambda found: found.replace(tzinfo=ZONE)
)


@given(STARTS, st.floats(0.01, 60))
def test_the_office_time_until_the_due_moment_is_the_amount(start: datetime, hours: float) -> None:
    due = due_at(start, hours, Counted.OFFICE_HOURS)
    assert abs(passed(start, due) - timedelta(hours=hours)) < timedelta(milliseconds=1)
    moment = due.astimezone(ZONE).time()
    assert any(opens <= moment <= closes for opens, closes in OFFICE_HOURS)


@given(STARTS, st.floats(0.01, 30), st.floats(0.01, 30))
def test_a_longer_limit_never_ends_earlier(start: datetime, one: float, more: float) -> None:
    for counted in (Counted.OFFICE_HOURS, Counted.URGENT_HOURS):
        assert due_at(start, one, counted) < due_at(start, one + more, counted)


@given(STARTS, st.integers(1, 20))
def test_a_working_day_ends_on_a_working_day(start: datetime, days: int) -> None:
    found = due_at(start, days, Counted.WORKING_DAYS).astimezone(ZONE)
    assert found.time() == OFFICE_HOURS[-1][1]
    assert found.date() > start.date() >= date(2026, 1, 5)
