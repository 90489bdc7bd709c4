"""A rule as somebody proposes it: typed values, and what is wrong with them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any, Final

from enforcement.rules.models import RoutingRule

FIELDS: Final = ("name", "categories", "areas", "weekdays", "from_time", "to_time", "sources",
                 "urgencies", "unit_id", "valid_from", "valid_to", "note")  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """The fields of `RoutingRule` that a person sets; an empty condition always holds."""

    name: str
    unit_id: uuid.UUID
    valid_from: date
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    to_time: time | None = None
    sources: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    valid_to: date | None = None
    note: str = ""

    @property
    def conditions(self) -> bool:
        """Tell whether there is any condition."""
        return bool(
            self.categories or self.areas or self.weekdays or self.from_time is not None
            or self.sources or self.urgencies
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON holds them, as history and the dry run read them."""
        found = asdict(self)
        for name, value in found.items():
            if isinstance(value, tuple):
                found[name] = list(value)
            elif isinstance(value, (date, time, uuid.UUID)):
                found[name] = str(value)
        return found


def of_rule(rule: RoutingRule) -> Draft:
    """Return a stored rule as a draft."""
    values: dict[str, Any] = {name: getattr(rule, name) for name in FIELDS}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return Draft(**values)


def snapshot(rule: RoutingRule) -> dict[str, Any]:
    """Return the whole rule as its history keeps it."""
    return of_rule(rule).as_json() | {"position": rule.position, "active": rule.active}
