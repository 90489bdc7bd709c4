"""Time limits, rows of data/time_limits.csv, and how each is counted (procedure.md 2.1, C1-C8).

A limit may have several versions; the day of the event picks the one in force.
"""

from __future__ import annotations

import calendar as months
import csv
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from enforcement.law.articles import Article, cited
from enforcement.law.counting import Step, counted, ended
from enforcement.law.errors import CalendarExhaustedError, UnknownRuleError
from enforcement.law.limit_terms import Days, LimitKind, Whose
from enforcement.law.workdays import DATA, DAY, Calendar, shipped
from enforcement.law.working_time import ZONE

__all__ = ["LIMITS", "Days", "Due", "TimeLimit", "add_months", "due_on", "latest_start", "limit"]


@dataclass(frozen=True)
class TimeLimit:
    """One version of one period: how long, how counted, from which event, by which article.

    days -- the number: days, months or hours as `counting` says; valid_to -- its last day, if any
    kind -- fixed by law, or a figure that a county may set; note -- where the figure comes from
    """

    id: str
    days: int
    counting: Days
    starts: str
    starts_en: str
    valid_from: date
    valid_to: date | None
    article: Article
    whose: Whose
    kind: LimitKind
    name: str
    name_en: str
    note: str

    def in_force(self, on: date) -> bool:
        """Tell whether this version is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Due:
    """When a period ends, and how that was counted.

    raw -- last day as counted; due -- moved to a working day if it falls on a holiday (C7);
    alarm -- last working day before raw. due and alarm are None where no calendar is known.
    raw_at -- the moment, of limits in hours only; these are never moved
    how -- the steps of the count, for a page to print
    """

    raw: date
    due: date | None
    alarm: date | None
    limit: TimeLimit
    how: tuple[Step, ...] = ()
    raw_at: datetime | None = None

    @property
    def last(self) -> date:
        """Return the day to show: the moved one where it is known."""
        return self.due or self.raw

    @property
    def binding(self) -> date:
        """Return the day by which to act: an organ's own duty is not to rest on C7."""
        return self.raw if self.limit.whose is Whose.ORGAN else self.last


def _read() -> tuple[TimeLimit, ...]:
    with (DATA / "time_limits.csv").open(encoding="utf-8") as file:
        return tuple(
            TimeLimit(
                id=row["id"], days=int(row["days"]), counting=Days(row["counting"]),
                starts=row["starts_zh"], starts_en=row["starts_en"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                article=cited(row["article"]), whose=Whose(row["whose"]),
                kind=LimitKind(row["kind"]), name=row["zh"], name_en=row["en"], note=row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


LIMITS: Final = _read()


@cache
def _versions(limit_id: str) -> tuple[TimeLimit, ...]:
    return tuple(row for row in LIMITS if row.id == limit_id)


def limit(limit_id: str, on: date | None = None) -> TimeLimit:
    """Return the version of a limit in force on a day, the newest without one.

    Raises UnknownRuleError: no such limit, or none in force on that day.
    """
    versions = _versions(limit_id)
    if not versions:
        raise UnknownRuleError(f"没有名为 {limit_id} 的期限。")
    if on is None:
        return max(versions, key=lambda row: row.valid_from)
    found = next((row for row in versions if row.in_force(on)), None)
    if found is None:
        raise UnknownRuleError(f"期限 {limit_id} 在 {on} 没有有效的规定。")
    return found


def due_on(
    limit_id: str,
    start: date | datetime,
    calendar: Calendar | None = None,
    *,
    days: int | None = None,
) -> Due:
    """Count a limit from the day of its event; that day itself is not counted (C6).

    start -- a day of China, or an aware moment; a limit in hours that is given a day only is
    counted from its first minute, the strictest reading
    days -- what a county set in place of a figure that no law fixes
    Raises UnknownRuleError, and CalendarExhaustedError where working days run beyond the known
    years. A period in calendar days or months has a raw day always; due and alarm are None beyond.
    """
    rule = limit(limit_id, local_day(start))
    if days is not None and rule.kind is not LimitKind.LAW:
        rule = replace(rule, days=days)
    return count(rule, start, calendar or shipped())


def count(rule: TimeLimit, start: date | datetime, calendar: Calendar) -> Due:
    """Count one version of a limit; as `due_on`."""
    if rule.counting is Days.HOURS:
        return _hours(rule, start, calendar)
    day = local_day(start)
    if rule.counting is Days.WORKING:
        raw = calendar.add(day, rule.days)
    elif rule.counting is Days.MONTHS:
        raw = add_months(day, rule.days)
    else:
        raw = day + timedelta(days=rule.days)
    how = counted(rule.counting, rule.days, rule.article, day, raw, calendar)
    due, alarm, more = ended(raw, calendar, rule.whose)
    return Due(raw, due, alarm, rule, (*how, *more))


def _hours(rule: TimeLimit, start: date | datetime, calendar: Calendar) -> Due:
    """Count clock hours, day and night; never moved. The alarm is not before the event's day."""
    at = start if isinstance(start, datetime) else datetime.combine(start, time(), ZONE)
    end = (at.replace(tzinfo=ZONE) if at.tzinfo is None else at.astimezone(ZONE)) + timedelta(
        hours=rule.days
    )
    how = counted(rule.counting, rule.days, rule.article, local_day(start), end, calendar)
    try:
        alarm = max(calendar.before(end.date()), local_day(start))
    except CalendarExhaustedError:
        alarm = local_day(start)
    return Due(end.date(), end.date(), alarm, rule, how, end)


def local_day(moment: date | datetime) -> date:
    """Return the day in China of a moment, or the day itself."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(ZONE) if moment.tzinfo else moment).date()


def latest_start(limit_id: str, event: date, calendar: Calendar | None = None) -> date:
    """Return the last day on which a limit may start so that it has run out before `event`.

    For notices that must come before: a hearing on 2026-10-15 needs its notice by 2026-09-29.
    Raises CalendarExhaustedError, UnknownRuleError.
    """
    known, day = calendar or shipped(), event - DAY
    while due_on(limit_id, day, known).raw >= event:
        day -= DAY
    return day


def add_months(start: date, count: int) -> date:
    """Return the same day number `count` months later, or that month's last day (C6)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
