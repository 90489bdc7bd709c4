"""Areas as GeoJSON for maps, built in SQL; names of divisions and units are official."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, aliased

from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.terms import Level
from gis.features import DIGITS, collection, tolerance_deg
from gis.geojson import Bounds
from gis.layers import SpatialLayer

COUNTY_ZOOM: Final = 10.0
"""A county fills a desk's screen at about this zoom."""

SQUADS: Final = text("""
WITH duty AS (
  SELECT r.area_code, r.geom, r.priority, r.id, u.id AS unit_id, u.code, u.name
  FROM responsibility r JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND r.category IS NULL
    AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
    AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
), village AS (
  SELECT DISTINCT ON (a.code) d.unit_id, d.code, d.name, a.geom
  FROM area a JOIN duty d ON d.area_code IN (a.code, left(a.code, 9), left(a.code, 6))
  WHERE a.county_code = :county AND a.edition_id = :edition AND a.level = :level
  ORDER BY a.code, length(d.area_code) DESC, d.priority DESC, d.code
), shape AS (
  SELECT unit_id::text AS id, unit_id, code, name, ST_Union(geom) AS geom
  FROM village GROUP BY unit_id, code, name
  UNION ALL
  SELECT id::text, unit_id, code, name, geom FROM duty WHERE geom IS NOT NULL
), feature AS (
  SELECT shape.code, json_build_object('type', 'Feature', 'id', shape.id,
    'properties', json_strip_nulls(json_build_object('kind', 'squad', 'id', shape.id,
      'unit', shape.unit_id, 'code', shape.code, 'name', shape.name, 'parent', b.name,
      'brigade', b.code)),
    'geometry', ST_AsGeoJSON(ST_SimplifyPreserveTopology(shape.geom, :tolerance),
                             :digits, 0)::json) AS feature
  FROM shape LEFT JOIN LATERAL (
    SELECT u.code, u.name FROM unit u
    WHERE u.county_code = :county AND u.kind IN ('brigade', 'sub_bureau')
      AND (shape.code = u.code OR starts_with(shape.code, u.code || '.'))
    ORDER BY length(u.code) DESC LIMIT 1
  ) b ON true
)
SELECT json_agg(feature ORDER BY code) FROM feature
""")


def areas(
    session: Session, edition: Edition, level: Level, *, zoom: float | None = COUNTY_ZOOM
) -> dict[str, Any]:
    """Return the areas of one level of an edition; `parent` is the name of the area above."""
    above = aliased(Area)
    parent = (
        select(above.name)
        .where(
            above.county_code == Area.county_code,
            above.edition_id == Area.edition_id,
            above.code == func.left(Area.code, func.length(Area.code) - 3),
        )
        .scalar_subquery()
    )
    layer = AREA_LAYER.only(
        Area.county_code == edition.county_code, Area.edition_id == edition.id, Area.level == level
    )
    shown: dict[str, Any] = {"code": Area.code, "name": Area.name, "level": Area.level}
    if level == Level.VILLAGE:
        shown["parent"] = parent
    if level == Level.TOWNSHIP:
        shown |= {"label_lon": Area.label_lon, "label_lat": Area.label_lat}
    return collection(session, layer, str(level), shown, zoom=zoom)


def squads(
    session: Session, edition: Edition, on: date, *, zoom: float = COUNTY_ZOOM
) -> dict[str, Any]:
    """Return what each unit answers for on a day: its divisions in one shape, and its polygons."""
    found = session.scalar(
        SQUADS,
        {
            "county": edition.county_code,
            "edition": edition.id,
            "level": edition.level,
            "on": on,
            "tolerance": tolerance_deg(zoom),
            "digits": DIGITS,
        },
    )
    return {"type": "FeatureCollection", "features": found or []}


def extent(session: Session, edition: Edition) -> Bounds:
    """Return west, south, east and north of an edition's areas in degrees."""
    return extent_of(
        session,
        AREA_LAYER.only(Area.county_code == edition.county_code, Area.edition_id == edition.id),
    )


def extent_of(session: Session, layer: SpatialLayer) -> Bounds:
    """Return west, south, east and north of a layer's areas in degrees."""
    box = func.ST_Extent(layer.geom)
    row = session.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)).where(
            *layer.where
        )
    ).one()
    return row[0], row[1], row[2], row[3]
