"""Repairs of areas: each is named, and says by how many square metres it changed the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import MultiPolygon, Polygon

from gis.distance import GEOD
from gis.errors import InvalidGeometryError

DROPPED_HEIGHT: Final = "去掉高程"
CLOSED: Final = "闭合环"
MADE_VALID: Final = "消除自相交"
DROPPED_SLIVERS: Final = "去掉碎片"

SLIVER_PART_M2: Final = 10.0
"""Parts up to this size that appear when crossings are undone are no land, but rounding."""


@dataclass(frozen=True)
class Fix:
    """What was repaired, and by how many square metres the area grew (shrank where negative)."""

    what: str
    area_change_m2: float = 0.0


def area_m2(geom: Any) -> float:
    """Return the square metres on the ellipsoid of an area in degrees, STORAGE_SRID."""
    return sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in shapely.get_parts(geom))


def made_valid(area: MultiPolygon, fixes: list[Fix]) -> MultiPolygon:
    """Return a valid area of the same rings; add to `fixes` what it took.

    Raises InvalidGeometryError where nothing with an area is left.
    """
    before = area_m2(area)
    made = shapely.make_valid(area, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(made) if isinstance(part, Polygon)]
    kept = [part for part in parts if area_m2(part) > SLIVER_PART_M2]
    if not kept:
        raise InvalidGeometryError("图形自相交，修复后没有面积", "bowtie")
    after = area_m2(MultiPolygon(parts))
    fixes.append(Fix(MADE_VALID, round(after - before, 2)))
    if len(kept) < len(parts):
        fixes.append(Fix(DROPPED_SLIVERS, round(area_m2(MultiPolygon(kept)) - after, 2)))
    return MultiPolygon(kept)
