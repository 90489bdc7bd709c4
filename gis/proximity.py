"""What is nearest to a point, within metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer
from gis.srid import point

METRES_PER_DEGREE = 111_320.0
"""Metres of one degree of latitude; longitude is shorter by the cosine of the latitude."""


@dataclass(frozen=True)
class Nearby:
    """A row and the metres on the ellipsoid from the point to it; 0 inside an area."""

    key: Any
    distance_m: float


def nearest(
    session: Session, layer: SpatialLayer, lon: float, lat: float, *, within_m: float, limit: int
) -> list[Nearby]:
    """Return the rows of a layer within reach of a point, the nearest first, ties by key.

    Rows are first sought by a box that the layer's plain GiST index serves. The box holds the
    whole reach up to 80 degrees of latitude.
    """
    spot = point(lon, lat)
    box = func.ST_Expand(spot, within_m / METRES_PER_DEGREE * 6, within_m / METRES_PER_DEGREE * 1.1)
    here = func.geography(spot)
    distance_m = func.ST_Distance(func.geography(layer.geom), here).label("distance_m")
    found = (
        select(layer.key.label("key"), distance_m)
        .where(layer.geom.op("&&")(box), distance_m.element <= within_m, *layer.where)
        .order_by(distance_m, layer.key)
        .limit(limit)
    )
    return [Nearby(row.key, row.distance_m) for row in session.execute(found)]
