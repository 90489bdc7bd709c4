"""A county's kinds of incident with their limits and calls: one whole, as one edition gives it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from enforcement.law.escalation import Call, Limit, calls, limits
from enforcement.law.incidents import Category, categories

EMERGENCIES: Final = ("V7", "05")
"""Level 1 of what is taken whatever is missing: help first, words later."""
BUTTONS: Final = ("V6", "V7")
"""What the two buttons of a village point report; every list has to hold them."""
UNKNOWN_ICON: Final = "question-circle"


class Known(dict[str, Category]):
    """Code -> category; a code that no list ever held stands for itself."""

    def __missing__(self, code: str) -> Category:
        """Return a category that only shows its code."""
        return Category(code, code, code, UNKNOWN_ICON, (), (), False)


@dataclass(frozen=True)
class Taxonomy:
    """The list that a county goes by.

    edition_id -- None for what ships with the platform
    categories -- the rows of the list in order; known -- these, and what earlier lists held, so
        that an incident stays readable after its category was dropped
    """

    edition_id: uuid.UUID | None
    categories: dict[str, Category]
    known: Known
    limits: tuple[Limit, ...]
    calls: tuple[Call, ...]

    @cached_property
    def offered(self) -> dict[str, Category]:
        """Return what new reports may name; a category below one that is not offered is not."""
        open_ = {code: row for code, row in self.categories.items() if row.offered}
        return {code: row for code, row in open_.items() if (row.parent or code) in open_}

    @cached_property
    def public(self) -> dict[str, Category]:
        """Return what citizens and other systems may report, in the order of the list."""
        return {code: row for code, row in self.offered.items() if row.public}

    @cached_property
    def groups(self) -> tuple[tuple[Category, tuple[Category, ...]], ...]:
        """Return each offered category of level 1 with those of level 2 below it."""
        return tuple(
            (row, tuple(one for one in self.offered.values() if one.parent == row.code))
            for row in self.offered.values()
            if row.parent is None
        )

    def limits_of(self, code: str) -> dict[str, Limit]:
        """Return the list's own limits of a code ("*": all others), by stage."""
        return {str(row.stage): row for row in self.limits if row.category == code}


def is_emergency(code: str) -> bool:
    """Tell whether a category is help in need, at level 1 or below."""
    return code in EMERGENCIES or code[:-2] in EMERGENCIES


@cache
def shipped() -> Taxonomy:
    """Return the list that ships with the platform."""
    return Taxonomy(None, categories(), Known(categories()), limits(), calls())
