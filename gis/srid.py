"""The one reference system of stored geometry, and points in it."""

from __future__ import annotations

import math
from typing import Any, Final

from sqlalchemy import ColumnElement, func

from gis.errors import GisError

STORAGE_SRID: Final = 4490
"""CGCS2000, degrees, lon before lat; the same numbers as EPSG:4326 (a null shift)."""


def point(lon: float, lat: float) -> ColumnElement[Any]:
    """Return an SQL point in `STORAGE_SRID`; raises GisError outside the degrees of the earth."""
    check_lon_lat(lon, lat)
    made: ColumnElement[Any] = func.ST_SetSRID(func.ST_MakePoint(lon, lat), STORAGE_SRID)
    return made


def check_lon_lat(lon: float, lat: float) -> None:
    """Raise GisError where a longitude or latitude is not a number of degrees on the earth."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise GisError("经纬度必须是有限的数")
    if abs(lon) > 180 or abs(lat) > 90:
        raise GisError(f"经度 {lon:g}、纬度 {lat:g} 超出范围（经度在前，纬度在后）")
