"""Tracks out of positions, set-wise: lines without the noise of standing, what they came near to.

Metres are those of the 3-degree Gauss-Kruger zone of the place (CGCS2000), in which a county is
flat to some centimetres a kilometre. Simplified by distance: no corner moves farther than that.
Source: patrol.md 6.
"""

from __future__ import annotations

from typing import Final

GAP_S: Final = 300
"""A longer silence parts a track: nobody knows what lies between."""
SIMPLE_M: Final = 10
REACH_M: Final = 100
CELL_DEG: Final = (0.00246, 0.0018)
"""About 200 m each way at 43 degrees north; the cells of presence."""

ZONE: Final = "(4534 + round((greatest(75.0, least(135.0, {lon})) - 75) / 3)::int)"
"""EPSG code of the Gauss-Kruger zone of a longitude, 75 to 135 degrees east."""

LINES: Final = f"""
step AS (
  SELECT carrier, fixed_at, lon, lat, count(*) FILTER (WHERE apart) OVER (
    PARTITION BY carrier ORDER BY fixed_at) AS part
  FROM (SELECT carrier, fixed_at, lon, lat, fixed_at - lag(fixed_at) OVER (
      PARTITION BY carrier ORDER BY fixed_at) > interval '{GAP_S} seconds' AS apart
    FROM believed) s
), raw AS (
  SELECT carrier, part, ST_SetSRID(ST_MakeLine(ST_MakePoint(lon, lat) ORDER BY fixed_at), 4490)
    AS line, {ZONE.format(lon="avg(lon)")} AS zone
  FROM step GROUP BY carrier, part HAVING count(*) > 1
), line AS MATERIALIZED (
  SELECT carrier, ST_Collect(flat ORDER BY part) AS flat, min(zone) AS zone
  FROM (SELECT carrier, part, zone, ST_Simplify(ST_Transform(line, zone), {SIMPLE_M}) AS flat
    FROM raw) f
  WHERE flat IS NOT NULL GROUP BY carrier, zone
), track AS MATERIALIZED (
  SELECT DISTINCT ON (carrier) carrier, flat, zone, ST_Multi(ST_Transform(flat, 4490)) AS geom
  FROM line ORDER BY carrier, ST_NPoints(flat) DESC
)"""  # noqa: S608 -- figures of this module only
"""CTEs from `believed` (carrier, fixed_at, lon, lat; EPSG:4490) to `track`: the carrier and
its line, `flat` in metres of `zone`, `geom` in degrees."""

KM: Final = "ST_Length(geography(geom)) / 1000"

GRID: Final = f"""SELECT x.n AS x, y.n AS y, min(a.code) AS code
FROM area a
CROSS JOIN LATERAL generate_series(
  floor(ST_XMin(a.geom) / {CELL_DEG[0]})::int, floor(ST_XMax(a.geom) / {CELL_DEG[0]})::int) x(n)
CROSS JOIN LATERAL generate_series(
  floor(ST_YMin(a.geom) / {CELL_DEG[1]})::int, floor(ST_YMax(a.geom) / {CELL_DEG[1]})::int) y(n)
WHERE a.county_code = :county AND a.edition_id = {{edition}} AND a.level = 'village'
  AND ST_Covers(a.geom, ST_SetSRID(
    ST_MakePoint((x.n + 0.5) * {CELL_DEG[0]}, (y.n + 0.5) * {CELL_DEG[1]}), 4490))
GROUP BY x.n, y.n"""  # noqa: S608 -- numbers of ours
"""The village of each cell of an edition; one polygon after the other, which PostGIS prepares."""
