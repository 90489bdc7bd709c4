"""Who is on duty at this moment, as SQL: by a shift of the roster, or because he said so.

As for positions (`positions.storing_sql`): who said that he ended work is not on duty, whatever
the roster says; who said that he began is for a day, or until he says that he ended.
"""

from __future__ import annotations

from typing import Final

DUTY_NOW: Final = """said AS MATERIALIZED (
  SELECT DISTINCT ON (person_id) person_id, present, occurred_at FROM duty_presence
  WHERE county_code = :county AND occurred_at > app_now() - interval '24 hours'
  ORDER BY person_id, occurred_at DESC, received_at DESC
), shift AS MATERIALIZED (
  SELECT DISTINCT ON (person_id) person_id, unit_id, kind, starts_at, ends_at FROM duty_shift
  WHERE county_code = :county AND state = 'planned' AND person_id IS NOT NULL
    AND starts_at <= app_now() AND ends_at > app_now()
    AND starts_at > app_now() - interval '24 hours'
  ORDER BY person_id, starts_at DESC
), duty AS MATERIALIZED (
  SELECT person_id, shift.unit_id, shift.kind, shift.ends_at AS until,
    coalesce(shift.starts_at, said.occurred_at) AS since,
    CASE WHEN shift.person_id IS NULL THEN 'said' ELSE 'shift' END AS by
  FROM said FULL JOIN shift USING (person_id)
  WHERE coalesce(said.present, false)
    OR shift.person_id IS NOT NULL
      AND (said.person_id IS NULL OR said.occurred_at < shift.starts_at)
)"""
"""CTEs said, shift and duty (person_id, unit_id, kind, since, until, by) for :county."""
