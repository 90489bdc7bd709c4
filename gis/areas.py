"""Areas on the way in: rings of positions become sound areas, or a row with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from gis import repair
from gis.errors import InvalidGeometryError
from gis.repair import Fix

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Ring = NDArray[np.float64]
"""Positions of a ring, shape (n, 2) or (n, 3): x, y and a height."""

Rings = Sequence[Sequence[Ring]]
"""Polygons, each its outer ring and its holes."""

EARTH: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Feature:
    """A sound area; `row` is its index in the file, from 0; `fixes` is what was repaired."""

    row: int
    properties: dict[str, Any]
    geom: MultiPolygon
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Why a feature cannot be used; `row` is its index in the file, from 0; `kind` one word."""

    row: int
    properties: dict[str, Any]
    reason: str
    kind: str = "invalid"


@dataclass
class AreaFile:
    """What a file holds: sound features and problems, both in the order of the file."""

    features: list[Feature] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many features the file has."""
        return len(self.features) + len(self.problems)


def unchanged(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points as they are."""
    return points


@dataclass(frozen=True)
class Making:
    """How rings become areas.

    to_degrees -- turns positions (n, 2) of the file into lon, lat in STORAGE_SRID
    bounds -- an area that leaves them is refused
    repair -- mend what can be mended, and say so; else refuse it
    """

    to_degrees: Callable[[NDArray[np.float64]], NDArray[np.float64]] = unchanged
    bounds: Bounds = EARTH
    repair: bool = False


def sound_area(polygons: Rings, making: Making) -> tuple[MultiPolygon, tuple[Fix, ...]]:
    """Return a valid area and what was repaired for it; raises InvalidGeometryError."""
    fixes: list[Fix] = []
    drawn = [[_ring(ring, making, fixes) for ring in rings] for rings in polygons]
    area = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in drawn if rings])
    if not area.is_valid:
        if not making.repair:
            raise InvalidGeometryError(f"图形自相交或不合法：{explain_validity(area)}", "bowtie")
        area = repair.made_valid(area, fixes)
    if area.area == 0:
        raise InvalidGeometryError("图形面积为零", "empty")
    return area, tuple(dict.fromkeys(fixes))


def _ring(ring: Ring, making: Making, fixes: list[Fix]) -> Ring:
    if len(ring) == 0:
        raise InvalidGeometryError("环为空", "empty")
    if ring.shape[1] > 2:
        if not making.repair:
            raise InvalidGeometryError("3D：坐标带有高程，只接受二维", "3d")
        fixes.append(Fix(repair.DROPPED_HEIGHT))
    points = making.to_degrees(ring[:, :2])
    _check_bounds(points, making.bounds)
    if not np.array_equal(points[0], points[-1]):
        if not making.repair:
            raise InvalidGeometryError("环未闭合：首尾两点不同", "unclosed")
        fixes.append(Fix(repair.CLOSED))
        points = np.vstack([points, points[:1]])
    if len(points) < 4:
        raise InvalidGeometryError("环少于四个点", "empty")
    return points


def _check_bounds(points: Ring, bounds: Bounds) -> None:
    inside = _inside(points[:, 0], points[:, 1], bounds)
    if inside.all():
        return
    lon, lat = points[int(np.argmin(inside))]
    if _inside(points[:, 1], points[:, 0], bounds).all():
        raise InvalidGeometryError(f"经纬度颠倒：首个数 {lon:g} 应为经度", "swapped")
    raise InvalidGeometryError(f"经度 {lon:g}、纬度 {lat:g} 超出范围", "outside")


def _inside(
    lon: NDArray[np.float64], lat: NDArray[np.float64], bounds: Bounds
) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def same_shape_key(geom: MultiPolygon) -> bytes:
    """Return bytes that are equal for areas with the same rings, wherever the rings start."""
    key: bytes = shapely.to_wkb(shapely.normalize(geom))
    return key
