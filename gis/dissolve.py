"""Coarser areas from finer ones: townships and the county from their villages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from gis.layers import Column, SpatialLayer
from gis.pieces import parts_of, rings_of


def dissolved(layer: SpatialLayer, group: Column, *, fill_below_m2: float) -> Select[Any]:
    """Return a statement of (code, geom): the union of the layer's areas for each group.

    group -- expression that names the coarser area a row belongs to
    fill_below_m2 -- holes smaller than this are slivers between lines drawn twice: filled.
        Larger ones stay, for a county may enclose another's land.
    """
    united = (
        select(group.label("code"), func.ST_Union(layer.geom).label("geom"))
        .where(*layer.where)
        .group_by(group)
        .subquery("united")
    )
    part = parts_of(united.c.geom)
    whole = _filled(part.c.geom, fill_below_m2).label("geom")
    filled = select(united.c.code, whole).join_from(united, part, true()).subquery("filled")
    multi = func.ST_Multi(func.ST_Union(filled.c.geom)).label("geom")
    return select(filled.c.code, multi).group_by(filled.c.code)


def _filled(polygon: ColumnElement[Any], below_m2: float) -> ColumnElement[Any]:
    """Return SQL for a polygon with only those holes that are `below_m2` or larger."""
    ring, shell = rings_of(polygon), func.ST_ExteriorRing(polygon)
    holes = (
        select(func.array_agg(func.ST_ExteriorRing(ring.c.geom)))
        .where(ring.c.path[1] > 0, func.ST_Area(func.geography(ring.c.geom)) >= below_m2)
        .scalar_subquery()
    )
    solid = func.ST_MakePolygon(shell)
    return case((holes.is_(None), solid), else_=func.ST_MakePolygon(shell, holes))
