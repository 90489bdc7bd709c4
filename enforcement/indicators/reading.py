"""What a reader asks of the indicators: the table, one indicator with its groups, its rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.indicators import asking, names, queries
from enforcement.indicators.asking import By
from enforcement.indicators.queries import ALL, Row
from enforcement.law.indicators import Indicator, indicators
from enforcement.law.time_limits import add_months
from enforcement.periods import Period, read_period
from enforcement.permissions import Permission

MONTHS: Final = 12
Value = float | None


@dataclass(frozen=True)
class Line:
    """An indicator with its value in the period, in the one before and a year before."""

    indicator: Indicator
    now: Value
    before: Value
    year_before: Value

    @property
    def change(self) -> Value:
        """Return by how much it changed against the period before."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def mood(self) -> str:
        """Return "better", "worse" or "" for what says nothing."""
        if not self.change or not self.indicator.better:
            return ""
        return "better" if (self.change > 0) == (self.indicator.better == "up") else "worse"


@dataclass(frozen=True)
class Asked:
    """A period, and filters that narrow what counts."""

    span: Period
    filters: dict[str, str | None]


def read(
    session: Session, actor: Actor, first: date | None, last: date | None, **filters: str | None
) -> Asked:
    """Return what is asked for; raises NotPermittedError, InvalidInputError."""
    permissions.check(actor, Permission.REPORT_READ)
    span = read_period(first, last, clock.today(session), most_days=asking.MOST_DAYS)
    return Asked(span, {name: value or None for name, value in filters.items()})


def table(session: Session, actor: Actor, asked: Asked) -> list[Line]:
    """Return every indicator with its values."""
    known = list(indicators().values())
    words = asking.reach(actor) | asked.filters
    spans = (asked.span, asked.span.before(), asked.span.year_before())
    now, before, earlier = (
        queries.figures(session, known, words, span, None).get(ALL, {}) for span in spans
    )
    return [
        Line(one, now.get(one.code), before.get(one.code), earlier.get(one.code)) for one in known
    ]


@dataclass(frozen=True)
class Group:
    """One of the groups set side by side."""

    key: str
    name: str
    value: Value


def one(code: str) -> Indicator:
    """Return an indicator; raises NotFoundError."""
    found = indicators().get(code)
    if found is None:
        raise NotFoundError(_("没有这项指标。"))
    return found


def offered(actor: Actor, indicator: Indicator) -> list[By]:
    """Return what an indicator may be grouped by: money never by who decides (罚74第三款)."""
    allowed = asking.offered(actor)
    return [by for by in allowed if not indicator.informs_only or by in (By.MONTH, By.MATTER)]


def groups(
    session: Session, actor: Actor, indicator: Indicator, asked: Asked, by: By
) -> list[Group]:
    """Return the values of the groups, in the order of their names' codes, never of the values.

    Raises InvalidInputError where the indicator may not be compared so.
    """
    if by not in offered(actor, indicator):
        raise InvalidInputError("by", _("这项指标不能按此汇总。"))
    words = asking.reach(actor) | asked.filters
    found = queries.figures(session, [indicator], words, asked.span, by)
    named = names.of(session, actor, by, [key for key in found if key], asked.span.last)
    return [
        Group(key, named.get(key, key) or _("未标明"), values[indicator.code])
        for key, values in found.items() if key or values[indicator.code]
    ]  # fmt: skip


def trend(session: Session, actor: Actor, indicator: Indicator, asked: Asked) -> list[Group]:
    """Return the values of the twelve months up to the end of the period."""
    first = add_months(asked.span.last.replace(day=1), 1 - MONTHS)
    span = Period(first, asked.span.last)
    words = asking.reach(actor) | asked.filters
    found = queries.figures(session, [indicator], words, span, By.MONTH)
    months = [f"{add_months(first, n):%Y-%m}" for n in range(MONTHS)]
    empty: Value = 0.0 if indicator.whole is None and indicator.unit in ("件", "次", "个") else None
    return [
        Group(month, month, found.get(month, {}).get(indicator.code, empty)) for month in months
    ]


@dataclass(frozen=True)
class Page:
    """Rows behind a figure, and the key that the next page begins after."""

    rows: Sequence[Row]
    after: str | None


def rows(
    session: Session, actor: Actor, indicator: Indicator, asked: Asked, after: str | None = None,
    limit: int = 50,
) -> Page:  # fmt: skip
    """Return the rows behind an indicator's first measure; raises InvalidInputError."""
    words = asking.reach(actor) | asked.filters
    found = queries.rows(session, indicator.part.code, words, asked.span, _after(after), limit + 1)
    more = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{more.on_day}_{more.id}" if more else None)


def _after(said: str | None) -> tuple[date, uuid.UUID] | None:
    if not said:
        return None
    day, _line, key = said.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(key)
    except ValueError:
        raise InvalidInputError("after", _("页码不对，请从第一页重新翻。")) from None


def as_json(line: Line) -> dict[str, Any]:
    """Return an indicator with its values for programs."""
    known = line.indicator
    zh, en = known.formula
    return {
        "code": known.code, "topic": str(known.topic), "zh": known.zh, "en": known.en,
        "unit": known.unit, "formula": zh, "formula_en": en, "source": known.source,
        "information_only": known.informs_only, "value": _rounded(line.now),
        "before": _rounded(line.before), "year_before": _rounded(line.year_before),
    }  # fmt: skip


def _rounded(value: Value) -> Value:
    return None if value is None else round(value, 2)
