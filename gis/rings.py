"""Geometries taken apart into rings of positions: GeoJSON as it was read, and Shapely's."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from gis.areas import Ring, Rings
from gis.errors import InvalidGeometryError

NOT_NUMBERS = "坐标不是数"


def rings_of_json(geometry: Any) -> Rings:
    """Return the rings of a GeoJSON Polygon or MultiPolygon; raises InvalidGeometryError."""
    if geometry is None:
        raise InvalidGeometryError("没有图形（geometry 为空）", "null")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise InvalidGeometryError(f"不是面，而是 {kind}", "not_area")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise InvalidGeometryError("图形为空", "empty")
    return [_polygon(rings) for rings in polygons]


def rings_of_shape(geom: Any) -> Rings:
    """Return the rings of a polygon, or of polygons together; raises InvalidGeometryError."""
    if geom is None:
        raise InvalidGeometryError("没有图形（geometry 为空）", "null")
    if geom.is_empty:
        raise InvalidGeometryError("图形为空", "empty")
    parts = list(shapely.get_parts(geom))
    if any(not isinstance(part, Polygon) for part in parts):
        raise InvalidGeometryError(f"不是面，而是 {geom.geom_type}", "not_area")
    return [
        [_positions(ring) for ring in (part.exterior, *part.interiors) if not ring.is_empty]
        for part in parts
    ]


def _positions(ring: Any) -> Ring:
    return shapely.get_coordinates(ring, include_z=bool(ring.has_z))


def _polygon(rings: Any) -> list[Ring]:
    if not isinstance(rings, list) or not rings:
        raise InvalidGeometryError("图形为空", "empty")
    return [_ring(ring) for ring in rings]


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or not ring:
        raise InvalidGeometryError("环为空", "empty")
    if not all(isinstance(position, list) for position in ring):
        raise InvalidGeometryError(NOT_NUMBERS)
    if not set(map(type, chain.from_iterable(ring))) <= {int, float}:
        raise InvalidGeometryError(NOT_NUMBERS)
    sizes = {len(position) for position in ring}
    if min(sizes) < 2:
        raise InvalidGeometryError("坐标不足两个数")
    return _array([[*position, 0.0][:3] for position in ring] if len(sizes) > 1 else ring)


def _array(ring: list[Any]) -> Ring:
    try:
        made = np.array(ring, dtype=np.float64)
    except (OverflowError, ValueError) as error:
        raise InvalidGeometryError(NOT_NUMBERS) from error
    if not np.isfinite(made).all():
        raise InvalidGeometryError(NOT_NUMBERS)
    return made
