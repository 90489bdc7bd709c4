"""Points, lines and areas that a person draws, pastes or imports: read, and checked for sense."""

from __future__ import annotations

import json
from typing import Any, Final

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import (
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
)

from gis.drawing import read_shape
from gis.errors import InvalidGeometryError
from gis.srid import check_lon_lat

Shape = Point | LineString | MultiLineString | Polygon | MultiPolygon
MOST_POINTS: Final = 5_000


def read_mark(value: Any) -> Shape:
    """Return a point, line(s) or sound area(s) from GeoJSON (geometry or Feature) or WKT.

    value -- parsed JSON or text; degrees, lon before lat; heights are dropped
    Raises InvalidGeometryError, GisError outside the degrees of the earth.
    """
    parsed = _parsed(value)
    if not isinstance(parsed, str):
        kind = parsed.get("type")
        if kind in ("Polygon", "MultiPolygon"):
            return read_shape(parsed)[0]
        shape = _from_json(parsed)
    else:
        shape = _from_wkt(parsed)
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            return read_shape(parsed)[0]
    return _checked(shapely.force_2d(shape))


def middle(shape: Shape) -> tuple[float, float]:
    """Return lon and lat of a place on the shape near its middle: halfway along a line."""
    if isinstance(shape, LineString):
        spot = shape.interpolate(0.5, normalized=True)
    else:
        spot = shapely.point_on_surface(shape)
    return float(spot.x), float(spot.y)


def _parsed(value: Any) -> Any:
    """Return a geometry's JSON object, or WKT text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidGeometryError("图形不是完整的 GeoJSON", "unreadable") from error
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, dict | str):
        raise InvalidGeometryError("图形不是 GeoJSON，也不是 WKT", "unreadable")
    return value


def _from_json(value: dict[str, Any]) -> Any:
    try:
        return shapely.from_geojson(json.dumps(value))
    except (ShapelyError, ValueError, TypeError, RecursionError) as error:
        raise InvalidGeometryError("图形不是完整的 GeoJSON", "unreadable") from error


def _from_wkt(text: str) -> Any:
    try:
        return shapely.from_wkt(text.strip() or "?")
    except ShapelyError as error:
        raise InvalidGeometryError("图形不是 GeoJSON，也不是 WKT", "unreadable") from error


def _checked(shape: Any) -> Shape:
    if not isinstance(shape, Point | LineString | MultiLineString) or shape.is_empty:
        raise InvalidGeometryError("须为点、线或者面", "unreadable")
    points = shapely.get_coordinates(shape)
    if len(points) > MOST_POINTS:
        raise InvalidGeometryError(f"图形的点太多，最多 {MOST_POINTS} 个", "too_many")
    for lon, lat in points:
        check_lon_lat(float(lon), float(lat))
    if not isinstance(shape, Point) and shape.length == 0:
        raise InvalidGeometryError("路线没有长度", "empty")
    return shape
