"""The SQL of routing: written by hand, because it runs for every report and every position."""

from __future__ import annotations

import functools
from typing import Final

from enforcement.prepared import Statement
from gis.srid import STORAGE_SRID

TYPES: Final = (
    ("lon", "float8"),
    ("lat", "float8"),
    ("on", "date"),
    ("category", "text"),
    ("county", "text"),
    ("reach_m", "float8"),
)

IN_FORCE: Final = """
  e.county_code = a.county_code AND e.id = a.edition_id AND e.kind = 'boundaries'
  AND e.status <> 'draft' AND e.valid_from <= :on AND (e.valid_to IS NULL OR e.valid_to > :on)
"""

IN_FORCE_KNOWN: Final = """
  e.county_code = a.county_code AND e.id = a.edition_id AND e.kind = 'boundaries'
  AND coalesce(e.activated_at, CASE WHEN e.status <> 'draft' THEN e.created_at END) <= :known
  AND e.valid_from <= :on
  AND (e.valid_to IS NULL OR e.valid_to > :on OR e.ended_at > :known)
"""
"""The same as it was known at a moment: what was entered later is left out."""

FINE: Final = """
SELECT a.county_code, a.edition_id, a.level, a.code, a.name, a.geom, e.schematic
FROM area a JOIN edition e ON {in_force}
WHERE a.level = 'village' AND ST_Covers(a.geom, {spot}) {in_county}
ORDER BY a.code LIMIT 1
"""

COARSE: Final = """
SELECT county_code, edition_id, level, code, name, geom, schematic FROM (
  SELECT a.*, e.schematic, 0 AS distance_m
  FROM area a JOIN edition e ON {in_force}
  WHERE a.level <> 'village' AND ST_Covers(a.geom, {spot}) {in_county}
  UNION ALL
  SELECT a.*, e.schematic, ST_Distance(geography(a.geom), geography({spot})) AS distance_m
  FROM area a JOIN edition e ON {in_force}
  JOIN area whole ON whole.county_code = a.county_code AND whole.edition_id = a.edition_id
    AND whole.code = left(a.code, 6) AND ST_DWithin(whole.geom, {spot}, 1e-9)
  WHERE a.level = 'village' {in_county}
    AND a.geom && ST_Expand({spot}, :reach_m / 50000.0)
) near
WHERE distance_m <= :reach_m
ORDER BY length(code) DESC, distance_m, code LIMIT 1
"""

RULE: Final = """CASE WHEN r.geom IS NOT NULL THEN 'polygon:' || r.id
    ELSE CASE length(r.area_code) WHEN 12 THEN 'village:' WHEN 9 THEN 'township:'
      ELSE 'county:' END || r.area_code END"""

VALID_DUTY: Final = """u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
    AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
    AND (r.category IS NULL OR r.category IN (:category, left(:category, -2)))"""

VALID_DUTY_KNOWN: Final = """u.valid_from <= :on
    AND (u.valid_to IS NULL OR u.valid_to > :on OR u.ended_at > :known)
    AND r.created_at <= :known AND r.valid_from <= :on
    AND (r.valid_to IS NULL OR r.valid_to > :on OR r.ended_at > :known)
    AND (r.category IS NULL OR r.category IN (:category, left(:category, -2)))"""

NAMED: Final = """
SELECT a.county_code, a.edition_id, a.level, a.code, a.name, a.geom, e.schematic,
  a.label_lon, a.label_lat
FROM area a JOIN edition e ON {in_force}
WHERE a.county_code = :county AND a.code = :code
ORDER BY e.id DESC LIMIT 1
"""

CHOICES: Final = """
SELECT a.code, a.name, ST_Distance(geography(a.geom), geography({spot})) AS distance_m,
  duty.unit_name
FROM area a JOIN edition e ON {in_force}
LEFT JOIN LATERAL (
  SELECT u.name AS unit_name FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = a.county_code AND {valid}
    AND (r.area_code IN (a.code, left(a.code, 9), left(a.code, 6)) OR ST_Covers(r.geom, {spot}))
  ORDER BY r.category IS NULL, r.geom IS NULL, length(r.area_code) DESC, r.priority DESC, u.code,
    r.id
  LIMIT 1
) duty ON true
WHERE a.county_code = :county AND a.level = 'village'
  AND a.geom && ST_Expand({spot}, :reach_m / 50000.0)
  AND ST_DWithin(geography(a.geom), geography({spot}), :reach_m)
ORDER BY distance_m, a.code
"""
"""Villages within reach of a point, the one that holds it first, each with who would answer."""

ANSWER: Final = """
WITH leaf AS MATERIALIZED ({leaf})
SELECT leaf.county_code, county.name AS county_name,
  CASE WHEN leaf.level <> 'county' THEN left(leaf.code, 9) END AS township_code,
  township.name AS township_name,
  CASE WHEN leaf.level = 'village' THEN leaf.code END AS village_code,
  CASE WHEN leaf.level = 'village' THEN leaf.name END AS village_name,
  leaf.edition_id, leaf.schematic,
  unit.id AS unit_id, unit.code AS unit_code, unit.name AS unit_name,
  brigade.id AS brigade_id, brigade.code AS brigade_code, brigade.name AS brigade_name,
  coalesce(unit.rule, 'none') AS rule,
  {border} AS border_m,
  (SELECT s.value FROM setting_entry s
   WHERE s.county_code = leaf.county_code AND s.key = 'border_confirm_m'
   ORDER BY s.id DESC LIMIT 1) AS confirm_m
FROM leaf
JOIN county ON county.county_code = leaf.county_code
LEFT JOIN area township ON township.county_code = leaf.county_code
  AND township.edition_id = leaf.edition_id AND township.code = left(leaf.code, 9)
LEFT JOIN LATERAL (
  SELECT u.id, u.code, u.name, {rule} AS rule
  FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = leaf.county_code AND {valid}
    AND (r.area_code IN (leaf.code, left(leaf.code, 9), left(leaf.code, 6)){drawn})
  ORDER BY r.category IS NULL, r.geom IS NULL, length(r.area_code) DESC, r.priority DESC, u.code,
    r.id
  LIMIT 1
) unit ON true
LEFT JOIN LATERAL (
  WITH RECURSIVE above AS (
    SELECT u.id, u.code, u.name, u.kind, u.parent_id, 0 AS step
    FROM unit u WHERE u.county_code = leaf.county_code AND u.id = unit.id
    UNION ALL
    SELECT p.id, p.code, p.name, p.kind, p.parent_id, above.step + 1
    FROM above JOIN unit p ON p.county_code = leaf.county_code AND p.id = above.parent_id
    WHERE above.step < 8
  )
  SELECT id, code, name FROM above WHERE kind IN ('brigade', 'sub_bureau') ORDER BY step LIMIT 1
) brigade ON true
"""

SPOT: Final = f"ST_SetSRID(ST_MakePoint(:lon, :lat), {STORAGE_SRID})"


@functools.cache
def fine(*, one_county: bool) -> Statement:
    """Return the statement that starts from the village holding a point.

    one_county -- look in the county :county only
    """
    return _statement("route_fine", FINE, one_county)


@functools.cache
def coarse(*, one_county: bool) -> Statement:
    """Return the statement for a point that no village holds: a sliver, or coarser areas only."""
    return _statement("route_coarse", COARSE, one_county)


def _statement(name: str, leaf: str, one_county: bool) -> Statement:
    in_county = "AND a.county_code = :county" if one_county else ""
    return Statement(f"{name}_{one_county:d}", answer(leaf, in_county), TYPES)


def answer(leaf: str, in_county: str = "", *, known: bool = False, spot: str = SPOT) -> str:
    """Return the text of a statement that starts from a leaf area.

    known -- only what was entered by the moment :known; spot -- the point as SQL
    """
    force, valid = (IN_FORCE_KNOWN, VALID_DUTY_KNOWN) if known else (IN_FORCE, VALID_DUTY)
    found = leaf.format(spot=spot, in_county=in_county, in_force=force)
    border = f"ST_Distance(geography(ST_Boundary(leaf.geom)), geography({spot}))"
    drawn = f"\n      OR ST_Covers(r.geom, {spot})"
    return ANSWER.format(leaf=found, rule=RULE, valid=valid, border=border, drawn=drawn)


def answer_by_area(*, known: bool = False) -> str:
    """Return the text of a statement that starts from the area :code, with no point at all.

    Drawn polygons do not count and no border is near; lon, lat -- the area's label point
    """
    force, valid = (IN_FORCE_KNOWN, VALID_DUTY_KNOWN) if known else (IN_FORCE, VALID_DUTY)
    border = "CAST(0 AS float8) AS border_m, leaf.label_lon AS lon, leaf.label_lat"
    whole = ANSWER.replace("{border} AS border_m", f"{border} AS lat")
    return whole.format(leaf=NAMED.format(in_force=force), rule=RULE, valid=valid, drawn="")


@functools.cache
def choices() -> str:
    """Return the text that lists the villages within :reach_m of a point."""
    return CHOICES.format(spot=SPOT, in_force=IN_FORCE, valid=VALID_DUTY)
