"""What the public may report: which categories, what each asks for, what of it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.law.errors import UnknownRuleError
from enforcement.law.incidents import Category, Needs, public_rows
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentState as S

OTHER: Final = {
    "sensitive": "yes", "group_zh": "其他", "group_en": "Other", "keywords": "", "asks": "",
}  # fmt: skip
"""What holds for a category of a county's own: only who reported it reads of it outside."""


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


def offers(taxonomy: Taxonomy) -> dict[str, Offer]:
    """Return code -> what the public may report by a county's list, in its order.

    What a list does not say (group, keywords, sensitive) is as it ships for the code, else for the
    code above it, else as for a category of the county's own.
    """
    return {code: _offer(row) for code, row in taxonomy.public.items()}


def _offer(category: Category) -> Offer:
    shipped = public_rows()
    row = shipped.get(category.code) or shipped.get(category.parent or "") or OTHER
    asks = tuple(row["asks"].split())
    if Needs.PLACE in category.required and "place" not in asks:
        asks = (*asks, "place")
    return Offer(
        category,
        row["sensitive"] == "yes",
        row["group_zh"],
        row["group_en"],
        tuple(one for one in row["keywords"].split(",") if one),
        asks,
    )


def offer(taxonomy: Taxonomy, code: str) -> Offer:
    """Return one category that is offered; raises UnknownRuleError."""
    try:
        return offers(taxonomy)[code]
    except KeyError:
        raise UnknownRuleError(f"没有代码为 {code} 的上报类别。") from None


def shown_openly(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the codes of categories that others than the reporter may read of."""
    return tuple(code for code, one in offers(taxonomy).items() if not one.sensitive)


ENDED = (S.CLOSED, S.REJECTED, S.TO_CASE)
"""States in which the public is told "closed"."""
