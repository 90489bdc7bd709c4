"""GeoJSON areas, checked on the way in: every feature is sound or has a row and a reason."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from gis.errors import GisError, InvalidGeometryError

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

EARTH: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)
GEOGRAPHIC_CRS: Final = ("CRS84", "4326", "4490", "4979")


@dataclass(frozen=True)
class Feature:
    """A sound area; `row` is its index in the file, from 0."""

    row: int
    properties: dict[str, Any]
    geom: MultiPolygon


@dataclass(frozen=True)
class Problem:
    """Why a feature cannot be used; `row` is its index in the file, from 0."""

    row: int
    properties: dict[str, Any]
    reason: str


@dataclass
class AreaFile:
    """What a file holds: sound features and problems, both in the order of the file."""

    features: list[Feature] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many features the file has."""
        return len(self.features) + len(self.problems)


def read_areas(data: bytes, *, bounds: Bounds = EARTH) -> AreaFile:
    """Return the areas of a FeatureCollection in degrees, lon before lat.

    bounds -- a feature that leaves them is a problem
    Raises GisError where the whole file is unusable: not JSON, no collection, projected.
    """
    result = AreaFile()
    for row, raw in enumerate(_features(data)):
        properties = _properties(raw)
        try:
            result.features.append(Feature(row, properties, read_area(_geometry(raw), bounds)))
        except InvalidGeometryError as error:
            result.problems.append(Problem(row, properties, str(error)))
    return result


def read_area(geometry: Any, bounds: Bounds = EARTH) -> MultiPolygon:
    """Return one checked GeoJSON Polygon or MultiPolygon; raises InvalidGeometryError."""
    polygons = [_polygon(rings, bounds) for rings in _polygons(geometry)]
    area = MultiPolygon(polygons)
    if not area.is_valid:
        raise InvalidGeometryError(f"图形自相交或不合法：{explain_validity(area)}")
    if area.area == 0:
        raise InvalidGeometryError("图形面积为零")
    return area


def _features(data: bytes) -> list[Any]:
    try:
        collection = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GisError(f"文件不是 JSON（须为 UTF-8）：{error}") from error
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise GisError("文件不是 GeoJSON FeatureCollection")
    features = collection.get("features")
    if not isinstance(features, list):
        raise GisError("FeatureCollection 缺少 features 列表")
    _check_crs(collection.get("crs"))
    return features


def _check_crs(crs: Any) -> None:
    if crs is None:
        return
    named = crs.get("properties") if isinstance(crs, dict) else None
    name = str(named.get("name") if isinstance(named, dict) else crs)
    if not name.endswith(GEOGRAPHIC_CRS):
        raise GisError(f"坐标系 {name} 不是经纬度（须为 CGCS2000 或 WGS 84）")


def _properties(raw: Any) -> dict[str, Any]:
    properties = raw.get("properties") if isinstance(raw, dict) else None
    return properties if isinstance(properties, dict) else {}


def _geometry(raw: Any) -> Any:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        raise InvalidGeometryError("不是 GeoJSON Feature")
    return raw.get("geometry")


def _polygons(geometry: Any) -> list[Any]:
    if geometry is None:
        raise InvalidGeometryError("没有图形（geometry 为空）")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise InvalidGeometryError(f"不是面，而是 {kind}")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise InvalidGeometryError("图形为空")
    return [coordinates] if kind == "Polygon" else coordinates


def _polygon(rings: Any, bounds: Bounds) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise InvalidGeometryError("图形为空")
    shell, *holes = (_ring(ring, bounds) for ring in rings)
    return Polygon(shell, holes)


def _ring(ring: Any, bounds: Bounds) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or not ring:
        raise InvalidGeometryError("环为空")
    points = [_position(position) for position in ring]
    _check_bounds(points, bounds)
    if points[0] != points[-1]:
        raise InvalidGeometryError("环未闭合：首尾两点不同")
    if len(points) < 4:
        raise InvalidGeometryError("环少于四个点")
    return points


def _position(position: Any) -> tuple[float, float]:
    if not isinstance(position, list) or not all(_is_number(value) for value in position):
        raise InvalidGeometryError("坐标不是数")
    if len(position) > 2:
        raise InvalidGeometryError("3D：坐标带有高程，只接受二维")
    if len(position) < 2:
        raise InvalidGeometryError("坐标不足两个数")
    return float(position[0]), float(position[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_bounds(points: list[tuple[float, float]], bounds: Bounds) -> None:
    outside = next((at for at in points if not _inside(at[0], at[1], bounds)), None)
    if outside is None:
        return
    lon, lat = outside
    if all(_inside(second, first, bounds) for first, second in points):
        raise InvalidGeometryError(f"经纬度颠倒：首个数 {lon:g} 应为经度")
    raise InvalidGeometryError(f"经度 {lon:g}、纬度 {lat:g} 超出范围")


def _inside(lon: float, lat: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north


def same_shape_key(geom: MultiPolygon) -> bytes:
    """Return bytes that are equal for areas with the same rings, wherever the rings start."""
    key: bytes = shapely.to_wkb(shapely.normalize(geom))
    return key
