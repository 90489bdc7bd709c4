"""Reads: the value of every indicator of a period, of all at once or of each group; the rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.indicators.asking import By
from enforcement.indicators.sources import SOURCES
from enforcement.law.indicators import ONE_VALUE, Indicator, Shape
from enforcement.periods import Period

ALL: Final = ""
BRIGADE: Final = """coalesce((SELECT p.code FROM unit p WHERE p.county_code = :county
  AND p.kind IN ('brigade', 'sub_bureau')
  AND (unit_code = p.code OR starts_with(unit_code, p.code || '.'))
  ORDER BY length(p.code) DESC LIMIT 1), unit_code)"""
GROUP: Final = {
    None: "CAST('' AS text)",
    By.TOWNSHIP: "township_code",
    By.BRIGADE: BRIGADE,
    By.SQUAD: "unit_code",
    By.MATTER: "matter",
    By.MONTH: "to_char(on_day, 'YYYY-MM')",
}
MINE: Final = """county_code = :county AND unit_code >= :low AND unit_code < :high
  AND (CAST(:areas AS text[]) IS NULL OR township_code = ANY(:areas))
  AND (CAST(:township AS text) IS NULL OR township_code = :township)
  AND (CAST(:unit AS text) IS NULL OR unit_code = :unit OR starts_with(unit_code, :unit || '.'))
  AND (CAST(:matter AS text) IS NULL OR matter = :matter)"""
NO_FILTER: Final = {"township": None, "unit": None, "matter": None}


@dataclass(frozen=True)
class Sum:
    """How many rows a measure has, and their sum."""

    n: int = 0
    total: Decimal = Decimal(0)


NOTHING: Final = Sum()
Figures = dict[str, dict[str, float | None]]
"""Group -> indicator -> value; None where there is nothing to divide by or to order."""


def figures(
    session: Session, known: Iterable[Indicator], asked: dict[str, Any], span: Period, by: By | None
) -> Figures:
    """Return the values of indicators in a period, by group; without one under "".

    asked -- the reach of the reader and filters (`asking.reach`); three statements in all
    """
    chosen = list(known)
    words = NO_FILTER | asked | _bounds(chosen, span)
    sums = _sums(session, words, by)
    until = _stocks(session, chosen, words, by)
    middles = _middles(session, chosen, words, by)
    keys = sums.keys() | until.keys() or {ALL}
    return {
        key: {
            one.code: middles.get((key, one.part.code, one.shape)) if one.shape in ONE_VALUE
            else _value(one, (until if one.shape is Shape.STOCK else sums).get(key, {}))
            for one in chosen
        }
        for key in sorted(keys)
    }  # fmt: skip


def _bounds(chosen: list[Indicator], span: Period) -> dict[str, Any]:
    codes = {one.part.code for one in chosen} | {one.whole.code for one in chosen if one.whole}
    return {"first": span.first, "last": span.last, "measures": sorted(codes)}


def _sums(
    session: Session, words: dict[str, Any], by: By | None, *, since: str = "on_day >= :first AND"
) -> dict[str, dict[str, Sum]]:
    """Return the sums of each measure by group."""
    sql = text(f"""
        SELECT {GROUP[by]} AS key, measure, sum(n) AS n, sum(total) AS total FROM indicator_day
        WHERE measure = ANY(:measures) AND {since} on_day <= :last AND {MINE} GROUP BY 1, 2
    """)  # noqa: S608 -- fragments of this module only
    found: dict[str, dict[str, Sum]] = {}
    for row in session.execute(sql, words):
        found.setdefault(row.key, {})[row.measure] = Sum(int(row.n), Decimal(row.total))
    return found


def _stocks(
    session: Session, chosen: list[Indicator], words: dict[str, Any], by: By | None
) -> dict[str, dict[str, Sum]]:
    """Return the sums of what stocks are made of, from the beginning; of months nothing."""
    stocks = [one for one in chosen if one.shape is Shape.STOCK]
    if not stocks or by is By.MONTH:
        return {}
    codes = {one.part.code for one in stocks} | {one.whole.code for one in stocks if one.whole}
    return _sums(session, words | {"measures": sorted(codes)}, by, since="")


def _middles(
    session: Session, chosen: list[Indicator], words: dict[str, Any], by: By | None
) -> dict[tuple[str, str, Shape], float]:
    """Return medians and 90th percentiles by group, measure and shape."""
    codes = sorted({one.part.code for one in chosen if one.shape in ONE_VALUE})
    if not codes:
        return {}
    sql = text(f"""
        SELECT {GROUP[by]} AS key, measure,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median,
          percentile_cont(0.9) WITHIN GROUP (ORDER BY value) AS p90
        FROM indicator_row
        WHERE measure = ANY(:measures) AND on_day >= :first AND on_day <= :last AND {MINE}
        GROUP BY 1, 2
    """)  # noqa: S608
    found: dict[tuple[str, str, Shape], float] = {}
    for row in session.execute(sql, words | {"measures": codes}):
        found[(row.key, row.measure, Shape.MEDIAN)] = float(row.median)
        found[(row.key, row.measure, Shape.P90)] = float(row.p90)
    return found


def _value(one: Indicator, sums: dict[str, Sum]) -> float | None:
    """Return the value of an indicator from sums: shares in per cent."""
    part = sums.get(one.part.code, NOTHING)
    whole = sums.get(one.whole.code, NOTHING) if one.whole else NOTHING
    if one.shape in (Shape.COUNT, Shape.SUM):
        return float(part.total)
    if one.shape is Shape.STOCK:
        return float(part.n - whole.n)
    if one.shape is Shape.MEAN:
        return float(part.total / part.n) if part.n else None
    return 100 * part.n / whole.n if whole.n else None


@dataclass(frozen=True)
class Row:
    """A row behind a figure: its number and the page that shows it, where there are some."""

    id: uuid.UUID
    subject_id: uuid.UUID
    source: str
    number: str | None
    on_day: date
    township_code: str
    unit_code: str
    matter: str
    value: float


def rows(
    session: Session, measure: str, asked: dict[str, Any], span: Period,
    after: tuple[date, uuid.UUID] | None = None, limit: int = 50,
) -> list[Row]:  # fmt: skip
    """Return rows of a measure in a period, newest day first, from after a key on."""
    last, key = after or (span.last + timedelta(days=1), uuid.UUID(int=0))
    numbers = " ".join(
        f"WHEN '{one.code}' THEN (SELECT number FROM {one.number} s"  # noqa: S608 -- a table of ours
        " WHERE s.county_code = r.county_code AND s.id = r.subject_id)"
        for one in SOURCES.values() if one.number
    )  # fmt: skip
    sql = text(f"""
        SELECT r.*, CASE r.source {numbers} END AS number FROM (
          SELECT * FROM indicator_row
          WHERE measure = :measure AND on_day >= :first AND on_day <= :last
            AND (on_day, row_id) < (:after_day, :after_id) AND {MINE}
          ORDER BY on_day DESC, row_id DESC LIMIT :limit
        ) r ORDER BY r.on_day DESC, r.row_id DESC
    """)  # noqa: S608
    words = NO_FILTER | asked | {
        "measure": measure, "first": span.first, "last": span.last, "after_day": last,
        "after_id": key, "limit": limit,
    }  # fmt: skip
    return [
        Row(row.row_id, row.subject_id, row.source, row.number, row.on_day, row.township_code,
            row.unit_code, row.matter, float(row.value))
        for row in session.execute(sql, words)
    ]  # fmt: skip
