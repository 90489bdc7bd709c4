"""A static map for print: vector paths made by PostGIS, to be placed in a document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gis.errors import GisError
from gis.geojson import Bounds
from gis.layers import SpatialLayer

UNITS_PER_DEGREE: Final = 10_000
"""Drawing units for one degree of latitude: about 11 m each, so that whole numbers will do."""


@dataclass(frozen=True)
class Layer:
    """Areas of one look; `line_mm` is the width of their borders on paper."""

    layer: SpatialLayer
    line_mm: float = 0.1
    colour: str = "#5c6b78"
    fill: str = "none"


@dataclass(frozen=True)
class Painted:
    """Areas each in a colour of its own, by key; those without one stay white."""

    layer: SpatialLayer
    fills: Mapping[str, str]
    line_mm: float = 0.1
    colour: str = "#ffffff"


@dataclass(frozen=True)
class Mark:
    """A point on the map: degrees in STORAGE_SRID, radius in millimetres on paper."""

    lon: float
    lat: float
    radius_mm: float = 1.2
    colour: str = "#b3372f"


@dataclass(frozen=True)
class Shape:
    """A shape that is in no table: degrees in STORAGE_SRID; `line_mm` as in a layer."""

    geom: BaseGeometry
    line_mm: float = 0.3
    colour: str = "#b3372f"
    fill: str = "#e4a9a3"


def static_map(
    session: Session,
    layers: Sequence[Layer | Painted],
    marks: Sequence[Mark] = (),
    shapes: Sequence[Shape] = (),
    *,
    width_mm: float = 150,
    bounds: Bounds | None = None,
) -> str:
    """Return an SVG `width_mm` wide that shows `bounds`, by default all areas of the first layer.

    It is drawn with true proportions at the middle latitude and refers to nothing outside itself.
    Raises GisError where there is nothing to show.
    """
    west, south, east, north = bounds or _extent(session, layers[0].layer, margin=0.01)
    shrink = math.cos(math.radians((south + north) / 2)) * UNITS_PER_DEGREE
    wide, high = (east - west) * shrink, (north - south) * UNITS_PER_DEGREE
    unit = wide / width_mm
    view = f"{west * shrink:.0f} {-north * UNITS_PER_DEGREE:.0f} {wide:.0f} {high:.0f}"
    body = [_drawn(session, layer, shrink, unit) for layer in layers]
    body += [_outline(shape, shrink, unit) for shape in shapes]
    body += [_circle(mark, shrink, unit) for mark in marks]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{width_mm:g}mm" '
        f'height="{high / unit:.1f}mm">{"".join(body)}</svg>'
    )


def _extent(session: Session, layer: SpatialLayer, *, margin: float) -> Bounds:
    """Return the box of a layer, widened by a share of its size so that borders are not cut."""
    box = func.ST_Extent(layer.geom)
    row = session.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)).where(
            *layer.where
        )
    ).one()
    if row[0] is None:
        raise GisError("没有可画的区域")
    west, south, east, north = row
    wide, high = (east - west) * margin, (north - south) * margin
    return west - wide, south - high, east + wide, north + high


def _drawn(session: Session, layer: Layer | Painted, shrink: float, unit: float) -> str:
    if isinstance(layer, Painted):
        return _painted(session, layer, shrink, unit)
    return _paths(session, layer, shrink, unit)


def _painted(session: Session, drawn: Painted, shrink: float, unit: float) -> str:
    """Return one path for each colour, from one statement."""
    path = _path(drawn.layer, shrink, unit)
    rows = select(drawn.layer.key, path).where(*drawn.layer.where).order_by(drawn.layer.key)
    found: dict[str, list[str]] = {}
    for key, part in session.execute(rows):
        found.setdefault(drawn.fills.get(key, "#ffffff"), []).append(part or "")
    width = f"{drawn.line_mm * unit:.1f}"
    return "".join(
        f'<path d="{" ".join(parts)}" fill="{fill}" fill-rule="evenodd" stroke="{drawn.colour}" '
        f'stroke-linejoin="round" stroke-width="{width}"/>'
        for fill, parts in found.items()
    )


def _path(layer: SpatialLayer, shrink: float, unit: float) -> ColumnElement[str]:
    """Return SQL for the path of each area, simplified to a twentieth of a millimetre."""
    scaled = func.ST_Scale(layer.geom, shrink, UNITS_PER_DEGREE)
    made: ColumnElement[str] = func.ST_AsSVG(
        func.ST_SimplifyPreserveTopology(scaled, unit / 20), 1, 0
    )
    return made


def _paths(session: Session, drawn: Layer, shrink: float, unit: float) -> str:
    """Return one path for all areas of a layer."""
    path = _path(drawn.layer, shrink, unit)
    found = session.scalars(select(path).where(*drawn.layer.where).order_by(drawn.layer.key))
    return (
        f'<path d="{" ".join(part for part in found if part)}" fill="{drawn.fill}" '
        f'fill-rule="evenodd" stroke="{drawn.colour}" stroke-linejoin="round" '
        f'stroke-width="{drawn.line_mm * unit:.1f}"/>'
    )


def _outline(shape: Shape, shrink: float, unit: float) -> str:
    """Return one path for the polygons of a shape."""
    rings = [ring for part in shapely.get_parts(shape.geom) for ring in _rings(part)]
    path = " ".join(
        "M" + " ".join(f"{x * shrink:.1f},{-y * UNITS_PER_DEGREE:.1f}" for x, y in ring) + "Z"
        for ring in rings
    )
    return (
        f'<path d="{path}" fill="{shape.fill}" fill-rule="evenodd" stroke="{shape.colour}" '
        f'stroke-width="{shape.line_mm * unit:.1f}"/>'
    )


def _rings(part: BaseGeometry) -> list[Any]:
    if not isinstance(part, Polygon):
        return []
    return [shapely.get_coordinates(ring)[:-1] for ring in (part.exterior, *part.interiors)]


def _circle(mark: Mark, shrink: float, unit: float) -> str:
    return (
        f'<circle cx="{mark.lon * shrink:.1f}" cy="{-mark.lat * UNITS_PER_DEGREE:.1f}" '
        f'r="{mark.radius_mm * unit:.1f}" fill="{mark.colour}"/>'
    )
