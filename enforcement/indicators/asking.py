"""What is asked of the indicators: a period, what it is grouped by, and whose rows count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import Role, Term
from enforcement.law.time_limits import add_months
from enforcement.scope import BY_AREA, COUNTY_WIDE, NOTHING

MOST_DAYS: Final = 1830


class By(Term):
    """What the figures are set side by side for."""

    TOWNSHIP = "township", "乡镇（街道）", "Township"
    BRIGADE = "brigade", "大队（分局）", "Brigade"
    SQUAD = "squad", "中队", "Squad"
    MATTER = "matter", "事项（类别）", "Matter or category"
    MONTH = "month", "月份", "Month"


@dataclass(frozen=True)
class Span:
    """Days from the first to the last one, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return (self.last - self.first).days + 1

    def before(self) -> Span:
        """Return the period before: the months before whole months, else as many days."""
        after = self.last + timedelta(days=1)
        if self.first.day == 1 and after.day == 1:
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            return Span(add_months(self.first, -months), self.first - timedelta(days=1))
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def year_before(self) -> Span:
        """Return the same days a year earlier."""
        return Span(add_months(self.first, -12), add_months(self.last, -12))


def read_span(first: date | None, last: date | None, today: date) -> Span:
    """Return the period asked for, by default this month so far; raises InvalidInputError."""
    end = min(last or today, today)
    start = first or end.replace(day=1)
    if start > today:
        raise InvalidInputError("first", _("不能查看将来的日期。"))
    if end < start:
        raise InvalidInputError("last", _("结束日期应当不早于开始日期。"))
    if (end - start).days >= MOST_DAYS:
        raise InvalidInputError("last", _("最多查看%(n)d天。", n=MOST_DAYS))
    return Span(start, end)


def read_day(name: str, said: str | None) -> date | None:
    """Return the day a field says; raises InvalidInputError that names the field."""
    try:
        return clock.day_of(said) if said else None
    except ValueError:
        raise InvalidInputError(name, _("日期不对。")) from None


def read_by(said: str | None) -> By | None:
    """Return what to group by; raises InvalidInputError."""
    if said and said not in {str(one) for one in By}:
        raise InvalidInputError("by", _("没有这种汇总方式。"))
    return By(said) if said else None


def reach(actor: Actor) -> dict[str, Any]:
    """Return the bounds of what counts for the actor: unit codes, or townships; none for nobody."""
    found: dict[str, Any] = {"county": actor.county_code, "low": "", "high": "~", "areas": None}
    if actor.role in NOTHING:
        return found | {"areas": []}
    if actor.role in COUNTY_WIDE:
        return found
    if actor.role in BY_AREA:
        return found | {"areas": sorted({code[:9] for code in actor.area_codes})}
    return found | {"low": actor.unit_code, "high": actor.unit_code + "~"}


def offered(actor: Actor) -> list[By]:
    """Return what the actor may have set side by side: what lies inside his own reach."""
    if actor.role is Role.TOWNSHIP_LEADER:
        return [By.TOWNSHIP, By.MATTER, By.MONTH]
    return [one for one in By if one is not By.BRIGADE or actor.role in COUNTY_WIDE]
