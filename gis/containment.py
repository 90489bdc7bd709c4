"""Which area holds a point, how far its border is, and where areas overlap or leave gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer
from gis.pieces import parts_of, rings_of
from gis.srid import point


@dataclass(frozen=True)
class Overlap:
    """Two areas, the smaller key first, the square metres they share, and their common part."""

    first: Any
    second: Any
    area_m2: float
    geom: BaseGeometry


@dataclass(frozen=True)
class Gap:
    """A hole between areas: a point inside it (degrees, STORAGE_SRID), square metres, shape."""

    lon: float
    lat: float
    area_m2: float
    geom: BaseGeometry


def covering(session: Session, layer: SpatialLayer, lon: float, lat: float) -> list[Any]:
    """Return the keys of all areas that hold the point or have it on their border, sorted."""
    covers = func.ST_Covers(layer.geom, point(lon, lat))
    found = select(layer.key).where(covers, *layer.where).order_by(layer.key)
    return list(session.scalars(found))


def find_covering(session: Session, layer: SpatialLayer, lon: float, lat: float) -> Any | None:
    """Return the key of the area of a point, the smallest on a shared border; None outside."""
    return next(iter(covering(session, layer, lon, lat)), None)


def border_distance(geom: ColumnElement[Any], spot: ColumnElement[Any]) -> ColumnElement[float]:
    """Return SQL for the metres on the ellipsoid from a point to the border of an area."""
    border = func.geography(func.ST_Boundary(geom))
    metres: ColumnElement[float] = func.ST_Distance(border, func.geography(spot))
    return metres


def border_distance_m(
    session: Session, layer: SpatialLayer, key: Any, lon: float, lat: float
) -> float | None:
    """Return the metres from a point to the border of the area `key`; None without that area."""
    metres = border_distance(layer.geom, point(lon, lat))  # type: ignore[arg-type]
    return session.scalar(select(metres).where(layer.key == key, *layer.where))


def list_overlaps(session: Session, layer: SpatialLayer, *, above_m2: float) -> list[Overlap]:
    """Return the pairs of areas that share more than `above_m2`, the largest first."""
    rows = select(layer.key.label("key"), layer.geom.label("geom")).where(*layer.where)
    one, other = rows.cte("one").prefix_with("MATERIALIZED"), rows.subquery("other")
    shared = func.ST_CollectionExtract(func.ST_Intersection(one.c.geom, other.c.geom), 3)
    pairs = (
        select(
            one.c.key.label("a"),
            other.c.key.label("b"),
            _area_m2(shared).label("area_m2"),
            func.ST_AsBinary(shared).label("wkb"),
        )
        .join(other, one.c.key < other.c.key)
        .where(func.ST_Intersects(one.c.geom, other.c.geom))
        .subquery("pairs")
    )
    found = select(pairs).where(pairs.c.area_m2 > above_m2)
    found = found.order_by(pairs.c.area_m2.desc(), pairs.c.a, pairs.c.b)
    rows_found = session.execute(found)
    return [Overlap(row.a, row.b, row.area_m2, _shape(row.wkb)) for row in rows_found]


def list_gaps(session: Session, layer: SpatialLayer, *, above_m2: float = 0) -> list[Gap]:
    """Return the holes that the areas together leave inside their outline, the largest first."""
    union = select(func.ST_Union(layer.geom).label("geom")).where(*layer.where).subquery("u")
    part = parts_of(union.c.geom)
    ring = rings_of(part.c.geom)
    spot, area = func.ST_PointOnSurface(ring.c.geom), _area_m2(ring.c.geom)
    found = (
        select(
            func.ST_X(spot).label("lon"),
            func.ST_Y(spot).label("lat"),
            area.label("m2"),
            func.ST_AsBinary(ring.c.geom).label("wkb"),
        )
        .select_from(union)
        .join(part, true())
        .join(ring, true())
        .where(ring.c.path[1] > 0, area > above_m2)
        .order_by(area.desc())
    )
    rows_found = session.execute(found)
    return [Gap(row.lon, row.lat, row.m2, _shape(row.wkb)) for row in rows_found]


def _shape(wkb: Any) -> BaseGeometry:
    return shapely.from_wkb(bytes(wkb))


def _area_m2(geom: ColumnElement[Any]) -> ColumnElement[float]:
    area: ColumnElement[float] = func.ST_Area(func.geography(geom))
    return area
