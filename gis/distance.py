"""How far two points are apart on the ground, without asking the database."""

from __future__ import annotations

from typing import Final

from pyproj import Geod

GEOD: Final = Geod(ellps="GRS80")


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the metres between two points given in degrees, EPSG:4490 (or WGS 84)."""
    _there, _back, metres = GEOD.inv(lon, lat, other_lon, other_lat)
    return float(metres)
