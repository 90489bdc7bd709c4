"""Indicators: what is counted, by which formula, and what may be compared; each defined once.

A measure is something counted of one row on one day; an indicator is a formula over measures.
Source: procedure.md 8. Money informs and is never a score, quota or ranking (罚74第三款).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from enforcement.law.terms import Term
from enforcement.law.workdays import DATA


class Topic(Term):
    """What an indicator is about; the order of the page."""

    INCIDENT = "incident", "事件", "Incidents"
    RESPONSE = "response", "响应时长", "Response times"
    CASE = "case", "案件", "Cases"
    COURSE = "course", "程序与监督", "Procedure and review"
    SPOT = "spot", "简易程序", "On-the-spot penalties"
    MEASURE = "measure", "行政强制措施", "Coercive measures"
    INSPECTION = "inspection", "行政检查", "Inspections"
    PATROL = "patrol", "巡查", "Patrols"
    SERVICE = "service", "民情服务", "Service to residents"
    DUTY = "duty", "值班", "Duty"
    MONEY = "money", "罚没款（仅供了解）", "Money (for information only)"


class Shape(Term):
    """How an indicator is made of its measures."""

    COUNT = "count", "计数", "Count"
    SHARE = "share", "比率", "Share"
    MEAN = "mean", "平均数", "Mean"
    MEDIAN = "median", "中位数", "Median"
    P90 = "p90", "九成分位数", "90th percentile"
    SUM = "sum", "合计", "Sum"
    STOCK = "stock", "期末存量", "Stock at the end"


ONE_VALUE: Final = frozenset({Shape.MEDIAN, Shape.P90})
"""Shapes that need the single values: sums of days do not give them."""


@dataclass(frozen=True)
class Measure:
    """What is counted of one row on one day."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Indicator:
    """A formula over measures.

    part -- what is counted, summed, or the dividend; whole -- the divisor, or what leaves a stock
    unit -- of the value: 件, %, 天, 分钟, 元; better -- up, down or "" where neither is better
    """

    code: str
    topic: Topic
    zh: str
    en: str
    shape: Shape
    part: Measure
    whole: Measure | None
    unit: str
    better: str
    source: str

    @property
    def units(self) -> tuple[str, str]:
        """Return the unit in Chinese and in English, where things are counted without one."""
        return self.unit, _UNITS.get(self.unit, "")

    @property
    def informs_only(self) -> bool:
        """Tell whether it may never be set against units or townships (罚74第三款)."""
        return self.topic is Topic.MONEY

    @property
    def formula(self) -> tuple[str, str]:
        """Return the formula in Chinese and in English."""
        whole = (self.whole.zh, self.whole.en) if self.whole else ("", "")
        zh, en = _FORMULAS[self.shape]
        return zh.format(self.part.zh, whole[0]), en.format(self.part.en, whole[1])


_UNITS: Final = {"%": "%", "秒": "s", "分钟": "min", "小时": "h", "天": "days", "元": "yuan",
                 "公里": "km"}  # fmt: skip
_FORMULAS: Final = {
    Shape.COUNT: ("{0}", "{0}"),
    Shape.SUM: ("{0}合计", "Sum of: {0}"),
    Shape.SHARE: ("{0} ÷ {1}", "{0} ÷ {1}"),
    Shape.MEAN: ("{0}的平均数", "Mean of: {0}"),
    Shape.MEDIAN: ("{0}的中位数", "Median of: {0}"),
    Shape.P90: ("九成不超过的{0}", "{0}, nine in ten do not exceed it"),
    Shape.STOCK: ("期末前累计（{0} − {1}）", "All until the end: {0} − {1}"),
}


@cache
def measures() -> dict[str, Measure]:
    """Return the measures by code."""
    with (DATA / "indicator_measures.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Measure(**row) for row in csv.DictReader(file)}


@cache
def indicators() -> dict[str, Indicator]:
    """Return the indicators by code, in the order of the page."""
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = [_indicator(row) for row in csv.DictReader(file)]
    order = list(Topic)
    return {row.code: row for row in sorted(rows, key=lambda row: order.index(row.topic))}


def _indicator(row: dict[str, str]) -> Indicator:
    known = measures()
    return Indicator(
        row["code"], Topic(row["topic"]), row["zh"], row["en"], Shape(row["shape"]),
        known[row["part"]], known[row["whole"]] if row["whole"] else None, row["unit"],
        row["better"], row["source"],
    )  # fmt: skip
