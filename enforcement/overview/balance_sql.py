"""The SQL of the balance between squads: what each answers for, and what happened there."""

from __future__ import annotations

from typing import Final

from enforcement.jurisdiction.duty_sql import duty

SQUADS: Final = """
WITH {duty}, own AS MATERIALIZED (
  SELECT answer.code, answer.unit_id FROM answer WHERE answer.category IS NULL
), shape AS MATERIALIZED (
  SELECT d.id, d.unit_id, d.unit_code, d.priority, d.geom FROM duty d
  WHERE d.live AND d.geom IS NOT NULL AND d.category IS NULL
), effective AS MATERIALIZED (
  SELECT shape.unit_id, coalesce(ST_CollectionExtract(ST_Difference(shape.geom, (
    SELECT ST_Union(first.geom) FROM shape first WHERE first.geom && shape.geom
      AND (-first.priority, first.unit_code, first.id)
        < (-shape.priority, shape.unit_code, shape.id)
  )), 3), shape.geom) AS geom
  FROM shape
), taken AS (
  SELECT own.unit_id,
    sum(ST_Area(geography(ST_CollectionExtract(ST_Intersection(leaf.geom, e.geom), 3)))) AS m2
  FROM effective e JOIN leaf ON ST_Intersects(leaf.geom, e.geom) JOIN own ON own.code = leaf.code
  GROUP BY own.unit_id
), drawn AS (
  SELECT unit_id, sum(ST_Area(geography(geom))) AS m2, count(*) AS polygons
  FROM effective GROUP BY unit_id
), land AS (
  SELECT own.unit_id, count(*) AS villages, sum(leaf.area_m2) AS m2, sum(v.population) AS people,
    count(*) - count(v.population) AS uncounted
  FROM own JOIN leaf ON leaf.code = own.code
  LEFT JOIN division v ON v.county_code = :county AND v.code = own.code
  GROUP BY own.unit_id
), reported AS (
  SELECT responsible_unit_code AS code, count(*) AS incidents FROM incident
  WHERE county_code = :county AND received_at >= :since AND received_at < :until
  GROUP BY responsible_unit_code
), registered AS (
  SELECT unit_code AS code, count(*) AS cases FROM case_file
  WHERE county_code = :county AND registered_at >= :since AND registered_at < :until
  GROUP BY unit_code
), posted AS (
  SELECT p.unit_id, count(DISTINCT p.person_id) AS officers,
    count(DISTINCT c.person_id) AS certified
  FROM post p LEFT JOIN certificate c ON c.county_code = :county AND c.person_id = p.person_id
    AND c.status = 'valid' AND c.valid_from <= :on AND c.valid_to >= :on
  WHERE p.county_code = :county AND p.role IN ('officer', 'squad_leader', 'brigade_leader')
    AND p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
  GROUP BY p.unit_id
)
SELECT u.id, u.code, u.name, u.kind, b.code AS brigade_code, b.name AS brigade_name,
  coalesce(land.villages, 0) AS villages, coalesce(drawn.polygons, 0) AS polygons,
  greatest(0, coalesce(land.m2, 0) - coalesce(taken.m2, 0) + coalesce(drawn.m2, 0)) AS area_m2,
  CASE WHEN land.uncounted = 0 THEN land.people END AS population,
  coalesce(reported.incidents, 0) AS incidents, coalesce(registered.cases, 0) AS cases,
  coalesce(posted.officers, 0) AS officers, coalesce(posted.certified, 0) AS certified
FROM unit u
LEFT JOIN land ON land.unit_id = u.id LEFT JOIN taken ON taken.unit_id = u.id
LEFT JOIN drawn ON drawn.unit_id = u.id LEFT JOIN posted ON posted.unit_id = u.id
LEFT JOIN reported ON reported.code = u.code LEFT JOIN registered ON registered.code = u.code
LEFT JOIN LATERAL (
  SELECT p.code, p.name FROM unit p WHERE p.county_code = :county
    AND p.kind IN ('brigade', 'sub_bureau') AND starts_with(u.code, p.code || '.')
  ORDER BY length(p.code) DESC LIMIT 1
) b ON true
WHERE u.county_code = :county AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
  AND (u.kind = 'squad' OR land.unit_id IS NOT NULL OR drawn.unit_id IS NOT NULL)
ORDER BY u.code
"""

PLACES: Final = """
WITH {duty}, reported AS (
  SELECT village_code AS code, count(*) AS incidents FROM incident
  WHERE county_code = :county AND received_at >= :since AND received_at < :until
  GROUP BY village_code
), registered AS (
  SELECT village_code AS code, count(*) AS cases FROM case_file
  WHERE county_code = :county AND registered_at >= :since AND registered_at < :until
  GROUP BY village_code
)
SELECT leaf.code, leaf.name, leaf.area_m2, answer.unit_code, v.population,
  coalesce(reported.incidents, 0) AS incidents, coalesce(registered.cases, 0) AS cases
FROM leaf LEFT JOIN answer ON answer.code = leaf.code AND answer.category IS NULL
LEFT JOIN division v ON v.county_code = :county AND v.code = leaf.code
LEFT JOIN reported ON reported.code = leaf.code LEFT JOIN registered ON registered.code = leaf.code
ORDER BY leaf.code
"""

TOTALS: Final = """
SELECT
  (SELECT count(*) FROM incident WHERE county_code = :county
     AND received_at >= :since AND received_at < :until) AS incidents,
  (SELECT count(*) FROM case_file WHERE county_code = :county
     AND registered_at >= :since AND registered_at < :until) AS cases
"""


def squads() -> str:
    """Return the statement of what each squad of a day answers for, and its work and staff."""
    return SQUADS.format(duty=duty("day"))


def places() -> str:
    """Return the statement of a day's finest areas: size, people, who answers, what happened."""
    return PLACES.format(duty=duty("day"))
