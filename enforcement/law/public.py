"""What the public may report: which categories, what each asks for, what of it may be shown."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from enforcement.law.errors import UnknownRuleError
from enforcement.law.incidents import Category, categories
from enforcement.law.terms import IncidentState as S
from enforcement.law.workdays import DATA


@dataclass(frozen=True)
class Offer:
    """A category that the public may report.

    sensitive -- about people in need or in dispute: only who reported it may read of it outside
    asks -- what a report must say besides the words: place, occurred_at
    """

    category: Category
    sensitive: bool
    group_zh: str
    group_en: str
    keywords: tuple[str, ...]
    asks: tuple[str, ...]


@cache
def offers() -> dict[str, Offer]:
    """Return code -> what the public may report, as it ships."""
    with (DATA / "incident_public.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Offer(
            categories()[row["code"]],
            row["sensitive"] == "yes",
            row["group_zh"],
            row["group_en"],
            tuple(row["keywords"].split(",")),
            tuple(row["asks"].split()),
        )
        for row in rows
    }


def offer(code: str) -> Offer:
    """Return one category that is offered; raises UnknownRuleError."""
    try:
        return offers()[code]
    except KeyError:
        raise UnknownRuleError(f"没有代码为 {code} 的上报类别。") from None


def shown_openly() -> tuple[str, ...]:
    """Return the codes of categories that others than the reporter may read of."""
    return tuple(code for code, one in offers().items() if not one.sensitive)


ENDED = (S.CLOSED, S.REJECTED, S.TO_CASE)
"""States in which the public is told "closed"."""
