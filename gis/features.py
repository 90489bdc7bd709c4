"""Rows as GeoJSON, built and simplified in the database."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer
from gis.simplify import digits, tolerance_deg

Collection = dict[str, Any]
"""A GeoJSON FeatureCollection in degrees, each feature with an id and a property `kind`."""

DIGITS: Final = 5
"""Decimals of degrees where no zoom is given: about one metre."""


def feature(
    kind: str, key: Any, geom: Any, places: int, properties: Mapping[str, Any]
) -> ColumnElement[Any]:
    """Return SQL for a feature named `feature`, with its id and kind; null properties are left out.

    properties -- name -> column: ids, codes and official names only; places -- decimals of degrees
    """
    own = func.json_build_object("kind", kind, *chain(*properties.items()))
    shape = cast(func.ST_AsGeoJSON(geom, places, 0), JSON)
    return func.json_build_object(
        "type", "Feature", "id", key, "properties", func.json_strip_nulls(own), "geometry", shape
    ).label("feature")


def collected(rows: Select[Any]) -> ScalarSelect[Any]:
    """Return SQL for the list of a statement's features, in the order of its column `place`."""
    found = rows.subquery()
    return select(
        func.json_agg(aggregate_order_by(found.c.feature, found.c.place))
    ).scalar_subquery()


def collection(
    session: Session,
    layer: SpatialLayer,
    kind: str,
    properties: Mapping[str, Any],
    *,
    zoom: float | None = None,
) -> Collection:
    """Return a FeatureCollection of a layer's rows, ordered by key; see `feature`.

    zoom -- simplify each to half a pixel of this zoom; None keeps every vertex
    """
    shape, places = layer.geom, DIGITS
    if zoom is not None:
        shape = func.ST_SimplifyPreserveTopology(layer.geom, tolerance_deg(zoom))
        places = digits(zoom)
    one = feature(kind, layer.key, shape, places, properties)
    rows = select(one, layer.key.label("place")).where(*layer.where)
    found = session.scalar(select(collected(rows)))
    return {"type": "FeatureCollection", "features": found or []}
