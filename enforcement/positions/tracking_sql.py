"""The statements that make the tracks of a day: all carriers of a county in one go."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from gis.tracks import CELL_DEG, GRID, KM, LINES, REACH_M

_BELIEVED: Final = """
WITH said AS MATERIALIZED (
  SELECT coalesce(person_id, device_id) AS carrier, person_id, fixed_at, lon, lat, marks, mock
  FROM fix
  WHERE county_code = :county AND fixed_at >= :since AND fixed_at < :until
    AND (CAST(:carriers AS uuid[]) IS NULL
      OR coalesce(person_id, device_id) = ANY (CAST(:carriers AS uuid[])))
), believed AS MATERIALIZED (
  SELECT carrier, fixed_at, lon, lat FROM said WHERE marks IS NULL
)"""

STALE: Final = text("""
SELECT coalesce(f.person_id, f.device_id) AS carrier
FROM fix f
LEFT JOIN track t ON t.county_code = :county AND t.on_day = :on
  AND t.carrier_id = coalesce(f.person_id, f.device_id)
WHERE f.county_code = :county AND f.fixed_at >= :since AND f.fixed_at < :until
GROUP BY 1, t.built_at
HAVING t.built_at IS NULL OR max(f.received_at) >= t.built_at
""")

MAKE: Final = text(f"""
{_BELIEVED}, {LINES}, told AS (
  SELECT carrier, (array_agg(person_id))[1] AS person_id, count(*) AS fixes,
    count(*) FILTER (WHERE marks IS NOT NULL) AS doubtful, count(*) FILTER (WHERE mock) AS mocked,
    min(fixed_at) AS first_at, max(fixed_at) AS last_at,
    count(DISTINCT date_trunc('minute', fixed_at)) FILTER (WHERE marks IS NULL) AS minutes
  FROM said GROUP BY carrier
), unit_of AS (
  SELECT t.carrier, min(u.code) AS code FROM told t
  JOIN post p ON p.county_code = :county AND p.person_id = t.person_id
    AND p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
  JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  GROUP BY t.carrier
), beat AS MATERIALIZED (
  SELECT u.code, k.zone, ST_Union(ST_Transform(coalesce(r.geom, a.geom), k.zone)) AS flat
  FROM (SELECT DISTINCT o.code, min(t.zone) AS zone FROM unit_of o JOIN track t USING (carrier)
    GROUP BY o.code) k
  JOIN unit u ON u.county_code = :county AND u.code = k.code
  JOIN responsibility r ON r.county_code = :county AND r.unit_id = u.id AND r.category IS NULL
    AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
  LEFT JOIN edition e ON e.county_code = :county AND e.status = 'active'
  LEFT JOIN area a ON a.county_code = :county AND a.edition_id = e.id AND a.code = r.area_code
  WHERE coalesce(r.geom, a.geom) IS NOT NULL
  GROUP BY u.code, k.zone
), reach AS MATERIALIZED (
  SELECT carrier, ST_Buffer(flat, {REACH_M}) AS near FROM track
)
INSERT INTO track AS old (county_code, id, carrier_id, person_id, unit_code, on_day, geom, km,
  minutes, fixes, doubtful, mocked, first_at, last_at, stops, area_pct, built_at)
SELECT :county, gen_random_uuid(), t.carrier, t.person_id, o.code, :on, k.geom,
  coalesce({KM.replace("geom", "k.geom")}, 0), t.minutes, t.fixes, t.doubtful, t.mocked,
  t.first_at, t.last_at, '[]',
  100 * ST_Area(ST_Intersection(n.near, b.flat)) / nullif(ST_Area(b.flat), 0), app_now()
FROM told t
LEFT JOIN unit_of o USING (carrier) LEFT JOIN track k USING (carrier)
LEFT JOIN reach n USING (carrier) LEFT JOIN beat b ON b.code = o.code AND b.zone = k.zone
ON CONFLICT (county_code, on_day, carrier_id) DO UPDATE SET person_id = excluded.person_id,
  unit_code = excluded.unit_code, geom = excluded.geom, km = excluded.km,
  minutes = excluded.minutes, fixes = excluded.fixes, doubtful = excluded.doubtful,
  mocked = excluded.mocked, first_at = excluded.first_at, last_at = excluded.last_at,
  area_pct = excluded.area_pct, built_at = excluded.built_at
RETURNING old.id, old.carrier_id
""")  # noqa: S608 -- fragments of this package only

VILLAGES: Final = text(f"""
{_BELIEVED}
INSERT INTO track_village (county_code, track_id, village_code, minutes, first_at, last_at)
SELECT :county, t.id, a.code, count(DISTINCT date_trunc('minute', b.fixed_at)), min(b.fixed_at),
  max(b.fixed_at)
FROM believed b
JOIN track t ON t.county_code = :county AND t.on_day = :on AND t.carrier_id = b.carrier
JOIN edition e ON e.county_code = :county AND e.status = 'active'
JOIN area a ON a.county_code = :county AND a.edition_id = e.id AND a.level = 'village'
  AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(b.lon, b.lat), 4490))
GROUP BY t.id, a.code
""")  # noqa: S608

CELLS: Final = text(f"""
{_BELIEVED}
INSERT INTO presence_cell (county_code, track_id, x, y, minutes)
SELECT :county, t.id, CAST(floor(b.lon / {CELL_DEG[0]}) AS int),
  CAST(floor(b.lat / {CELL_DEG[1]}) AS int), count(DISTINCT date_trunc('minute', b.fixed_at))
FROM believed b
JOIN track t ON t.county_code = :county AND t.on_day = :on AND t.carrier_id = b.carrier
GROUP BY 2, 3, 4
""")  # noqa: S608

CELL_VILLAGES: Final = text(f"""
INSERT INTO cell_village (county_code, edition_id, x, y, village_code)
SELECT :county, e.id, g.x, g.y, g.code
FROM edition e CROSS JOIN LATERAL ({GRID.format(edition="e.id")}) g
WHERE e.county_code = :county AND e.status = 'active'
  AND NOT EXISTS (SELECT FROM cell_village v
    WHERE v.county_code = :county AND v.edition_id = e.id)
ON CONFLICT DO NOTHING
""")  # noqa: S608
"""All cells of an edition in force that has none yet: once, whoever is where."""

POSITIONS: Final = text(f"""
{_BELIEVED}
SELECT carrier, extract(epoch FROM fixed_at) AS at, lon, lat FROM believed
ORDER BY carrier, fixed_at
""")  # noqa: S608
