"""Periods of reports: from a first to a last day, read from what somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.time_limits import add_months


@dataclass(frozen=True)
class Period:
    """Days from the first to the last one, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return (self.last - self.first).days + 1

    def asked(self) -> dict[str, Any]:
        """Return the bounds that statements ask for."""
        after = self.last + timedelta(days=1)
        return {"first": self.first, "next": after, "on": self.last,
                "since": clock.midnight(self.first), "until": clock.midnight(after)}  # fmt: skip

    def before(self) -> Period:
        """Return the period before: the months before whole months, else as many days."""
        after = self.last + timedelta(days=1)
        if self.first.day == 1 and after.day == 1:
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            return Period(add_months(self.first, -months), self.first - timedelta(days=1))
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def year_before(self) -> Period:
        """Return the same days a year earlier."""
        return Period(add_months(self.first, -12), add_months(self.last, -12))


def read_period(first: date | None, last: date | None, today: date, *, most_days: int) -> Period:
    """Return the period asked for, by default this month so far; raises InvalidInputError."""
    start = first or (last or today).replace(day=1)
    end = last or today
    if start > today:
        raise InvalidInputError("first", _("不能查看将来的日期。"))
    if end < start:
        raise InvalidInputError("last", _("结束日期应当不早于开始日期。"))
    if (end - start).days >= most_days:
        raise InvalidInputError("last", _("最多查看%(n)d天。", n=most_days))
    return Period(start, min(end, today))


def read_day(name: str, said: str | None) -> date | None:
    """Return the day that a field says; raises InvalidInputError that names the field."""
    try:
        return clock.day_of(said) if said else None
    except ValueError:
        raise InvalidInputError(name, _("日期不对。")) from None
