"""What a plan would change: areas that change hands, exceptions that come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enforcement.jurisdiction.plan_areas import Owner, PlanRow
from enforcement.jurisdiction.plan_queries import Leaf


@dataclass(frozen=True)
class Hand:
    """An area that changes hands against today; names of units, None where nobody answers."""

    code: str
    name: str
    parent: str
    source: str | None
    target: str | None


@dataclass(frozen=True)
class Difference:
    """What would change against the duties of the day: areas, and polygons by their name."""

    hands: list[Hand]
    came: list[str]
    went: list[str]

    def __bool__(self) -> bool:
        """Return whether anything would change."""
        return bool(self.hands or self.came or self.went)


def difference(
    leaves: Sequence[Leaf],
    names: Mapping[str, str],
    before: Mapping[str, Owner | None],
    after: Mapping[str, Owner | None],
    today: Sequence[PlanRow],
    rows: Sequence[PlanRow],
) -> Difference:
    """Return what a plan's rows would change against today's.

    before, after -- who answers for each area by today's rows and by the plan's
    """

    def name(owner: Owner | None) -> str | None:
        return names.get(owner.unit_code, owner.unit_code) if owner else None

    hands = [
        Hand(leaf.code, leaf.name, leaf.parent, name(before[leaf.code]), name(after[leaf.code]))
        for leaf in leaves
        if before[leaf.code] != after[leaf.code]
    ]
    old, new = (_said(some) for some in (today, rows))
    return Difference(
        hands,
        [_title(row) for key, row in new.items() if key not in old],
        [_title(row) for key, row in old.items() if key not in new],
    )


def _said(rows: Sequence[PlanRow]) -> dict[Any, PlanRow]:
    """Return polygons, and areas of one category, by what they say."""
    return {
        (row.unit_id, row.area_code, row.wkb, row.priority, row.category, row.name): row
        for row in rows
        if row.wkb or row.category
    }


def _title(row: PlanRow) -> str:
    return row.name or row.area_code or str(row.id)
