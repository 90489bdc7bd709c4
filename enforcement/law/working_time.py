"""Time that a limit runs in: every hour, office hours, or working days (GB/T 30428).

Office hours are those of the county's offices; no law fixes them, so the caller may give others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from enforcement.law.terms import Term
from enforcement.law.workdays import DAY, Calendar, shipped

ZONE: Final = ZoneInfo("Asia/Shanghai")
Hours = tuple[tuple[time, time], ...]
OFFICE_HOURS: Final[Hours] = ((time(8, 30), time(11, 30)), (time(13, 30), time(17, 0)))
"""Morning and afternoon of a working day (default)."""


class Counted(Term):
    """What an amount of time is counted in."""

    SECONDS = "seconds", "秒"
    URGENT_HOURS = "urgent_hours", "紧急工作时", "hours, day and night"
    OFFICE_HOURS = "office_hours", "工作时", "office hours"
    WORKING_DAYS = "working_days", "工作日"


def due_at(
    start: datetime,
    amount: float,
    counted: Counted,
    *,
    hours: Hours = OFFICE_HOURS,
    calendar: Calendar | None = None,
) -> datetime:
    """Return when an amount of time has passed since a moment (aware).

    Office hours run in `hours` of working days only. A working day ends with its last office
    hour; the day of the start is not counted. Raises CalendarExhaustedError.
    """
    if counted is Counted.SECONDS:
        return start + timedelta(seconds=amount)
    if counted is Counted.URGENT_HOURS:
        return start + timedelta(hours=amount)
    known = calendar or shipped()
    if counted is Counted.WORKING_DAYS:
        last = known.add(start.astimezone(ZONE).date(), int(amount))
        return datetime.combine(last, hours[-1][1], ZONE)
    return _office(start.astimezone(ZONE), timedelta(hours=amount), hours, known)


def _office(start: datetime, left: timedelta, hours: Hours, calendar: Calendar) -> datetime:
    for opens, closes in _spans(start.date(), hours, calendar):
        begins = max(opens, start)
        if begins >= closes:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise AssertionError("office hours never end")


def _spans(day: date, hours: Hours, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Give the office hours from a day on, without end; raises CalendarExhaustedError."""
    while True:
        day = calendar.next(day)
        for opens, closes in hours:
            yield datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)
        day += DAY


def passed(
    start: datetime, end: datetime, *, hours: Hours = OFFICE_HOURS, calendar: Calendar | None = None
) -> timedelta:
    """Return the office time between two moments; zero where the second is not later."""
    known, total = calendar or shipped(), timedelta()
    for opens, closes in _spans(start.astimezone(ZONE).date(), hours, known):
        if opens >= end:
            return total
        total += max(timedelta(), min(closes, end) - max(opens, start))
    return total
