"""The first rule that matches decides; one that has failed is passed over, kept and told."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.jurisdiction.routing import Routing
from enforcement.prepared import Statement
from enforcement.rules import alarms
from enforcement.rules.matching import BROKEN, IN_FORCE_RULE, MATCH

PREFIX: Final = "rule:"
"""How the rule of a stored decision begins where one of these decided it."""

_COLUMNS: Final = f"""r.id, r.version, r.name, r.position, {BROKEN} AS broken,
    u.id AS unit_id, u.code AS unit_code, u.name AS unit_name,
    b.id AS brigade_id, b.code AS brigade_code, b.name AS brigade_name"""

_UNITS: Final = """
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  LEFT JOIN LATERAL (
    WITH RECURSIVE above AS (
      SELECT u.id, u.code, u.name, u.kind, u.parent_id, 0 AS step
      UNION ALL
      SELECT p.id, p.code, p.name, p.kind, p.parent_id, above.step + 1
      FROM above JOIN unit p ON p.county_code = :county AND p.id = above.parent_id
      WHERE above.step < 8
    )
    SELECT id, code, name FROM above WHERE kind IN ('brigade', 'sub_bureau')
    ORDER BY step LIMIT 1
  ) b ON true"""

ANSWERING: Final = f"{_COLUMNS}\n  FROM routing_rule r{_UNITS}"
"""What is read of a rule `r`: itself, why it has failed, its unit and the brigade above that."""

DECIDE: Final = f"""
SELECT json_agg(found ORDER BY found.position, found.id) AS rows FROM (
  SELECT {MATCH} AS matches, {_COLUMNS}
  FROM (SELECT :category AS category, :village AS village_code, :township AS township_code,
    :source AS source, :urgency AS urgency, timezone('Asia/Shanghai', :at) AS local) f
  CROSS JOIN routing_rule r{_UNITS}
  WHERE {IN_FORCE_RULE}
) found WHERE found.matches OR cardinality(found.broken) > 0
"""  # noqa: S608 -- constants of ours

STATEMENT: Final = Statement(
    "rules_decide",
    DECIDE,
    (
        ("county", "text"), ("on", "date"), ("category", "text"), ("village", "text"),
        ("township", "text"), ("source", "text"), ("urgency", "text"), ("at", "timestamptz"),
        ("offered", "text"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What the conditions are asked about; at -- when the report was received."""

    category: str
    village_code: str | None
    township_code: str | None
    source: str
    urgency: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return what is kept with the decision."""
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True)
class Unit:
    """Who answers by a rule, and the brigade above it."""

    unit_id: uuid.UUID
    unit_code: str
    unit_name: str
    brigade_id: uuid.UUID | None
    brigade_code: str | None
    brigade_name: str | None


@dataclass(frozen=True)
class Ruling:
    """What the rules did: the one that decided (None: none did), and those passed over."""

    facts: Facts
    rule_id: uuid.UUID | None = None
    rule_version: int | None = None
    rule_name: str | None = None
    unit: Unit | None = None
    skipped: tuple[dict[str, Any], ...] = ()

    @property
    def said(self) -> bool:
        """Tell whether there is anything to keep with the incident."""
        return self.rule_id is not None or bool(self.skipped)

    def on(self, place: Routing | None) -> Routing | None:
        """Return a routing as the ruling leaves it: the rule's unit instead of the duty's."""
        if place is None or self.unit is None:
            return place
        return replace(place, rule=f"{PREFIX}{self.rule_id}", **asdict(self.unit))

    def as_row(self, otherwise: str | None) -> dict[str, Any]:
        """Return what is kept; otherwise -- code of the unit that answers without rules."""
        return {
            "rule_id": self.rule_id,
            "rule_version": self.rule_version,
            "unit_id": self.unit.unit_id if self.unit else None,
            "otherwise_unit_code": otherwise,
            "facts": self.facts.as_json(),
            "skipped": list(self.skipped),
        }


def decide(session: Session, county_code: str, facts: Facts, offered: Collection[str]) -> Ruling:
    """Return what the county's rules say about an incident, in one statement.

    offered -- codes of the categories that the county's list offers. Rules that have failed are
    told to the administrators, once a day.
    """
    day = clock.local_day(facts.at)
    row = STATEMENT.find_one(
        session,
        {
            "county": county_code, "on": day, "category": facts.category,
            "village": facts.village_code, "township": facts.township_code,
            "source": facts.source, "urgency": facts.urgency, "at": facts.at,
            "offered": array(offered),
        },
    )  # fmt: skip
    rows: list[dict[str, Any]] = (row["rows"] if row is not None else None) or []
    broken = [one for one in rows if one["broken"]]
    if broken:
        alarms.tell(session, county_code, day, broken)
    matching = [one for one in rows if one["matches"]]
    first = next((n for n, one in enumerate(matching) if not one["broken"]), len(matching))
    skipped = skipped_of(matching[:first])
    if first == len(matching):
        return Ruling(facts, skipped=skipped)
    return ruling_by(facts, matching[first], skipped)


def skipped_of(failed: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return what is kept of rules that matched but had failed."""
    return tuple(
        {"id": one["id"], "version": one["version"], "name": one["name"], "why": one["broken"]}
        for one in failed
    )


def array(codes: Collection[str]) -> str:
    """Return codes as PostgreSQL writes an array in text; codes hold letters and digits only."""
    return "{" + ",".join(codes) + "}"


def ruling_by(facts: Facts, one: dict[str, Any], skipped: tuple[dict[str, Any], ...]) -> Ruling:
    """Return the ruling of the rule that decides, as the statements give it."""
    unit = Unit(
        uuid.UUID(one["unit_id"]), one["unit_code"], one["unit_name"],
        uuid.UUID(one["brigade_id"]) if one["brigade_id"] else None,
        one["brigade_code"], one["brigade_name"],
    )  # fmt: skip
    return Ruling(facts, uuid.UUID(one["id"]), one["version"], one["name"], unit, skipped)
