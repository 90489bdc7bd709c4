"""When a rule matches, and when it has failed: the one text of SQL that all statements use.

`r` is a rule, `f` the facts: category, village_code, township_code, source, urgency and `local`,
the moment of receipt in China's time.
"""

from __future__ import annotations

from typing import Final

from enforcement.jurisdiction.routing_sql import IN_FORCE

_DAY: Final = "(cardinality(r.weekdays) = 0 OR extract(isodow FROM {at})::int = ANY (r.weekdays))"
_TODAY: Final = _DAY.format(at="f.local")
_YESTERDAY: Final = _DAY.format(at="(f.local - interval '1 day')")

MATCH: Final = f"""(
  (cardinality(r.categories) = 0 OR f.category = ANY (r.categories)
    OR left(f.category, -2) = ANY (r.categories))
  AND (cardinality(r.areas) = 0 OR f.village_code = ANY (r.areas)
    OR f.township_code = ANY (r.areas))
  AND (cardinality(r.sources) = 0 OR f.source = ANY (r.sources))
  AND (cardinality(r.urgencies) = 0 OR f.urgency = ANY (r.urgencies))
  AND CASE WHEN r.from_time IS NULL THEN {_TODAY}
    WHEN r.from_time < r.to_time
      THEN {_TODAY} AND f.local::time >= r.from_time AND f.local::time < r.to_time
    ELSE {_TODAY} AND f.local::time >= r.from_time
      OR {_YESTERDAY} AND f.local::time < r.to_time END
)"""

_AREA_GONE: Final = f"""EXISTS (
  SELECT FROM unnest(r.areas) AS named(code)
  WHERE NOT EXISTS (
      SELECT FROM division d WHERE d.county_code = :county AND d.code = named.code)
    OR NOT EXISTS (
      SELECT FROM area a JOIN edition e ON {IN_FORCE}
      WHERE a.county_code = :county AND a.code = named.code)
    AND EXISTS (
      SELECT FROM area a JOIN edition e ON {IN_FORCE}
      WHERE a.county_code = :county AND length(a.code) = length(named.code)))"""  # noqa: S608 -- constants of ours

BROKEN: Final = f"""array_remove(ARRAY[
  CASE WHEN u.valid_from > :on OR u.valid_to <= :on THEN 'unit' END,
  CASE WHEN {_AREA_GONE} THEN 'area' END,
  CASE WHEN NOT r.categories <@ CAST(:offered AS text[]) THEN 'category' END
], NULL)"""
"""Why a rule cannot decide on the day :on; :offered are the categories of the county's list."""

IN_FORCE_RULE: Final = """r.county_code = :county AND r.active AND r.valid_from <= :on
  AND (r.valid_to IS NULL OR r.valid_to > :on)"""

ANY_ACTIVE: Final = """EXISTS (SELECT FROM routing_rule r
    WHERE r.county_code = :county AND r.active)"""
"""Whether a county has rules at all, as part of a statement that runs anyway."""
