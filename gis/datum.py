"""GCJ-02 and BD-09: the shifts that Chinese web maps put on coordinates, and back.

The formula is the public one; it differs from the undisclosed original by 1 to 8 m. Points are
arrays of shape (n, 2): lon, lat in degrees. Outside a box around China nothing is shifted, so
that within some 700 m of its edge, at sea or abroad, there is no way back.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
RADIUS_M: Final = 6_378_245.0
ECCENTRICITY2: Final = 0.00669342162296594323
"""Krassowsky's ellipsoid, on which the shift is defined whatever the datum."""

BD_WAVES: Final = math.pi * 3_000 / 180
BD_LON_DEG, BD_LAT_DEG = 0.0065, 0.006
ROUNDS: Final = 3
"""Of the fixed point: after three the error is below a millimetre."""


class Datum(StrEnum):
    """What coordinates in degrees refer to."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_cgcs2000(points: Points, datum: Datum) -> Points:
    """Return points of a datum as CGCS2000, which is WGS 84 to below a metre."""
    if datum == Datum.GCJ02:
        return gcj02_to_wgs84(points)
    return bd09_to_wgs84(points) if datum == Datum.BD09 else points


def wgs84_to_gcj02(points: Points) -> Points:
    """Return WGS 84 or CGCS2000 points as GCJ-02."""
    return np.where(_in_china(points), points + _gcj_shift(points), points)


def gcj02_to_wgs84(points: Points) -> Points:
    """Return GCJ-02 points as WGS 84."""
    found = points
    for _ in range(ROUNDS):
        found = points - _gcj_shift(found)
    return np.where(_in_china(points), found, points)


def gcj02_to_bd09(points: Points) -> Points:
    """Return GCJ-02 points as BD-09."""
    return np.where(_in_china(points), points + _bd_shift(points), points)


def bd09_to_gcj02(points: Points) -> Points:
    """Return BD-09 points as GCJ-02."""
    found = points
    for _ in range(ROUNDS):
        found = points - _bd_shift(found)
    return np.where(_in_china(points), found, points)


def wgs84_to_bd09(points: Points) -> Points:
    """Return WGS 84 or CGCS2000 points as BD-09."""
    return gcj02_to_bd09(wgs84_to_gcj02(points))


def bd09_to_wgs84(points: Points) -> Points:
    """Return BD-09 points as WGS 84."""
    return gcj02_to_wgs84(bd09_to_gcj02(points))


def _in_china(points: Points) -> NDArray[np.bool_]:
    """Return, as a column, which points the shifts are defined for."""
    lon, lat = points[:, :1], points[:, 1:2]
    inside: NDArray[np.bool_] = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return inside


def _gcj_shift(points: Points) -> Points:
    """Return what GCJ-02 adds, in degrees."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105, lat - 35
    east_m, north_m = _east_m(x, y), _north_m(x, y)
    radians = np.radians(lat)
    flat = 1 - ECCENTRICITY2 * np.sin(radians) ** 2
    meridian_m = RADIUS_M * (1 - ECCENTRICITY2) / flat**1.5
    parallel_m = RADIUS_M / np.sqrt(flat) * np.cos(radians)
    shift: Points = np.degrees(np.stack([east_m / parallel_m, north_m / meridian_m], axis=1))
    return shift


def _east_m(x: Any, y: Any) -> Any:
    smooth = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    wave = 20 * _sine(6 * x) + 20 * _sine(2 * x) + 20 * _sine(x) + 40 * _sine(x / 3)
    return smooth + (wave + 150 * _sine(x / 12) + 300 * _sine(x / 30)) * 2 / 3


def _north_m(x: Any, y: Any) -> Any:
    smooth = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    wave = 20 * _sine(6 * x) + 20 * _sine(2 * x) + 20 * _sine(y) + 40 * _sine(y / 3)
    return smooth + (wave + 160 * _sine(y / 12) + 320 * _sine(y / 30)) * 2 / 3


def _sine(turns: Any) -> Any:
    return np.sin(turns * math.pi)


def _bd_shift(points: Points) -> Points:
    """Return what BD-09 adds to GCJ-02, in degrees."""
    lon, lat = points[:, 0], points[:, 1]
    length = np.hypot(lon, lat) + 2e-5 * np.sin(lat * BD_WAVES)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * BD_WAVES)
    moved = np.stack(
        [length * np.cos(angle) + BD_LON_DEG, length * np.sin(angle) + BD_LAT_DEG], axis=1
    )
    return moved - points
