"""Areas that a person draws or pastes: read, checked, and drawn to the borders they lie along."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon
from sqlalchemy import ColumnElement, bindparam, func, select, true
from sqlalchemy.orm import Session

from gis.areas import EARTH, Bounds, Making, sound_area
from gis.errors import InvalidGeometryError
from gis.layers import SpatialLayer
from gis.pieces import points_of
from gis.proximity import METRES_PER_DEGREE
from gis.repair import Fix
from gis.rings import rings_of_json, rings_of_shape
from gis.srid import STORAGE_SRID

MOST_POINTS: Final = 5_000
ROUNDING_M2: Final = 1.0
"""What lies outside a border after snapping, up to this, is rounding and is cut off."""


@dataclass(frozen=True)
class Snapped:
    """A drawn area on the borders near it.

    geom -- degrees, STORAGE_SRID; moved_m -- how far its line moved at most
    drawn_m2, area_m2 -- before and after; outside_m2 -- what lies outside the whole
    """

    geom: MultiPolygon
    moved_m: float
    drawn_m2: float
    area_m2: float
    outside_m2: float


def read_shape(
    value: Any, *, bounds: Bounds = EARTH, repair: bool = False
) -> tuple[MultiPolygon, tuple[Fix, ...]]:
    """Return a sound area from GeoJSON (a geometry, a Feature, one in a collection) or WKT.

    value -- parsed JSON or text; degrees, lon before lat; bounds -- it may not leave them
    repair -- mend what can be mended; else raises InvalidGeometryError saying what is wrong
    """
    rings = _rings(value)
    if sum(len(ring) for polygon in rings for ring in polygon) > MOST_POINTS:
        raise InvalidGeometryError(f"图形的点太多，最多 {MOST_POINTS} 个", "too_many")
    return sound_area(rings, Making(bounds=bounds, repair=repair))


def _rings(value: Any) -> Any:
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        try:
            return rings_of_shape(shapely.from_wkt(value.strip() or None))
        except ShapelyError as error:
            raise InvalidGeometryError("图形不是 GeoJSON，也不是 WKT", "unreadable") from error
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidGeometryError("图形不是完整的 GeoJSON", "unreadable") from error
    return rings_of_json(_geometry(value))


def _geometry(value: Any) -> Any:
    """Return the one geometry of a GeoJSON object."""
    if not isinstance(value, dict):
        raise InvalidGeometryError("图形不是 GeoJSON，也不是 WKT", "unreadable")
    if value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise InvalidGeometryError("须有且只有一个图形", "unreadable")
        value = features[0] if isinstance(features[0], dict) else {}
    return value.get("geometry") if value.get("type") == "Feature" else value


def snapped(
    session: Session,
    shape: MultiPolygon,
    borders: SpatialLayer,
    whole: SpatialLayer,
    *,
    tolerance_m: float,
) -> Snapped:
    """Return a drawn area on the borders that it runs along within `tolerance_m`, at most so far.

    borders -- areas whose lines attract; whole -- the area it must lie in (one row)
    Raises InvalidGeometryError where nothing of it is left.
    """
    drawn = func.ST_GeomFromWKB(bindparam("drawn", shapely.to_wkb(shape)), STORAGE_SRID)
    given = select(drawn.label("geom")).cte("given")
    made = _on_borders(given, borders, tolerance_m / METRES_PER_DEGREE)
    outline = select(func.ST_Union(whole.geom)).where(*whole.where).scalar_subquery()
    outside = func.ST_CollectionExtract(func.ST_Difference(made.c.geom, outline), 3)
    inside = func.ST_CollectionExtract(func.ST_Intersection(made.c.geom, outline), 3)
    row = session.execute(
        select(
            func.ST_AsBinary(made.c.geom).label("wkb"),
            func.ST_AsBinary(inside).label("inside"),
            func.ST_Area(func.geography(given.c.geom)).label("drawn_m2"),
            func.ST_Area(func.geography(made.c.geom)).label("area_m2"),
            func.coalesce(func.ST_Area(func.geography(outside)), 0.0).label("outside_m2"),
        ).select_from(given.join(made, true()))
    ).one()
    within = 0 < row.outside_m2 <= ROUNDING_M2
    geom = _multi(shapely.from_wkb(bytes(row.inside if within else row.wkb)))
    if geom.is_empty:
        raise InvalidGeometryError("图形太小：贴合界线后没有面积", "empty")
    outside_m2 = 0.0 if within else row.outside_m2
    return Snapped(geom, _moved_m(shape, geom), row.drawn_m2, row.area_m2, outside_m2)


def _on_borders(given: Any, borders: SpatialLayer, reach_deg: float) -> Any:
    """Return a CTE with the drawn area snapped to the corners of borders and to their lines.

    ST_Snap knows corners only, so the foot on the nearest line of each drawn corner is added.
    """
    area = select(borders.geom.label("geom")).where(*borders.where).subquery("area_near")
    near = area.c.geom.op("&&")(func.ST_Expand(given.c.geom, reach_deg))
    line = (
        select(func.ST_Collect(func.ST_Boundary(area.c.geom)).label("geom"))
        .select_from(given.join(area, near))
        .cte("line")
    )
    corner = points_of(given.c.geom)
    feet = (
        select(func.ST_Collect(func.ST_ClosestPoint(line.c.geom, corner.c.geom)))
        .select_from(given.join(line, true()).join(corner, true()))
        .where(func.ST_DWithin(line.c.geom, corner.c.geom, reach_deg))
        .scalar_subquery()
    )
    target: ColumnElement[Any] = func.coalesce(func.ST_Collect(line.c.geom, feet), line.c.geom)
    moved = func.coalesce(func.ST_Snap(given.c.geom, target, reach_deg), given.c.geom)
    sound = func.ST_CollectionExtract(func.ST_MakeValid(moved), 3)
    return select(sound.label("geom")).select_from(given.join(line, true())).cte("made")


def _multi(geom: Any) -> MultiPolygon:
    return geom if isinstance(geom, MultiPolygon) else MultiPolygon([geom])


def _moved_m(before: MultiPolygon, after: MultiPolygon) -> float:
    """Return how far apart the two lines are at most, in metres (at their corners)."""
    shrink = math.cos(math.radians(before.centroid.y))
    one, other = (
        shapely.transform(geom.boundary, lambda points: points * (shrink, 1.0))
        for geom in (before, after)
    )
    return float(shapely.hausdorff_distance(one, other)) * METRES_PER_DEGREE
