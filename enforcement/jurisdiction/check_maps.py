"""Small maps of what a check found: the whole county, and each overlap or gap by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import Session

from enforcement.jurisdiction.checks import finest
from enforcement.jurisdiction.findings import Finding, Findings
from enforcement.jurisdiction.models import Edition
from gis.areas import Bounds
from gis.errors import GisError
from gis.layers import SpatialLayer
from gis.svg import Layer, Shape, static_map

DRAWN: Final = ("overlap", "gap")
"""Kinds with a map of their own."""

PALE: Final = {"changed", "added", "removed", "outline"}
AT_MOST: Final = 20
OVERVIEW_MM, PLACE_MM = 150.0, 50.0
AROUND: Final = 0.6
"""How much of its surroundings a place shows, as a share of its own size."""

LEAST_DEG: Final = 0.002
"""About 200 m: less around a place would show no border."""


@dataclass(frozen=True)
class Place:
    """A finding and its map, an SVG image as HTML."""

    finding: Finding
    svg: Markup


def overview(session: Session, edition: Edition, found: Findings) -> Markup | None:
    """Return the map of an edition with all that was found; None without areas."""
    shapes = [
        Shape(item.geom, 0.2, "#9a6b00", "#f3dfa8") if item.kind in PALE else Shape(item.geom)
        for item in sorted(found.found, key=lambda item: item.kind not in PALE)
        if item.geom is not None
    ]
    try:
        svg = static_map(session, [Layer(finest(edition))], shapes=shapes, width_mm=OVERVIEW_MM)
    except GisError:
        return None
    return Markup(svg)  # noqa: S704 -- numbers and our own colours only


def places(session: Session, edition: Edition, found: Findings) -> list[Place]:
    """Return the first overlaps and gaps, each with a map of its surroundings."""
    drawn = [item for item in found.found if item.kind in DRAWN and item.geom is not None]
    return [Place(item, _small(session, edition, item)) for item in drawn[:AT_MOST]]


def _around(item: Finding) -> Bounds:
    """Return the box of a place, widened to show what it lies between."""
    if item.geom is None:
        raise GisError("没有可画的位置")
    west, south, east, north = item.geom.bounds
    wide = max((east - west) * AROUND, LEAST_DEG)
    high = max((north - south) * AROUND, LEAST_DEG)
    return west - wide, south - high, east + wide, north + high


def _near(edition: Edition, box: Bounds) -> SpatialLayer:
    """Return the areas of an edition that a box touches."""
    layer = finest(edition)
    envelope = func.ST_MakeEnvelope(*box, func.ST_SRID(layer.geom))
    return layer.only(layer.geom.op("&&")(envelope))


def _small(session: Session, edition: Edition, item: Finding) -> Markup:
    box = _around(item)
    areas, shapes = [Layer(_near(edition, box), 0.3)], [Shape(item.geom)] if item.geom else []
    svg = static_map(session, areas, shapes=shapes, width_mm=PLACE_MM, bounds=box)
    return Markup(svg)  # noqa: S704 -- numbers and our own colours only
