"""Every test vector of the specification, day for day (procedure.md 2.1)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.errors import CalendarExhaustedError, UnknownRuleError
from enforcement.law.time_limits import LIMITS, add_months, due_on
from enforcement.law.workdays import read_calendar, shipped

VECTORS = (  # limit, event day, raw, due
    ("hearing_request", "2026-09-28", "2026-10-10", "2026-10-10"),
    ("preservation", "2026-02-12", "2026-02-28", "2026-02-28"),
    ("service", "2026-04-29", "2026-05-12", "2026-05-12"),
    ("cash_to_organ", "2026-02-13", "2026-02-24", "2026-02-24"),
    ("demand", "2026-04-27", "2026-05-13", "2026-05-13"),
    ("publication", "2026-09-24", "2026-10-12", "2026-10-12"),
    ("payment", "2026-09-18", "2026-10-03", "2026-10-08"),
    ("decision", "2026-01-05", "2026-04-05", "2026-04-07"),
    ("public_notice", "2026-06-01", "2026-07-01", "2026-07-01"),
    ("reconsideration", "2026-06-01", "2026-07-31", "2026-07-31"),
    # the worked case of 2.8
    ("decision", "2026-03-03", "2026-06-01", "2026-06-01"),
    ("payment", "2026-03-27", "2026-04-11", "2026-04-13"),
    ("reconsideration", "2026-03-27", "2026-05-26", "2026-05-26"),
    ("litigation", "2026-03-27", "2026-09-27", "2026-09-28"),
    ("publication", "2026-03-27", "2026-04-08", "2026-04-08"),
    ("demand", "2026-09-29", "2026-10-19", "2026-10-19"),
    ("court_application", "2026-09-28", "2026-12-28", "2026-12-28"),
)


@pytest.mark.parametrize(("limit", "start", "raw", "due"), VECTORS)
def test_a_limit_ends_on_the_day_of_the_specification(
    limit: str, start: str, raw: str, due: str
) -> None:
    found = due_on(limit, date.fromisoformat(start))
    assert (found.raw.isoformat(), found.last.isoformat()) == (raw, due)


def test_the_alarm_is_on_the_last_working_day_before() -> None:
    assert due_on("decision", date(2026, 1, 5)).alarm == date(2026, 4, 3)


def test_a_hearing_on_15_october_needs_a_notice_by_29_september() -> None:
    assert due_on("hearing_notice", date(2026, 9, 29)).raw < date(2026, 10, 15)
    assert due_on("hearing_notice", date(2026, 9, 30)).raw >= date(2026, 10, 15)


def test_working_days_beyond_the_calendar_are_never_guessed() -> None:
    with pytest.raises(CalendarExhaustedError, match="2027"):
        due_on("statement", date(2026, 12, 29))
    beyond = due_on("decision", date(2026, 11, 24))
    assert (beyond.raw, beyond.due, beyond.alarm) == (date(2027, 2, 22), None, None)


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(UnknownRuleError, match="nothing"):
        due_on("nothing", date(2026, 1, 5))


def test_every_limit_names_its_article_once() -> None:
    assert len({limit.id for limit in LIMITS}) == len(LIMITS)
    assert all(limit.article.zh.endswith("条") for limit in LIMITS)


def test_months_end_on_the_same_day_number_or_the_last_day() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 3, 27), 6) == date(2026, 9, 27)


@given(st.dates(date(2026, 1, 1), date(2026, 10, 31)), st.integers(1, 15))
def test_n_working_days_contain_n_working_days(start: date, days: int) -> None:
    end = shipped().add(start, days)
    between = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(shipped().is_working(day) for day in between) == days
    assert shipped().is_working(end)


def test_a_calendar_reads_ranges_and_worked_saturdays() -> None:
    rows = ["year,day,kind,name,source", "2030,05-01..05-03,off,x,y", "2030,05-04,work,x,y"]
    known = read_calendar(rows)
    assert known.add(date(2030, 4, 30), 1) == date(2030, 5, 4)
