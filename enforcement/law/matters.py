"""Matters of enforcement (执法事项): provisions, fines and days in force (procedure.md 5)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from enforcement.law.errors import UnknownRuleError
from enforcement.law.terms import PartyKind
from enforcement.law.workdays import DATA


@dataclass(frozen=True)
class FineRange:
    """Lowest and highest fine, both included, in yuan."""

    min_yuan: Decimal
    max_yuan: Decimal

    def holds(self, amount_yuan: Decimal) -> bool:
        """Tell whether the amount lies in the range; a fine is above zero."""
        return amount_yuan > 0 and self.min_yuan <= amount_yuan <= self.max_yuan


@dataclass(frozen=True)
class Matter:
    """A matter: what is forbidden, by which provision, and what it costs.

    precondition -- ordered_correction: a failed re-inspection first (R23);
    police_only, other_organ: never ours, only passed on
    """

    code: str
    name: str
    violated: str
    basis: str
    person: FineRange | None
    organisation: FineRange | None
    other: str
    organ: str
    precondition: str
    valid_from: date
    valid_to: date | None

    @property
    def ours(self) -> bool:
        """Tell whether a county's enforcement bureau may ever hold this matter."""
        return self.precondition not in {"police_only", "other_organ"}

    def in_force(self, day: date) -> bool:
        """Tell whether the provision was in force on that day; valid_to is the last day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def fine(self, party: PartyKind) -> FineRange | None:
        """Return the range for a kind of party; an individual business counts as a person."""
        return self.organisation if party is PartyKind.ORGANISATION else self.person


@cache
def matters() -> dict[str, Matter]:
    """Return all matters by code, as they ship."""
    with (DATA / "matters.csv").open(encoding="utf-8") as file:
        return {row["code"]: _matter(row) for row in csv.DictReader(file)}


def matter(code: str) -> Matter:
    """Return one matter; raises UnknownRuleError."""
    try:
        return matters()[code]
    except KeyError:
        raise UnknownRuleError(f"权责清单中没有事项 {code}。") from None


def _matter(row: dict[str, str]) -> Matter:
    return Matter(
        row["code"],
        row["name"],
        row["violated"],
        row["basis"],
        _range(row, "person"),
        _range(row, "organisation"),
        row["other"],
        row["organ"],
        row["precondition"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _range(row: dict[str, str], who: str) -> FineRange | None:
    low, high = row[f"{who}_min"], row[f"{who}_max"]
    return FineRange(Decimal(low), Decimal(high)) if high else None
