"""Statements: published decisions with the place that may be shown of each, as GeoJSON or rows.

The place is that of the act where the review left it open, else the label point of its village or
its township: whoever looks learns no home (procedure.md 4).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

PUBLIC: Final = """
SELECT p.id, p.at, p.decided_on, p.shown, c.matter_code, z.township, v.name AS village_name,
  t.name AS township_name,
  CASE h.how WHEN 'act' THEN c.lon WHEN 'village' THEN v.label_lon ELSE t.label_lon END AS lon,
  CASE h.how WHEN 'act' THEN c.lat WHEN 'village' THEN v.label_lat ELSE t.label_lat END AS lat,
  h.how
FROM publication p
JOIN case_file c ON c.county_code = p.county_code AND c.id = p.case_id
CROSS JOIN LATERAL (SELECT coalesce(c.township_code, left(c.village_code, 9)) AS township) z
LEFT JOIN area v ON v.county_code = p.county_code AND v.edition_id = :edition
  AND v.code = c.village_code AND v.level = 'village'
LEFT JOIN area t ON t.county_code = p.county_code AND t.edition_id = :edition
  AND t.code = z.township AND t.level = 'township'
CROSS JOIN LATERAL (SELECT CASE
  WHEN p.shown ->> 'located' = 'act' AND c.lon IS NOT NULL THEN 'act'
  WHEN v.code IS NOT NULL THEN 'village' WHEN t.code IS NOT NULL THEN 'township' END AS how) h
WHERE p.county_code = :county AND p.outcome <> 'withhold' AND p.decided_on >= :since
  AND NOT EXISTS (SELECT FROM publication_withdrawal w
    WHERE w.county_code = p.county_code AND w.publication_id = p.id)
  AND (CAST(:first AS date) IS NULL OR p.decided_on BETWEEN :first AND :last)
  AND (CAST(:matter AS text) IS NULL OR c.matter_code = :matter)
  AND (CAST(:township AS text) IS NULL OR z.township = :township)
"""

GEOJSON: Final = text(f"""
WITH found AS MATERIALIZED ({PUBLIC}),
inside AS MATERIALIZED (
  SELECT * FROM found WHERE lon IS NOT NULL AND (:everywhere OR EXISTS (
    SELECT FROM unnest(CAST(:wests AS float8[]), CAST(:souths AS float8[]),
      CAST(:easts AS float8[]), CAST(:norths AS float8[])) b(west, south, east, north)
    WHERE lon BETWEEN b.west AND b.east AND lat BETWEEN b.south AND b.north))
),
newest AS (SELECT * FROM inside ORDER BY at DESC, id DESC LIMIT :limit)
SELECT CAST(json_build_object(
  'type', 'FeatureCollection',
  'features', coalesce((SELECT json_agg(json_build_object(
    'type', 'Feature', 'id', id,
    'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(
      round(CAST(lon AS numeric), 5), round(CAST(lat AS numeric), 5))),
    'properties', json_build_object(
      'number', shown ->> 'number', 'party', shown ->> 'party', 'cause', shown ->> 'cause',
      'content', shown ->> 'content', 'decided_on', decided_on, 'matter', matter_code,
      'township', township, 'place', concat_ws(' ', township_name, village_name), 'located', how)
    ) ORDER BY at DESC, id DESC) FROM newest), CAST('[]' AS json)),
  'matched', (SELECT count(*) FROM inside),
  'without_place', (SELECT count(*) FROM found WHERE lon IS NULL)) AS text)
""")  # noqa: S608 -- fragments of this module only


def page(*, after: bool) -> TextClause:
    """Return the statement of a page of the list, from after a key on or from the beginning."""
    rest = "WHERE (at, id) < (:after_at, :after_id)" if after else ""
    return text(f"""
WITH found AS MATERIALIZED ({PUBLIC})
SELECT id, at, shown, matter_code, concat_ws(' ', township_name, village_name) AS place, how,
  (SELECT count(*) FROM found) AS matched,
  (SELECT count(*) FROM found WHERE lon IS NULL) AS without_place
FROM found {rest} ORDER BY at DESC, id DESC LIMIT :limit
""")  # noqa: S608


OFFERED: Final = text(f"""
SELECT coalesce(array_agg(DISTINCT CAST(extract(year FROM decided_on) AS int)), '{{}}') AS years,
  coalesce(array_agg(DISTINCT matter_code), '{{}}') AS matters
FROM ({PUBLIC}) found
""")  # noqa: S608
