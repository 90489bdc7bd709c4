"""What a report on patrols is grouped by, and the period it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import Term

MOST_DAYS: Final = 366


class By(Term):
    """Whose patrols are put together."""

    SQUAD = "squad", "中队", "Squad"
    BRIGADE = "brigade", "大队", "Brigade"
    TOWNSHIP = "township", "乡镇（街道）", "Township"
    PERSON = "person", "人员", "Person"


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


def read_period(first: date | None, last: date | None, today: date) -> Period:
    """Return the period asked for, by default this month so far; raises InvalidInputError."""
    start = first or (last or today).replace(day=1)
    end = last or today
    if end < start:
        raise InvalidInputError("last", _("结束日期应当不早于开始日期。"))
    if start > today:
        raise InvalidInputError("first", _("不能查看将来的日期。"))
    if (end - start).days >= MOST_DAYS:
        raise InvalidInputError("last", _("最多查看%(n)d天。", n=MOST_DAYS))
    return Period(start, min(end, today))
