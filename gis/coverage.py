"""How much of an area and of its roads a track came near to, in SQL.

Metres are those of one Gauss-Kruger zone, given as :zone. Buffers are made once, of the simplified
track, and materialised: made of raw positions, or again for each pair, they cost a hundred times
more (patrol.md 6).
"""

from __future__ import annotations

from typing import Final

REACH: Final = """
reach AS MATERIALIZED (
  SELECT ST_Buffer(flat, :reach_m) AS near, ST_Buffer(flat, :road_reach_m) AS close
  FROM (SELECT ST_Collect(ST_Transform(geom, :zone)) AS flat FROM track) t
)"""
"""CTE from `track` (geom in degrees) to what lies within reach of it."""

AREA: Final = """
area_share AS (
  SELECT ST_Area(g.flat) AS area_m2,
    coalesce(ST_Area(ST_Intersection(g.flat, r.near)), 0) AS area_seen_m2
  FROM ground g CROSS JOIN reach r
)"""
"""CTE from `ground` (flat) and `reach` to square metres in all and near the track."""

ROADS: Final = """
road_share AS (
  SELECT sum(length_m) AS road_m, sum(length_m * coalesce(
    ST_Length(ST_Intersection(w.flat, r.close)) / nullif(ST_Length(w.flat), 0), 0)) AS road_seen_m
  FROM (SELECT length_m, ST_Transform(geom, :zone) AS flat FROM way) w CROSS JOIN reach r
)"""
"""CTE from `way` (length_m, geom in degrees) and `reach` to metres in all and near the track."""
