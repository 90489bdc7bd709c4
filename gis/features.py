"""Rows as GeoJSON, built and simplified in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer

WORLD_DEG = 360.0
TILE_PX = 256
DIGITS = 5
"""Decimals of degrees on a screen: about one metre."""


def tolerance_deg(zoom: float) -> float:
    """Return half a pixel of a web map at a zoom, in degrees of longitude."""
    return float(WORLD_DEG / (TILE_PX * 2**zoom) / 2)


def collection(
    session: Session,
    layer: SpatialLayer,
    kind: str,
    properties: dict[str, ColumnElement[Any] | Any],
    *,
    zoom: float | None = None,
) -> dict[str, Any]:
    """Return a FeatureCollection of a layer's rows, ordered by key, each with `kind` and `id`.

    properties -- name -> column; ids, codes and official names only, null ones are left out
    zoom -- simplify to half a pixel of this zoom; None keeps every vertex
    """
    pairs = [part for name, column in properties.items() for part in (name, column)]
    own = func.json_strip_nulls(func.json_build_object("kind", kind, "id", layer.key, *pairs))
    shape = (
        layer.geom
        if zoom is None
        else func.ST_SimplifyPreserveTopology(layer.geom, tolerance_deg(zoom))
    )
    feature = func.json_build_object(
        "type",
        "Feature",
        "id",
        layer.key,
        "properties",
        own,
        "geometry",
        cast(func.ST_AsGeoJSON(shape, DIGITS, 0), JSON),
    )
    rows = select(feature.label("feature")).where(*layer.where).order_by(layer.key).subquery()
    found = session.scalar(select(func.json_agg(rows.c.feature)))
    return {"type": "FeatureCollection", "features": found or []}
