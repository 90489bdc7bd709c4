"""Visits of checkpoints out of positions, set-wise: who came within reach of which, how long.

Positions meet checkpoints by cells of a grid, joined by hash, before any distance is counted: a
position costs one look into a small table. Positions within reach that follow each other, and
visits that are known already, are united wherever the silence between them is short. So the
outcome is the same however often and in whatever order positions are handed over.
"""

from __future__ import annotations

from typing import Final

from gis.fixes import METRES

CELL_DEG: Final = 0.005
"""About 400 by 550 m: most checkpoints reach into one to four cells."""
LEAVE_S: Final = 180
"""Who was not within reach for longer has left."""
EDGE: Final = 1.1
"""So many times as wide as the circle is the box around it, against rounding."""

FENCES: Final = f"""
fence_cell AS MATERIALIZED (
  SELECT f.id, f.lon, f.lat, f.radius_m, x, y
  FROM fence f
  CROSS JOIN LATERAL (SELECT f.radius_m * {EDGE} / 111195.0 AS high,
    f.radius_m * {EDGE} / (111195.0 * cos(radians(f.lat))) AS wide) w
  CROSS JOIN LATERAL unnest(ARRAY(SELECT generate_series(
    CAST(floor((f.lon - wide) / {CELL_DEG}) AS int),
    CAST(floor((f.lon + wide) / {CELL_DEG}) AS int)))) x
  CROSS JOIN LATERAL unnest(ARRAY(SELECT generate_series(
    CAST(floor((f.lat - high) / {CELL_DEG}) AS int),
    CAST(floor((f.lat + high) / {CELL_DEG}) AS int)))) y
)"""  # noqa: S608 -- figures of this module only
"""CTE from `fence` (id, lon, lat in degrees, radius_m) to its cells."""

INSIDE: Final = f"""
near AS (
  SELECT p.*, c.id AS fence_id, c.lon AS fence_lon, c.lat AS fence_lat, c.radius_m,
    {METRES.format("p.lon", "p.lat", "c.lon", "c.lat")} AS off_m
  FROM fresh p
  JOIN fence_cell c ON c.x = CAST(floor(p.lon / {CELL_DEG}) AS int)
    AND c.y = CAST(floor(p.lat / {CELL_DEG}) AS int)
), inside AS MATERIALIZED (
  SELECT * FROM near WHERE off_m <= radius_m
)"""  # noqa: S608
"""CTEs from `fresh` (lon, lat, ...) and `fence_cell` to the positions within reach of a fence."""

ISLANDS: Final = f"""
parted AS (
  SELECT *, since > max(until) OVER (PARTITION BY carrier, fence_id ORDER BY since, until
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + interval '{LEAVE_S} seconds' AS apart
  FROM item
), island AS (
  SELECT *, count(*) FILTER (WHERE apart) OVER (
    PARTITION BY carrier, fence_id ORDER BY since, until) AS part
  FROM parted
)"""  # noqa: S608
"""CTEs from `item` (carrier, fence_id, since, until) to numbered stretches without a long gap."""
