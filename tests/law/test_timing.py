"""The clock of a case: excluded days, extensions, and what they do to the day it ends (C9, R9)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.timing import (
    Approval,
    Clock,
    Excluded,
    Extension,
    Span,
    clock_of,
    profile_of,
)
from enforcement.law.workdays import shipped, span

FILED = date(2026, 1, 5)
TODAY = date(2026, 3, 20)


def spanned(first: date, last: date | None, kind: Excluded = Excluded.TESTING) -> Span:
    return Span(kind, first, last, "送检", "检测委托书")


def clock(*spans: Span, extensions: tuple[Extension, ...] = (), today: date = TODAY) -> Clock:
    return clock_of(FILED, profile_of("M12", FILED), spans, extensions, today, shipped())


def test_without_excluded_time_the_ninety_days_are_those_of_the_vector() -> None:
    found = clock()
    assert (found.raw, found.due, found.alarm) == (
        date(2026, 4, 5), date(2026, 4, 7), date(2026, 4, 3),
    )  # fmt: skip
    assert (found.allowed, found.excluded, found.stopped_on) == (90, 0, None)


def test_excluded_days_are_added_both_ends_included() -> None:
    found = clock(spanned(date(2026, 2, 1), date(2026, 2, 10)))
    assert (found.raw, found.excluded) == (date(2026, 4, 15), 10)
    said = [step.zh for step in found.how]
    assert "扣除检测时间：2026-02-01至2026-02-10。" in said
    assert "重叠的日子只扣除一次，共扣除10日。" in said


def test_overlapping_spans_count_once() -> None:
    one = spanned(date(2026, 2, 1), date(2026, 2, 10))
    other = spanned(date(2026, 2, 6), date(2026, 2, 15), Excluded.APPRAISAL)
    assert clock(one, other).raw == date(2026, 4, 20)


def test_a_span_that_goes_on_stops_the_clock() -> None:
    found = clock(spanned(date(2026, 3, 11), None))
    assert (found.stopped_on, found.excluded) == (date(2026, 3, 11), 10)
    later = clock(spanned(date(2026, 3, 11), None), today=TODAY + timedelta(30))
    assert later.raw == found.raw + timedelta(30)


def test_a_span_within_added_days_is_excluded_too() -> None:
    first = spanned(date(2026, 3, 1), date(2026, 3, 10))
    second = spanned(date(2026, 4, 8), date(2026, 4, 12), Excluded.HEARING)
    assert clock(first, second, today=date(2026, 4, 14)).raw == date(2026, 4, 20)


def test_a_span_after_the_end_changes_nothing() -> None:
    late = spanned(date(2026, 5, 1), date(2026, 5, 10))
    assert clock(late, today=date(2026, 6, 1)).raw == clock().raw


def test_extensions_add_their_days() -> None:
    head = Extension(Approval.HEAD, 30, date(2026, 3, 30), "案情复杂")
    more = Extension(Approval.COLLECTIVE, 30, date(2026, 4, 28), "特别复杂")
    assert clock(extensions=(head,)).raw == date(2026, 5, 5)
    found = clock(extensions=(head, more))
    assert (found.raw, found.allowed) == (date(2026, 6, 4), 150)
    assert any("集体讨论决定延长30日" in step.zh for step in found.how)


def test_beyond_the_calendar_the_day_is_known_and_its_move_is_not() -> None:
    late = clock_of(
        date(2026, 11, 24), profile_of("M12", date(2026, 11, 24)), (), (), date(2026, 11, 24),
        shipped(),
    )  # fmt: skip
    assert (late.raw, late.due, late.alarm) == (date(2027, 2, 22), None, None)
    assert "2027年" in late.how[-1].zh


DAYS = st.integers(1, 80)
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 25)), max_size=5)


@given(SPANS)
def test_exactly_ninety_days_that_count_lie_within_the_period(parts: list[tuple[int, int]]) -> None:
    spans = [
        spanned(FILED + timedelta(first), FILED + timedelta(first + length))
        for first, length in parts
    ]
    found = clock(*spans, today=date(2026, 10, 1))
    out = {day for one in spans for day in span(one.first, one.last or one.first)}
    counting = [day for day in span(FILED + timedelta(1), found.raw) if day not in out]
    assert len(counting) == 90
    assert found.raw not in out
    assert found.excluded == (found.raw - FILED).days - 90


@given(SPANS, DAYS, st.integers(0, 25))
def test_more_excluded_time_never_ends_a_period_earlier(
    parts: list[tuple[int, int]], first: int, length: int
) -> None:
    spans = [spanned(FILED + timedelta(a), FILED + timedelta(a + n)) for a, n in parts]
    more = spanned(FILED + timedelta(first), FILED + timedelta(first + length))
    today = date(2026, 10, 1)
    assert clock(*spans, more, today=today).raw >= clock(*spans, today=today).raw
