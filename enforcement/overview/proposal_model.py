"""What a proposal for fairer squads says: villages that change hands, and the loads it gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from enforcement.jurisdiction.plan_queries import UnitRef
from enforcement.overview.balance import Spread


@dataclass(frozen=True)
class Place:
    """One of the finest areas: its weight is its share of the chosen measures."""

    code: str
    name: str
    unit_code: str | None
    values: dict[str, float]
    weight: float


@dataclass(frozen=True)
class Moved:
    """A village that would change hands; `source` None where nobody answers for it today."""

    code: str
    name: str
    source: str | None
    target: str


@dataclass(frozen=True)
class Group:
    """The squads of one brigade (or of the county), today and as proposed.

    before, after -- unit code -> measure -> value; spread_before, spread_after -- of the weight
    why -- why nothing is proposed; None where something is
    """

    code: str
    name: str
    squads: tuple[UnitRef, ...]
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]
    spread_before: Spread
    spread_after: Spread
    moved: tuple[Moved, ...]
    why: str | None

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "group": self.code,
            "name": self.name,
            "why": self.why,
            "variation_before": round(self.spread_before.variation, 4),
            "variation_after": round(self.spread_after.variation, 4),
            "gini_before": round(self.spread_before.gini, 4),
            "gini_after": round(self.spread_after.gini, 4),
            "before": self.before,
            "after": self.after,
            "moved": [asdict(one) for one in self.moved],
        }


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a day; nothing changes until a plan made of it is put in force."""

    on: date
    weights: dict[str, float]
    groups: list[Group]
    today: dict[str, str | None]

    @property
    def moved(self) -> list[Moved]:
        """Return all villages that would change hands."""
        return [one for group in self.groups for one in group.moved]

    @property
    def after(self) -> dict[str, str | None]:
        """Return who would answer for each area."""
        return {**self.today, **{one.code: one.target for one in self.moved}}

    def ops(self) -> list[dict[str, Any]]:
        """Return the operations on a plan that bring it about."""
        given: dict[str, list[str]] = {}
        for one in self.moved:
            given.setdefault(one.target, []).append(one.code)
        return [
            {"op": "assign", "areas": sorted(codes), "unit": unit}
            for unit, codes in sorted(given.items())
        ]

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "on": self.on.isoformat(),
            "weights": self.weights,
            "moved": len(self.moved),
            "groups": [group.as_json() for group in self.groups],
            "ops": self.ops(),
        }
