"""The yearly statistics of enforcement (行政执法统计年报): which figures, from where, until when.

Source: 国办发〔2018〕118号, procedure.md 4 and 8: the figures of a year are made public and
reported by 31 January of the next. Sums of money stand here as the form asks for them, for the
whole county only, and are never a score, quota or ranking (罚74第三款).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from enforcement.law.indicators import Indicator, indicators
from enforcement.law.terms import Term
from enforcement.law.workdays import DATA

DUE: Final = (1, 31)
REMINDED: Final = ((1, 5), (1, 25))
"""Month and day on which those who have to report are reminded, until it is done."""


class Section(Term):
    """The parts of the form, in their order."""

    ORGAN = "organ", "执法主体和人员", "Subjects and people"
    PENALTY = "penalty", "行政处罚", "Penalties"
    COERCION = "coercion", "行政强制", "Coercion"
    INSPECTION = "inspection", "行政检查", "Inspections"
    PUBLICITY = "publicity", "执法公示", "Publicity"
    RECORD = "record", "全过程记录", "Records of the whole course"
    REVIEW = "review", "法制审核", "Legal review"
    REMEDY = "remedy", "复议诉讼", "Reconsiderations and lawsuits"
    MONEY = "money", "罚没金额（只报总数）", "Money (totals only)"
    OTHER = "other", "其他行政行为", "Other acts"


class How(Term):
    """Where a figure comes from."""

    INDICATOR = "indicator", "指标", "Indicator"
    COUNT = "count", "计数", "Count"
    NONE = "none", "平台不能统计", "Not counted here"


@dataclass(frozen=True)
class Figure:
    """One line of the form; key -- an indicator's code or a count's name, "" for neither."""

    code: str
    section: Section
    zh: str
    en: str
    unit: str
    how: How
    key: str
    told_zh: str
    told_en: str
    source: str

    @property
    def indicator(self) -> Indicator | None:
        """Return the indicator that defines it, None where none does."""
        return indicators()[self.key] if self.how is How.INDICATOR else None

    @property
    def told(self) -> tuple[str, str]:
        """Return what is counted, or why it is not, in Chinese and in English."""
        known = self.indicator
        return known.formula if known else (self.told_zh, self.told_en)


@cache
def figures() -> tuple[Figure, ...]:
    """Return the figures in the order of the form."""
    with (DATA / "yearly.csv").open(encoding="utf-8", newline="") as file:
        rows = [_figure(row) for row in csv.DictReader(file)]
    return tuple(sorted(rows, key=lambda row: list(Section).index(row.section)))


def _figure(row: dict[str, str]) -> Figure:
    return Figure(
        row["code"], Section(row["section"]), row["zh"], row["en"], row["unit"], How(row["how"]),
        row["key"], row["told_zh"], row["told_en"], row["source"],
    )  # fmt: skip


def due_on(year: int) -> date:
    """Return the last day on which the figures of a year are reported."""
    return date(year + 1, *DUE)


def next_reminder(after: date) -> date:
    """Return the first day after a day on which people are reminded."""
    days = [date(year, *day) for year in (after.year, after.year + 1) for day in REMINDED]
    return min(day for day in days if day > after)
