"""What is nearest to a point, within metres."""

from __future__ import annotations

from collections.abc import Sequence
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


def distances_m(
    session: Session,
    lon: float | None,
    lat: float | None,
    others: Sequence[tuple[float | None, float | None]],
) -> list[float | None]:
    """Return the metres on the ellipsoid from a point to each other, None where one is unknown.

    All in degrees, lon before lat; one statement. Raises GisError outside the degrees of the earth.
    """
    known = [(n, x, y) for n, (x, y) in enumerate(others) if x is not None and y is not None]
    found: list[float | None] = [None] * len(others)
    if lon is None or lat is None or not known:
        return found
    here = func.geography(point(lon, lat))
    far = [func.ST_Distance(here, func.geography(point(x, y))) for _n, x, y in known]
    for (n, _x, _y), metres in zip(known, session.execute(select(*far)).one(), strict=True):
        found[n] = float(metres)
    return found
