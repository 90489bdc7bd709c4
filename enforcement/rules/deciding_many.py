"""What the rules say about many incidents received at one moment: one statement for all."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.rules.deciding import ANSWERING, Facts, Ruling, array, ruling_by, skipped_of
from enforcement.rules.matching import IN_FORCE_RULE, MATCH

SQL: Final = text(f"""
WITH rule AS MATERIALIZED (
  SELECT r.categories, r.areas, r.weekdays, r.from_time, r.to_time, r.sources, r.urgencies,
    {ANSWERING}
  WHERE {IN_FORCE_RULE}
), fact AS (
  SELECT f.*, timezone('Asia/Shanghai', CAST(:at AS timestamptz)) AS local
  FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(n int, category text, village_code text,
    township_code text, source text, urgency text)
), decided AS (
  SELECT f.n, first.id AS rule_id, passed.ids AS passed
  FROM fact f LEFT JOIN LATERAL (
    SELECT r.id, r.position FROM rule r WHERE cardinality(r.broken) = 0 AND {MATCH}
    ORDER BY r.position, r.id LIMIT 1
  ) first ON true LEFT JOIN LATERAL (
    SELECT json_agg(r.id ORDER BY r.position, r.id) AS ids FROM rule r
    WHERE cardinality(r.broken) > 0 AND {MATCH}
      AND (first.id IS NULL OR (r.position, r.id) < (first.position, first.id))
  ) passed ON true
)
SELECT json_build_object(
  'decided', (SELECT coalesce(json_agg(d ORDER BY d.n), '[]') FROM decided d),
  'rules', (SELECT coalesce(json_agg(r), '[]') FROM (
    SELECT id, version, name, broken, unit_id, unit_code, unit_name, brigade_id, brigade_code,
      brigade_name FROM rule
    WHERE cardinality(broken) > 0 OR id IN (SELECT rule_id FROM decided)) r)
)
""")  # noqa: S608 -- constants of ours


@dataclass(frozen=True)
class Decided:
    """What the rules say of each incident, in order: None where the county has no rules.

    failed -- rules in force that cannot decide, to tell administrators of
    """

    rulings: tuple[Ruling | None, ...]
    failed: tuple[dict[str, Any], ...]


def decide_many(
    session: Session, county_code: str, asked: Sequence[Facts], offered: Collection[str]
) -> Decided:
    """Return what the county's rules say about incidents, with the same answers as `decide`.

    asked -- all received at one moment; incidents that are alike are asked about once
    offered -- codes of the categories that the county's list offers
    Nothing is told: the caller tells of `failed` (`alarms.tell`) once it stores.
    """
    if not asked:
        return Decided((), ())
    kinds = list(dict.fromkeys(asked))
    at = asked[0].at
    facts = [{"n": n, **asdict(one), "at": None} for n, one in enumerate(kinds)]
    found = session.execute(
        SQL,
        {
            "county": county_code, "on": clock.local_day(at), "at": at,
            "facts": json.dumps(facts), "offered": array(offered),
        },
    ).scalar_one()  # fmt: skip
    rules = {one["id"]: one for one in found["rules"]}
    answers = {
        kind: _ruling(kind, row, rules) for kind, row in zip(kinds, found["decided"], strict=True)
    }
    failed = tuple(one for one in rules.values() if one["broken"])
    return Decided(tuple(answers[one] for one in asked), failed)


def _ruling(facts: Facts, row: dict[str, Any], rules: dict[str, dict[str, Any]]) -> Ruling:
    skipped = skipped_of([rules[one] for one in row["passed"] or ()])
    if row["rule_id"] is None:
        return Ruling(facts, skipped=skipped)
    return ruling_by(facts, rules[row["rule_id"]], skipped)
