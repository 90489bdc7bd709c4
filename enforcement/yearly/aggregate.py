"""A feed of plain counts by month, township and matter: no person, no place finer, no small cell.

Source: 个人信息保护法 art. 4 and 73 (what nobody can be recognised from is no personal data). A
cell below the county's least number is named without its count. Sums over cells are not given, but
the year's are published (the yearly statistics): where small cells could be reckoned from a sum, a
larger one of the same month, else of an earlier one, is hidden with them. Only months that are over
are told, and what is hidden does not depend on which months are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.indicators import measures
from enforcement.law.time_limits import add_months
from enforcement.settings import queries as settings

SCHEMA: Final = "aggregate-1"
MEASURES: Final = (
    "incident.received", "incident.ended", "case.filed", "case.penalty", "case.no_penalty",
    "spot.decided", "inspection.entered",
)  # fmt: skip
USUAL, MOST = 12, 36
MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
CELLS: Final = text("""
SELECT measure, to_char(on_day, 'YYYY-MM') AS month, township_code, matter, sum(n) AS n
FROM indicator_day
WHERE county_code = :county AND measure = ANY(:measures) AND on_day >= :first AND on_day < :after
GROUP BY 1, 2, 3, 4 HAVING sum(n) > 0 ORDER BY 1, 2, 3, 4
""")


@dataclass(frozen=True)
class Months:
    """First day of the first month, and the day after the last one."""

    first: date
    after: date


def read_months(session: Session, first: str | None, last: str | None) -> Months:
    """Return the months asked for, by default the twelve before this one.

    Raises InvalidInputError for a month that is not over, and for too many.
    """
    now = clock.today(session).replace(day=1)
    after = add_months(_month("last", last), 1) if last else now
    start = _month("first", first) if first else add_months(after, -USUAL)
    if after > now:
        raise InvalidInputError("last", _("只提供已经结束的月份。"))
    if start >= after:
        raise InvalidInputError("first", _("开始月份不能晚于结束月份。"))
    if add_months(start, MOST) < after:
        raise InvalidInputError("first", _("最多%(n)d个月。", n=MOST))
    return Months(start, after)


def _month(field: str, said: str) -> date:
    if not MONTH.fullmatch(said):
        raise InvalidInputError(field, _("月份应写成2026-01。"))
    return date(int(said[:4]), int(said[5:]), 1)


def make(session: Session, county_code: str, months: Months) -> dict[str, Any]:
    """Return the counts as the schema aggregate-1 has them (static/schemas/aggregate-1.json)."""
    least = settings.value(session, county_code, "aggregate_least")
    words = {"county": county_code, "measures": list(MEASURES), "after": months.after,
             "first": months.first.replace(month=1)}  # fmt: skip
    known = measures()
    return {
        "schema": SCHEMA,
        "county": county_code,
        "first": f"{months.first:%Y-%m}",
        "last": f"{months.after - timedelta(days=1):%Y-%m}",
        "least": least,
        "note": f"少于{least}件的，以及由合计能推算出它们的，只列格子，不给数量；"
        "不含个人信息和坐标。",
        "note_en": f"Cells below {least}, and those from which they could be reckoned, carry no"
        " count; no personal data, no coordinates.",
        "measures": [{"code": code, "zh": known[code].zh, "en": known[code].en}
                     for code in MEASURES],
        "cells": _cells(session.execute(CELLS, words).all(), least, f"{months.first:%Y-%m}"),
    }  # fmt: skip


def _cells(rows: Sequence[Any], least: int, first: str) -> list[dict[str, Any]]:
    hidden = hidden_cells(rows, least)
    return [
        {"measure": row.measure, "month": row.month, "township": row.township_code,
         "matter": row.matter, "count": None if place in hidden else int(row.n),
         "suppressed": place in hidden}
        for place, row in enumerate(rows) if row.month >= first
    ]  # fmt: skip


def hidden_cells(rows: Sequence[Any], least: int) -> set[int]:
    """Return the places of the cells that carry no count; rows -- by measure and month."""
    hidden = {place for place, row in enumerate(rows) if row.n < least}
    for (measure, month), some in groupby(enumerate(rows), key=lambda one: _month_of(one[1])):
        small = [row.n for _place, row in some if row.n < least]
        if small and _can_be_reckoned(small, least):
            beside = _beside(rows, hidden, measure, month)
            hidden |= {beside} if beside is not None else set()
    return hidden


def _month_of(row: Any) -> tuple[str, str]:
    return row.measure, row.month


def _can_be_reckoned(small: Sequence[int], least: int) -> bool:
    """Tell whether each count follows from the sum: one alone, all 1, all as high as may be."""
    count, total = len(small), sum(small)
    return count == 1 or total in (count, count * (least - 1))


def _beside(rows: Sequence[Any], hidden: set[int], measure: str, month: str) -> int | None:
    """Return the smallest cell to hide with small ones: of the month, else the nearest before."""
    same = [(row.month, -row.n, -place) for place, row in enumerate(rows)
            if row.measure == measure and month[:4] == row.month[:4] and row.month <= month
            and place not in hidden]  # fmt: skip
    return -max(same)[2] if same else None
