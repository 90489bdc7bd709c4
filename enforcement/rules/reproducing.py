"""Whether what the rules decided comes out the same when asked again as they stood then.

The history of rules keeps each version whole, so the order that held at a moment is known; a rule
that was passed over as failed stays passed over, as the decision says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.rules.matching import MATCH

SQL: Final = text(f"""
WITH version AS MATERIALIZED (
  SELECT e.rule_id, e.seq, e.at, s.*,
    lead(e.at) OVER (PARTITION BY e.rule_id ORDER BY e.seq) AS until
  FROM routing_rule_entry e CROSS JOIN LATERAL jsonb_to_record(e.rule) AS s(position int,
    active boolean, categories text[], areas text[], weekdays smallint[], from_time time,
    to_time time, sources text[], urgencies text[], unit_id uuid, valid_from date, valid_to date)
  WHERE e.county_code = :county
), asked AS (
  SELECT d.id, d.rule_id, d.rule_version, d.unit_id, d.decided_at, d.skipped, s.*,
    timezone('Asia/Shanghai', s.at) AS local
  FROM rule_decision d CROSS JOIN LATERAL jsonb_to_record(d.facts) AS s(category text,
    village_code text, township_code text, source text, urgency text, at timestamptz)
  WHERE d.county_code = :county
), again AS (
  SELECT f.id, f.rule_id, f.rule_version, f.unit_id, first.rule_id AS rule_again,
    first.seq AS version_again, first.unit_id AS unit_again
  FROM asked f LEFT JOIN LATERAL (
    SELECT r.rule_id, r.seq, r.unit_id FROM version r
    WHERE r.at <= f.decided_at AND (r.until IS NULL OR r.until > f.decided_at) AND r.active
      AND r.valid_from <= f.local::date AND (r.valid_to IS NULL OR r.valid_to > f.local::date)
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(f.skipped) AS one
        WHERE (one->>'id')::uuid = r.rule_id)
      AND {MATCH}
    ORDER BY r.position, r.rule_id LIMIT 1
  ) first ON true
)
SELECT count(*) AS checked, coalesce(array_agg(id::text ORDER BY id) FILTER (
  WHERE (rule_id, rule_version, unit_id) IS DISTINCT FROM
    (rule_again, version_again, unit_again)), '{{}}') AS different
FROM again
""")  # noqa: S608 -- constants of ours


@dataclass(frozen=True)
class Reproduced:
    """How many decisions of rules were asked again, and those that came out otherwise, by id."""

    checked: int
    different: tuple[str, ...]


def verify_rulings(session: Session, county_code: str) -> Reproduced:
    """Ask the rules again about every incident they decided, as they stood then, set-wise."""
    row = session.execute(SQL, {"county": county_code}).one()
    return Reproduced(row.checked, tuple(row.different))
