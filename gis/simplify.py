"""Areas with fewer corners for a screen, whose shared borders stay shared."""

from __future__ import annotations

import math
from typing import Any, Final

from sqlalchemy import CTE, func, select, true

from gis.layers import SpatialLayer
from gis.pieces import parts_of

WORLD_DEG: Final = 360.0
TILE_PX: Final = 256
SCREEN_PX: Final = 800
"""About the width of a map on a desk."""


def tolerance_deg(zoom: float) -> float:
    """Return half a pixel of a web map at a zoom, in degrees of longitude."""
    return float(WORLD_DEG / (TILE_PX * 2**zoom) / 2)


def digits(zoom: float) -> int:
    """Return the decimals of degrees that tell apart a quarter of a pixel at a zoom."""
    return max(0, math.ceil(math.log10(4 * TILE_PX * 2**zoom / WORLD_DEG)))


def zoom_of(width_deg: float) -> float:
    """Return the zoom at which so many degrees of longitude fill the map of a desk's screen."""
    return math.log2(SCREEN_PX * WORLD_DEG / TILE_PX / max(width_deg, 1e-6))


def simplified(layer: SpatialLayer, tolerance: float) -> CTE:
    """Return a CTE of (key, geom): the layer's areas, simplified to `tolerance` degrees.

    Borders are taken apart into lines between the points where three areas meet. Each line is
    simplified once, so that neighbours keep one border: no gap, no overlap. An area too small to
    be left is simplified by itself.
    """
    area = (
        select(layer.key.label("key"), layer.geom.label("geom"))
        .where(*layer.where)
        .cte("whole_area")
        .prefix_with("MATERIALIZED")
    )
    network = select(
        func.ST_LineMerge(func.ST_Union(func.ST_Boundary(area.c.geom))).label("geom")
    ).subquery("network")
    face = _faces(network, tolerance)
    spot = func.ST_PointOnSurface(face.c.geom)
    owned = (
        select(area.c.key, func.ST_Multi(func.ST_Union(face.c.geom)).label("geom"))
        .join(face, func.ST_Covers(area.c.geom, spot))
        .group_by(area.c.key)
        .subquery("owned")
    )
    alone = func.ST_SimplifyPreserveTopology(area.c.geom, tolerance)
    made = select(area.c.key, func.coalesce(owned.c.geom, alone).label("geom"))
    return made.outerjoin(owned, owned.c.key == area.c.key).cte("simplified")


def _faces(network: Any, tolerance: float) -> CTE:
    """Return the polygons between the simplified lines of a network."""
    line = parts_of(network.c.geom)
    fewer = func.ST_SimplifyPreserveTopology(line.c.geom, tolerance)
    united = (
        select(func.ST_Union(fewer).label("geom"))
        .select_from(network.join(line, true()))
        .subquery("united")
    )
    whole = select(func.ST_Polygonize(united.c.geom).label("geom")).subquery("polygonized")
    face = parts_of(whole.c.geom)
    return (
        select(face.c.geom.label("geom"))
        .select_from(whole.join(face, true()))
        .cte("face")
        .prefix_with("MATERIALIZED")
    )
