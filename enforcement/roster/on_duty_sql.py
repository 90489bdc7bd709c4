"""The SQL of the call order: one statement, because it runs for every emergency."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from enforcement.jurisdiction.routing_sql import VALID_DUTY

HAS_POST: Final = """EXISTS (
    SELECT FROM post p JOIN unit pu ON pu.county_code = p.county_code AND pu.id = p.unit_id
    WHERE p.county_code = :county AND p.person_id = {person}
      AND p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
      AND pu.code >= {code} AND pu.code < {code} || '~')"""

IS_HERE: Final = """NOT EXISTS (
    SELECT FROM duty_leave l WHERE l.county_code = :county AND l.person_id = {person}
      AND l.state = 'approved' AND l.starts_at <= :at AND l.ends_at > :at)"""

IS_CERTIFIED: Final = """EXISTS (
    SELECT FROM certificate c WHERE c.county_code = :county AND c.person_id = found.person_id
      AND c.status = 'valid' AND c.valid_from <= :on AND c.valid_to >= :on)"""

_ON_DUTY: Final = """
WITH RECURSIVE place AS (
  SELECT d.code, left(d.code, 9) AS township, left(d.code, 6) AS county
  FROM division d
  WHERE d.county_code = :county AND d.code = :place AND d.level IN ('village', 'township')
), responsible AS (
  SELECT u.id, u.code, u.name, u.kind, u.parent_id
  FROM place JOIN responsibility r ON r.county_code = :county
    AND r.area_code IN (place.code, place.township, place.county)
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE {valid_duty}
  ORDER BY r.category IS NULL, length(r.area_code) DESC, r.priority DESC, u.code, r.id
  LIMIT 1
), above AS (
  SELECT r.*, 0 AS step FROM responsible r
  UNION ALL
  SELECT p.id, p.code, p.name, p.kind, p.parent_id, above.step + 1
  FROM above JOIN unit p ON p.county_code = :county AND p.id = above.parent_id
  WHERE above.step < 8
), brigade AS (
  SELECT * FROM above WHERE kind IN ('brigade', 'sub_bureau') ORDER BY step LIMIT 1
), bureau AS (
  SELECT id, code, name FROM (
    SELECT id, code, name, 0 AS far, step FROM above WHERE kind = 'bureau'
    UNION ALL
    SELECT id, code, name, 1, 0 FROM unit u
    WHERE u.county_code = :county AND u.kind = 'bureau'
      AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
  ) b ORDER BY far, step, code LIMIT 1
), home AS (
  SELECT u.id, u.code, u.name, u.kind FROM unit u CROSS JOIN place
  WHERE u.county_code = :county AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
    AND (u.kind IN ('township_government', 'service_hall') AND u.home_code = place.township
      OR u.kind = 'command_centre')
), level AS (
  SELECT * FROM (VALUES (1, 'auxiliary'), (2, 'desk_a'), (3, 'desk_b'), (4, 'squad'),
    (5, 'brigade_a'), (6, 'brigade_b'), (7, 'township_leader'), (8, 'bureau_leader'),
    (9, 'command')) v(step, level)
), place_of AS (
  SELECT w.step, w.kind, home.id, home.code, home.name
  FROM home JOIN (VALUES (2, 'a'), (3, 'b'), (7, 'leader')) w(step, kind)
    ON home.kind <> 'command_centre'
  UNION ALL
  SELECT 9, w.kind, home.id, home.code, home.name
  FROM home JOIN (VALUES ('a'), ('b'), ('leader')) w(kind) ON home.kind = 'command_centre'
  UNION ALL SELECT 4, 'squad', id, code, name FROM responsible
  UNION ALL SELECT 5, 'a', id, code, name FROM brigade
  UNION ALL SELECT 6, 'b', id, code, name FROM brigade
  UNION ALL SELECT 8, 'leader', id, code, name FROM bureau
), found AS (
  SELECT w.step, w.kind, w.id AS unit_id, w.code AS unit_code, w.name AS unit_name,
    s.id AS shift_id, s.person_id, s.starts_at, s.ends_at
  FROM place_of w JOIN duty_shift s ON s.county_code = :county AND s.unit_id = w.id
    AND s.kind = w.kind AND s.state = 'planned'
    AND s.starts_at <= :at AND s.starts_at > :earliest AND s.ends_at > :at
  WHERE s.person_id IS NOT NULL AND {has_post}
    AND {is_here}
  UNION ALL
  SELECT 1, NULL, u.id, u.code, u.name, NULL, p.person_id, NULL, NULL
  FROM place JOIN post p ON p.county_code = :county AND p.village_code = place.code
    AND p.role = 'auxiliary'
  JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
    AND {auxiliary_is_here}
)
SELECT row_number() OVER (ORDER BY level.step, w.kind, w.unit_code, w.starts_at, person.name,
    person.id) AS number,
  level.level, coalesce(w.kind, '') AS kind, w.unit_id, w.unit_code, w.unit_name,
  w.shift_id, w.person_id, person.name AS person_name, role.role, w.ends_at AS until,
  coalesce(w.certified, false) AS certified, at_home.unit_name AS expected_unit_name
FROM place CROSS JOIN level
LEFT JOIN (SELECT found.*, {certified} AS certified FROM found) w ON w.step = level.step
LEFT JOIN person ON person.county_code = :county AND person.id = w.person_id
LEFT JOIN LATERAL (
  SELECT p.role FROM post p JOIN unit pu ON pu.county_code = p.county_code AND pu.id = p.unit_id
  WHERE p.county_code = :county AND p.person_id = w.person_id
    AND p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
    AND pu.code >= w.unit_code AND pu.code < w.unit_code || '~'
  ORDER BY (w.step = 1 AND p.role = 'auxiliary') DESC, pu.code, p.id LIMIT 1
) role ON true
LEFT JOIN LATERAL (
  SELECT string_agg(DISTINCT name, '、') AS unit_name FROM place_of WHERE step = level.step
) at_home ON true
ORDER BY number
"""
ON_DUTY: Final = text(
    _ON_DUTY.format(
        valid_duty=VALID_DUTY,
        has_post=HAS_POST.format(person="s.person_id", code="w.code"),
        is_here=IS_HERE.format(person="s.person_id"),
        auxiliary_is_here=IS_HERE.format(person="p.person_id"),
        certified=IS_CERTIFIED,
    )
)
