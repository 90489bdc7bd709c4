"""The statement that makes a patrol's coverage out of its people's positions, in one go."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from gis.coverage import AREA, REACH, ROADS
from gis.tracks import CELL_DEG, KM, LINES, ZONE

_X, _Y = CELL_DEG

DUE: Final = text("""
SELECT p.id FROM patrol p
LEFT JOIN patrol_coverage c ON c.county_code = p.county_code AND c.patrol_id = p.id
WHERE p.county_code = :county AND p.state IN ('published', 'started', 'finished')
  AND p.patrol_on >= :since AND (c.id IS NULL OR c.stale)
  AND (p.state = 'finished' OR app_now() >= CAST(p.patrol_on AS timestamp)
    AT TIME ZONE 'Asia/Shanghai' + make_interval(mins => p.to_minute + :settle))
ORDER BY p.patrol_on, p.number LIMIT :most
""")
"""Patrols whose shift is over and whose coverage is missing or behind."""

STALE: Final = text("""
UPDATE patrol_coverage c SET stale = true
FROM (
  SELECT person_id, min(fixed_at) AS low, max(fixed_at) AS high, max(received_at) AS received_at
  FROM fix WHERE county_code = :county AND received_at >= :since AND person_id IS NOT NULL
    AND fixed_at >= CAST(:since AS timestamptz) - interval '30 days'
  GROUP BY person_id
) f
WHERE c.county_code = :county AND NOT c.stale AND f.person_id = ANY (c.crew)
  AND f.low < c.until AND f.high >= c.since AND f.received_at > c.made_at
""")

CREW: Final = text("""
SELECT DISTINCT o.person_id FROM post o
JOIN unit u ON u.county_code = o.county_code AND u.id = o.unit_id
WHERE o.county_code = :county AND u.code = :squad
  AND o.valid_from <= :on AND (o.valid_to IS NULL OR o.valid_to > :on)
""")

ZONE_OF: Final = text(f"""
SELECT {ZONE.format(lon="avg(a.label_lon)")} FROM area a
JOIN edition e ON e.county_code = a.county_code AND e.id = a.edition_id AND e.status = 'active'
WHERE a.county_code = :county
""")  # noqa: S608 -- fragments of gis only

COVER: Final = text(f"""
WITH believed AS MATERIALIZED (
  SELECT person_id AS carrier, fixed_at, lon, lat FROM fix
  WHERE county_code = :county AND fixed_at >= :since AND fixed_at < :until AND marks IS NULL
    AND device_id IN (SELECT id FROM device WHERE county_code = :county
      AND person_id = ANY (CAST(:crew AS uuid[])))
    AND person_id = ANY (CAST(:crew AS uuid[]))
), {LINES}, {REACH}, listed AS MATERIALIZED (
  SELECT b.id, b.kind, b.geom, s.id AS stop_id FROM patrol_stop s
  JOIN beat b ON b.county_code = s.county_code AND b.id = s.beat_id
  WHERE s.county_code = :county AND s.patrol_id = :patrol
), duty AS MATERIALIZED (
  SELECT r.geom, r.area_code FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND u.code = :squad AND r.category IS NULL
    AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
), area_now AS (
  SELECT a.code, a.level, a.geom, a.label_lon, a.label_lat FROM area a
  JOIN edition e ON e.county_code = a.county_code AND e.id = a.edition_id AND e.status = 'active'
  WHERE a.county_code = :county
), land AS (
  SELECT 'beats' AS area_of, geom FROM listed WHERE kind = 'area'
  UNION ALL
  SELECT 'unit', coalesce(d.geom, a.geom) FROM duty d LEFT JOIN area_now a ON a.code = d.area_code
  WHERE NOT EXISTS (SELECT FROM listed WHERE kind = 'area')
), ground AS MATERIALIZED (
  SELECT min(area_of) AS area_of, ST_Union(ST_Transform(geom, :zone)) AS flat,
    ST_Union(geom) AS geom
  FROM land WHERE geom IS NOT NULL HAVING count(*) > 0
), {AREA}, way AS MATERIALIZED (
  SELECT r.length_m, r.geom FROM road r CROSS JOIN ground g
  WHERE r.county_code = :county AND r.geom && g.geom
    AND ST_Covers(g.geom, ST_LineInterpolatePoint(r.geom, 0.5))
), {ROADS}, village AS MATERIALIZED (
  SELECT a.code, a.geom FROM area_now a
  WHERE a.level = 'village' AND EXISTS (SELECT FROM duty d WHERE CASE WHEN d.geom IS NULL
    THEN starts_with(a.code, d.area_code)
    ELSE ST_Covers(d.geom, ST_SetSRID(ST_MakePoint(a.label_lon, a.label_lat), 4490)) END)
), been AS (
  SELECT DISTINCT v.code FROM believed b
  JOIN village v ON ST_Covers(v.geom, ST_SetSRID(ST_MakePoint(b.lon, b.lat), 4490))
), point AS (
  SELECT l.id, EXISTS (SELECT FROM beat_visit v WHERE v.county_code = :county AND v.beat_id = l.id
      AND v.on_day = :on AND v.person_id = ANY (CAST(:crew AS uuid[])) AND v.dwell_s >= :dwell
      AND NOT v.mocked)
    OR EXISTS (SELECT FROM check_in c WHERE c.county_code = :county AND c.stop_id = l.stop_id
      AND c.within IS NOT FALSE AND NOT c.mock) AS seen
  FROM listed l WHERE l.kind = 'point'
), hot AS MATERIALIZED (
  SELECT x, y, CAST(sum(n) AS int) AS incidents FROM (
    SELECT CAST(floor(lon / {_X}) AS int) AS x, CAST(floor(lat / {_Y}) AS int) AS y, count(*) AS n
    FROM incident WHERE county_code = :county AND responsible_unit_code = :squad
      AND received_at >= CAST(:since AS timestamptz) - make_interval(days => :hot_days)
      AND received_at < :until AND lon IS NOT NULL
    GROUP BY 1, 2 HAVING count(*) >= :hot_least
    UNION ALL
    SELECT CAST(floor(lon / {_X}) AS int), CAST(floor(lat / {_Y}) AS int), 0 FROM beat
    WHERE county_code = :county AND unit_code = :squad AND kind = 'point' AND state = 'active'
      AND place_kind = 'hot_spot'
  ) h GROUP BY x, y
), present AS (
  SELECT x, y, count(*) AS minutes FROM (
    SELECT DISTINCT CAST(floor(lon / {_X}) AS int) AS x, CAST(floor(lat / {_Y}) AS int) AS y,
      carrier, date_trunc('minute', fixed_at) AS at
    FROM believed) m
  GROUP BY x, y
), told AS (
  SELECT ST_Multi(ST_Collect(d.geom)) AS geom, coalesce(sum({KM.replace("geom", "d.geom")}), 0)
    AS km FROM track t CROSS JOIN LATERAL ST_Dump(t.geom) d
)
INSERT INTO patrol_coverage (county_code, id, patrol_id, made_at, stale, since, until, crew, fixes,
  km, minutes, geom, area_of, area_m2, area_seen_m2, road_m, road_seen_m, points, points_seen,
  villages, villages_seen, cells, params)
SELECT :county, gen_random_uuid(), :patrol, app_now(), false, :since, :until,
  CAST(:crew AS uuid[]), (SELECT count(*) FROM believed), t.km,
  (SELECT count(DISTINCT (carrier, date_trunc('minute', fixed_at))) FROM believed), t.geom,
  g.area_of, a.area_m2, a.area_seen_m2, r.road_m, r.road_seen_m,
  (SELECT count(*) FROM point), (SELECT count(*) FROM point WHERE seen),
  (SELECT count(*) FROM village), (SELECT count(*) FROM been),
  coalesce((SELECT jsonb_agg(jsonb_build_object(
      'lon', round(CAST((h.x + 0.5) * {_X} AS numeric), 6),
      'lat', round(CAST((h.y + 0.5) * {_Y} AS numeric), 6), 'incidents', h.incidents,
      'minutes', coalesce(p.minutes, 0)) ORDER BY h.incidents DESC, h.x, h.y)
    FROM hot h LEFT JOIN present p USING (x, y)), '[]'),
  CAST(:params AS jsonb)
FROM told t LEFT JOIN ground g ON true LEFT JOIN area_share a ON true LEFT JOIN road_share r ON true
ON CONFLICT (county_code, patrol_id) DO UPDATE SET made_at = excluded.made_at, stale = false,
  since = excluded.since, until = excluded.until, crew = excluded.crew, fixes = excluded.fixes,
  km = excluded.km, minutes = excluded.minutes, geom = excluded.geom, area_of = excluded.area_of,
  area_m2 = excluded.area_m2, area_seen_m2 = excluded.area_seen_m2, road_m = excluded.road_m,
  road_seen_m = excluded.road_seen_m, points = excluded.points,
  points_seen = excluded.points_seen, villages = excluded.villages,
  villages_seen = excluded.villages_seen, cells = excluded.cells, params = excluded.params
""")  # noqa: S608 -- fragments of this package and of gis only
