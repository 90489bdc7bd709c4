"""A schematic county: villages with true names and invented lines that tile a smooth outline."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon
from shapely.strtree import STRtree

from gis.errors import GisError

CENTRE: Final = (124.3, 43.3)
AREA_KM2: Final = 4_209.0
KM_PER_DEGREE: Final = 111.2
GRID_DEG: Final = 1e-6
"""All vertices lie on this grid, so that neighbours share them exactly."""

WAVES: Final = ((2, 0.16, 0.6), (3, 0.08, 2.1), (5, 0.05, 4.0), (7, 0.03, 1.3))
"""The outline: (waves around it, share of the radius, phase in radians)."""


@dataclass(frozen=True)
class Village:
    """What is drawn; `parent` is the township it belongs to."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True)
class Drawn:
    """A village and its invented area (degrees, STORAGE_SRID)."""

    village: Village
    geom: MultiPolygon


def outline(*, centre: tuple[float, float] = CENTRE, area_km2: float = AREA_KM2) -> Polygon:
    """Return a smooth closed outline of about `area_km2` around `centre` (lon, lat)."""
    lon, lat = centre
    unit = Polygon([_on_outline(step / 360 * math.tau) for step in range(360)])
    radius = math.sqrt(area_km2 / unit.area) / KM_PER_DEGREE
    wide = radius / math.cos(math.radians(lat))
    ring = [(lon + x * wide, lat + y * radius) for x, y in unit.exterior.coords]
    return shapely.set_precision(Polygon(ring), GRID_DEG)


def draw(villages: Sequence[Village], shape: Polygon | None = None) -> list[Drawn]:
    """Return areas that tile the outline without gap or overlap, townships in one piece each.

    The same villages give the same drawing. Raises GisError where there are none.
    """
    if not villages:
        raise GisError("没有可画的村")
    shape = shape or outline()
    order = sorted(villages, key=lambda village: village.code)
    for attempt in range(20):
        cells = _cells(_spread(len(order), shape, seed=attempt), shape)
        drawn = _deal(order, cells)
        if _contiguous(drawn):
            return drawn
    raise GisError("未能画出连片的乡镇")


def _on_outline(angle: float) -> tuple[float, float]:
    radius = 1 + sum(share * math.sin(waves * angle + phase) for waves, share, phase in WAVES)
    return radius * math.cos(angle), radius * math.sin(angle)


def _spread(count: int, shape: Polygon, *, seed: int) -> list[Point]:
    """Return `count` points inside the shape, evened out (Lloyd), the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing, no secret
    west, south, east, north = shape.bounds
    points: list[Point] = []
    while len(points) < count:
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if shape.contains(point):
            points.append(point)
    for _ in range(6):
        points = [_middle(cell) for cell in _cells(points, shape)]
    return points


def _middle(cell: Polygon) -> Point:
    middle: Point = cell.centroid if cell.contains(cell.centroid) else cell.representative_point()
    return middle


def _cells(points: Sequence[Point], shape: Polygon) -> list[Polygon]:
    """Return one area for each point: the Voronoi net, cut by the outline, on the grid."""
    net = shapely.voronoi_polygons(
        MultiPoint(list(points)), extend_to=shape.buffer(0.5), only_edges=True
    )
    inner = shapely.intersection(net, shape)
    lines = shapely.union_all([inner, shape.exterior], grid_size=GRID_DEG)
    faces: list[Polygon] = list(shapely.get_parts(shapely.polygonize([lines])))
    tree = STRtree(list(points))
    owned: dict[int, list[Polygon]] = {}
    for face in faces:
        owned.setdefault(int(tree.nearest(face.representative_point())), []).append(face)
    merged: list[Any] = [shapely.union_all(owned[index]) for index in sorted(owned)]
    return merged


def _deal(villages: Sequence[Village], cells: list[Polygon]) -> list[Drawn]:
    """Give each township neighbouring cells, as many as it has villages."""
    groups: dict[str, list[Village]] = {}
    for village in villages:
        groups.setdefault(village.parent, []).append(village)
    dealt = _bisect(list(groups.values()), cells)
    return sorted(dealt, key=lambda drawn: drawn.village.code)


def _bisect(groups: list[list[Village]], cells: list[Polygon]) -> list[Drawn]:
    """Halve the townships and, in proportion, the cells across their longer side, down to one."""
    if len(groups) == 1:
        ordered = sorted(cells, key=lambda cell: (-cell.centroid.y, cell.centroid.x))
        return [
            Drawn(village, _multi(cell)) for village, cell in zip(groups[0], ordered, strict=True)
        ]
    half = len(groups) // 2
    count = sum(len(group) for group in groups[:half])
    xs, ys = [cell.centroid.x for cell in cells], [cell.centroid.y for cell in cells]
    upright = (max(xs) - min(xs)) * 0.73 >= max(ys) - min(ys)
    ordered = sorted(cells, key=lambda cell: cell.centroid.x if upright else -cell.centroid.y)
    return [*_bisect(groups[:half], ordered[:count]), *_bisect(groups[half:], ordered[count:])]


def _multi(cell: Polygon) -> MultiPolygon:
    return cell if isinstance(cell, MultiPolygon) else MultiPolygon([cell])


def _contiguous(drawn: Sequence[Drawn]) -> bool:
    """Return whether every township is one piece and every village too."""
    townships: dict[str, list[MultiPolygon]] = {}
    for item in drawn:
        townships.setdefault(item.village.parent, []).append(item.geom)
    whole = all(isinstance(shapely.union_all(parts), Polygon) for parts in townships.values())
    return whole and all(len(item.geom.geoms) == 1 for item in drawn)
