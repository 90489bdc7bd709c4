"""Weeks and hours as plain values: what a template makes, and what a requirement asks for.

Nothing here reads the database. Moments are aware; days and hours are those of China.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from enforcement.clock import ZONE, local_day
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.workdays import Calendar
from enforcement.roster.terms import (
    FIRST_YEAR,
    LAST_YEAR,
    OFFICE_HOURS,
    DayRule,
    DutyKind,
    Pattern,
)

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
Span = tuple[datetime, datetime]


class Row(Protocol):
    """What `slots` reads of a template's row, stored or not."""

    week: int
    weekday: int
    kind: str
    start: time
    minutes: int
    days: str
    person_id: uuid.UUID | None
    seat: int


class Wanted(Protocol):
    """What `needed` reads of a requirement."""

    pattern: str
    hours: list[dict[str, object]]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Slot:
    """One shift that a template asks for."""

    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
    seat: int
    person_id: uuid.UUID | None

    @property
    def key(self) -> tuple[str, datetime, int]:
        """Return what names the slot within its template."""
        return str(self.kind), self.starts_at, self.seat


@dataclass
class Needed:
    """When something must be covered; years whose calendar is missing are named, not guessed."""

    spans: list[Span] = field(default_factory=list)
    missing_years: set[int] = field(default_factory=set)


def check_years(field: str, *days: date | None) -> None:
    """Raise InvalidInputError where a day or moment lies in a year that cannot be meant."""
    if any(day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        raise InvalidInputError(
            field, _("年份应当在%(low)d到%(high)d之间。", low=FIRST_YEAR, high=LAST_YEAR)
        )


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def at_time(day: date, hour: time) -> datetime:
    """Return the moment of a clock time on a day in China."""
    return datetime.combine(day, hour, tzinfo=ZONE)


def midnight(day: date) -> datetime:
    """Return the moment on which a day begins in China."""
    return at_time(day, time())


def week_span(monday: date, weeks: int = 1) -> Span:
    """Return the first moment of a week and the first after so many weeks."""
    return midnight(monday), midnight(monday + weeks * WEEK)


def slots(
    rows: Sequence[Row], cycle: int, anchor: date, monday: date, weeks: int, calendar: Calendar
) -> list[Slot]:
    """Return the shifts of some weeks from `monday` on, by start, kind and seat.

    cycle, anchor -- as of DutyTemplate. Raises CalendarExhaustedError where a row asks for working
    days of a year without a calendar.
    """
    found = []
    for n in range(weeks):
        first = monday + n * WEEK
        turn = ((first - anchor).days // 7) % cycle
        for row in rows:
            day = first + row.weekday * DAY
            if row.week == turn and (row.days == DayRule.EVERY or calendar.is_working(day)):
                found.append(_slot(row, day))
    return sorted(found, key=lambda slot: (slot.starts_at, slot.kind, slot.seat))


def _slot(row: Row, day: date) -> Slot:
    start = at_time(day, row.start)
    end = start + timedelta(minutes=row.minutes)
    return Slot(DutyKind(row.kind), start, end, row.seat, row.person_id)


def numbered(keys: Iterable[tuple[object, ...]]) -> list[int]:
    """Return for each key how many equal ones stood before it: the seats of rows."""
    seen: dict[tuple[object, ...], int] = {}
    seats = []
    for key in keys:
        seats.append(seen.get(key, 0))
        seen[key] = seats[-1] + 1
    return seats


def needed(wanted: Wanted, since: datetime, until: datetime, calendar: Calendar) -> Needed:
    """Return when a requirement must be covered between two moments, clipped to its days."""
    low = max(since, midnight(wanted.valid_from))
    high = min(until, midnight(wanted.valid_to)) if wanted.valid_to else until
    found = Needed()
    if low >= high:
        return found
    if wanted.pattern == Pattern.ALWAYS:
        found.spans.append((low, high))
        return found
    for start, minutes in _starts(wanted, low, high, calendar, found.missing_years):
        span = max(start, low), min(start + timedelta(minutes=minutes), high)
        if span[0] < span[1]:
            found.spans.append(span)
    return found


def _starts(
    wanted: Wanted, low: datetime, high: datetime, calendar: Calendar, missing: set[int]
) -> Iterator[tuple[datetime, int]]:
    day, last = local_day(low), local_day(high - datetime.resolution)
    if wanted.pattern == Pattern.WEEKLY:
        day -= DAY  # its hours may pass midnight
    while day <= last:
        for hour, minutes in _hours_of(wanted, day, calendar, missing):
            yield at_time(day, hour), minutes
        day += DAY


def _hours_of(
    wanted: Wanted, day: date, calendar: Calendar, missing: set[int]
) -> Sequence[tuple[time, int]]:
    if wanted.pattern == Pattern.WEEKLY:
        rows = [row for row in wanted.hours if row["weekday"] == day.weekday()]
        return [(time.fromisoformat(str(row["start"])), int(str(row["minutes"]))) for row in rows]
    try:
        return OFFICE_HOURS if calendar.is_working(day) else ()
    except CalendarExhaustedError:
        missing.add(day.year)
        return ()
