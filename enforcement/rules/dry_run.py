"""What a changed rule would have done with the incidents of the last months: one statement.

Both orders of rules, as they stand and as proposed, are asked for each stored incident as of
today; where no rule matches, the unit that answered by boundaries and duties stands.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.permissions import Permission
from enforcement.rules import checking
from enforcement.rules.deciding import array
from enforcement.rules.drafts import Draft, snapshot
from enforcement.rules.matching import BROKEN, MATCH
from enforcement.rules.models import RoutingRule
from enforcement.rules.services import active
from enforcement.taxonomy import queries as taxonomy

MONTHS: Final = 3
MOST_MONTHS: Final = 24
EXAMPLES: Final = 50

_RULES: Final = """
  SELECT r.position, r.categories, r.areas, r.weekdays, r.from_time, r.to_time, r.sources,
    r.urgencies, u.code AS unit_code, r.set_no
  FROM jsonb_to_recordset(CAST(:rules AS jsonb)) AS r(set_no int, position int, live boolean,
    categories text[], areas text[], weekdays smallint[], from_time time, to_time time,
    sources text[], urgencies text[], unit_id uuid)
  JOIN unit u ON u.county_code = :county AND u.id = r.unit_id
  WHERE r.live AND cardinality({broken}) = 0"""

_FIRST: Final = """
  LEFT JOIN LATERAL (
    SELECT r.unit_code FROM rule r WHERE r.set_no = {no} AND {match}
    ORDER BY r.position LIMIT 1
  ) {name} ON true"""

FACTS: Final = """
  SELECT i.id, i.number, i.category, i.village_code, i.township_code, i.source, i.urgency,
    i.received_at, timezone('Asia/Shanghai', i.received_at) AS local,
    CASE WHEN ruled.code = i.responsible_unit_code THEN ruled.otherwise_unit_code
      ELSE i.responsible_unit_code END AS base
  FROM incident i
  LEFT JOIN LATERAL (
    SELECT u.code, d.otherwise_unit_code FROM rule_decision d
    LEFT JOIN unit u ON u.county_code = d.county_code AND u.id = d.unit_id
    WHERE d.county_code = i.county_code AND d.incident_id = i.id
    ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
  ) ruled ON true
  WHERE i.county_code = :county AND i.received_at >= :since - make_interval(months => :months)"""

SQL: Final = text(f"""
WITH rule AS MATERIALIZED ({_RULES.format(broken=BROKEN)}
), fact AS ({FACTS}
), asked AS MATERIALIZED (
  SELECT f.id, f.number, f.category, f.village_code, f.township_code, f.received_at,
    coalesce(old.unit_code, f.base) AS from_code, coalesce(new.unit_code, f.base) AS to_code
  FROM fact f
  {_FIRST.format(no=1, match=MATCH, name="old")}
  {_FIRST.format(no=2, match=MATCH, name="new")}
), moved AS MATERIALIZED (
  SELECT * FROM asked WHERE from_code IS DISTINCT FROM to_code
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM asked),
  'moved', (SELECT count(*) FROM moved),
  'units', (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT m.from_code, a.name AS from_name, m.to_code, b.name AS to_name, count(*) AS incidents
    FROM moved m
    LEFT JOIN unit a ON a.county_code = :county AND a.code = m.from_code
    LEFT JOIN unit b ON b.county_code = :county AND b.code = m.to_code
    GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 3) x),
  'categories', (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT category, count(*) AS incidents FROM moved GROUP BY 1 ORDER BY 2 DESC, 1) x),
  'examples', (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT m.id, m.number, m.category, m.received_at, d.name AS place, m.from_code,
      a.name AS from_name, m.to_code, b.name AS to_name
    FROM (SELECT * FROM moved ORDER BY received_at DESC, id DESC LIMIT :examples) m
    LEFT JOIN division d ON d.county_code = :county
      AND d.code = coalesce(m.village_code, m.township_code)
    LEFT JOIN unit a ON a.county_code = :county AND a.code = m.from_code
    LEFT JOIN unit b ON b.county_code = :county AND b.code = m.to_code
    ORDER BY m.received_at DESC, m.id DESC) x)
) AS found
""")  # noqa: S608 -- constants of ours


@dataclass(frozen=True)
class DryRun:
    """What would have become different; units, categories and examples as JSON rows."""

    months: int
    total: int
    moved: int
    units: tuple[dict[str, Any], ...]
    categories: tuple[dict[str, Any], ...]
    examples: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as programs read it."""
        return {
            "months": self.months, "total": self.total, "moved": self.moved,
            "units": list(self.units), "categories": list(self.categories),
            "examples": list(self.examples),
        }  # fmt: skip


def run(
    session: Session,
    actor: Actor,
    draft: Draft | None,
    *,
    rule_id: uuid.UUID | None = None,
    position: int | None = None,
    months: int = MONTHS,
) -> DryRun:
    """Return what a new rule (at a position, by default the last), a changed one (`rule_id`), or
    one switched off (`rule_id`, no draft) would have done; nothing is stored.

    Raises InvalidInputError as the act itself would, NotFoundError, and for `months` beyond two
    years.
    """  # noqa: D205 -- one sentence
    permissions.check(actor, Permission.RULE_READ)
    if not 1 <= months <= MOST_MONTHS:
        raise InvalidInputError("months", _("应当在 1 到 %(n)d 之间。", n=MOST_MONTHS))
    if draft is not None:
        checking.check(session, actor.county_code, draft)
    now = clock.now(session)
    day = clock.local_day(now)
    rules = [(rule.id, _stored(rule, day)) for rule in active(session, actor.county_code)]
    if rule_id is not None and rule_id not in {one_id for one_id, _one in rules}:
        raise NotFoundError(_("没有这条规则。"))
    sets = [_json(1, n, one) for n, (_id, one) in enumerate(rules)]
    sets += [_json(2, n, one) for n, one in enumerate(_proposed(rules, draft, rule_id, position))]
    found: dict[str, Any] = session.execute(
        SQL,
        {
            "county": actor.county_code, "on": day, "rules": json.dumps(sets),
            "offered": array(taxonomy.current(session, actor.county_code).offered),
            "since": now, "months": months, "examples": EXAMPLES,
        },
    ).scalar_one()  # fmt: skip
    lists = {name: tuple(found[name]) for name in ("units", "categories", "examples")}
    return DryRun(months, found["total"], found["moved"], **lists)


def _proposed(
    rules: list[tuple[uuid.UUID, dict[str, Any]]],
    draft: Draft | None,
    rule_id: uuid.UUID | None,
    position: int | None,
) -> list[dict[str, Any]]:
    """Return the order of rules as it would be; the proposed one counts as in force already."""
    new = draft.as_json() | {"live": True} if draft is not None else None
    made = [new if one_id == rule_id else one for one_id, one in rules]
    kept = [one for one in made if one is not None]
    if new is not None and rule_id is None:
        kept.insert(len(kept) if position is None else min(max(position, 1) - 1, len(kept)), new)
    return kept


def _stored(rule: RoutingRule, day: date) -> dict[str, Any]:
    live = rule.valid_from <= day and (rule.valid_to is None or rule.valid_to > day)
    return snapshot(rule) | {"live": live}


def _json(set_no: int, place: int, rule: dict[str, Any]) -> dict[str, Any]:
    names = ("categories", "areas", "weekdays", "from_time", "to_time", "sources", "urgencies",
             "unit_id", "live")  # fmt: skip
    return {"set_no": set_no, "position": place} | {name: rule[name] for name in names}
