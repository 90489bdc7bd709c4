"""From the rows of a sheet to the days of a year; every fault is told with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from enforcement.i18n import _
from enforcement.law.workdays import span
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.reading import Problem, Row
from enforcement.timing.columns import NOTICE, DayKind

LONGEST: Final = 15  # days; no holiday is longer
FIXED: Final = ((1, 1), (5, 1), (10, 1))
"""New Year's Day, Labour Day and National Day are off in every year (全国年节及纪念日放假办法)."""


@dataclass(frozen=True)
class Day:
    """A day as the file names it, and the row it stands on."""

    row: int
    kind: DayKind
    name: str


@dataclass
class Year:
    """The days of a year and the notice that lays them down."""

    source: str
    row: int
    days: dict[date, Day] = field(default_factory=dict)


def years(rows: Sequence[Row]) -> tuple[dict[int, Year], list[Problem]]:
    """Return year -> its days, and every cell that cannot be taken."""
    found: dict[int, Year] = {}
    problems: list[Problem] = []
    for row in rows:
        values, wrong = _values(row)
        problems += wrong or _add(found, row.number, values)
    for year, held in found.items():
        problems += _incomplete(year, held)
    return found, problems


def _values(row: Row) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for column in NOTICE.columns:
        try:
            values[column.key] = value_of(column, row.cells.get(column.key))
        except CellError as error:
            problems.append(Problem(row.number, column.heading, str(error)))
    return values, problems or _range(row.number, values)


def _range(number: int, values: dict[str, Any]) -> list[Problem]:
    first, last = values["first"], values["last"] or values["first"]
    if last < first:
        why = _("结束日期早于开始日期。")
    elif last.year != first.year:
        why = _("一行不能跨年，请分成两行。")
    elif (last - first).days >= LONGEST:
        why = _("一行最多%(n)d天，请核对日期。", n=LONGEST)
    else:
        return []
    return [Problem(number, NOTICE.heading("last"), why)]


def _add(found: dict[int, Year], number: int, values: dict[str, Any]) -> list[Problem]:
    first, kind = values["first"], values["kind"]
    year = found.setdefault(first.year, Year(values["source"], number))
    if year.source != values["source"]:
        why = _("与第%(n)d行同一年份的文号不一致。", n=year.row)
        return [Problem(number, NOTICE.heading("source"), why)]
    problems = []
    for day in span(first, values["last"] or first):
        wrong = _wrong(year, day, kind)
        if wrong is None:
            year.days[day] = Day(number, kind, values["name"])
        else:
            problems.append(Problem(number, NOTICE.heading("first"), wrong))
    return problems


def _wrong(year: Year, day: date, kind: DayKind) -> str | None:
    held = year.days.get(day)
    if held is not None:
        return _("%(day)s在第%(n)d行已经列过。", day=day, n=held.row)
    if kind is DayKind.WORK and day.weekday() < 5:
        return _("%(day)s不是周末，无须调休上班。", day=day)
    return None


def _incomplete(year: int, held: Year) -> list[Problem]:
    """Tell what a whole year's notice must name; a part of a year would be a guess of the rest."""
    missing = [
        date(year, month, day)
        for month, day in FIXED
        if (one := held.days.get(date(year, month, day))) is None or one.kind is not DayKind.OFF
    ]
    why = _("%(year)d年的安排不完整：%(day)s应当放假。", year=year, day=min(missing, default=""))
    return [Problem(held.row, NOTICE.heading("first"), why)] if missing else []
