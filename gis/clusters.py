"""Where points lie thick: clusters by density (DBSCAN), measured in metres, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Integer, cast, func, select
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer


@dataclass(frozen=True)
class Cluster:
    """Points that lie thick: how many, their middle in degrees, metres to the farthest."""

    count: int
    lon: float
    lat: float
    reach_m: float


def clusters(
    session: Session, layer: SpatialLayer, *, within_m: float, least: int, limit: int = 50
) -> list[Cluster]:
    """Return the clusters of a layer's points, the largest first, ties by place.

    A point with `least` points within `within_m`, itself included, is of a cluster, and so is
    what lies within that of it. Metres are those of the zone (CGCS2000, 3 degrees wide) in which
    the points lie on the whole.
    """
    given = select(layer.geom.label("geom")).where(*layer.where).cte("given")
    flat = select(func.ST_Transform(given.c.geom, zone_of(given)).label("geom")).cte("flat")
    marked = select(
        flat.c.geom,
        func.ST_ClusterDBSCAN(flat.c.geom, within_m, least).over().label("cluster"),
    ).cte("marked")
    grouped = (
        select(
            func.count().label("n"),
            func.ST_Centroid(func.ST_Collect(marked.c.geom)).label("middle"),
            func.ST_Collect(marked.c.geom).label("whole"),
        )
        .where(marked.c.cluster.is_not(None))
        .group_by(marked.c.cluster)
        .cte("grouped")
    )
    spot = func.ST_Transform(grouped.c.middle, 4490)
    found = (
        select(
            grouped.c.n, func.ST_X(spot).label("lon"), func.ST_Y(spot).label("lat"),
            func.ST_MaxDistance(grouped.c.middle, grouped.c.whole).label("reach_m"),
        )
        .order_by(grouped.c.n.desc(), "lon", "lat")
        .limit(limit)
    )  # fmt: skip
    return [Cluster(row.n, row.lon, row.lat, row.reach_m) for row in session.execute(found)]


def zone_of(given: CTE) -> Any:
    """Return SQL for the SRID of the zone (CGCS2000, 3 degrees wide) of points in `geom`."""
    west_east = (func.avg(func.ST_X(given.c.geom)) - 75) / 3
    return select(
        cast(4534 + func.greatest(0, func.least(20, func.round(west_east))), Integer)
    ).scalar_subquery()
