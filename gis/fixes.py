"""Arithmetic on single positions inside SQL, where a geography each would cost ten times more."""

from __future__ import annotations

from typing import Final

DEGREE_M: Final = 111_195.0
"""Metres of a degree along a meridian."""
METRES: Final = (
    f"({DEGREE_M} * "
    "sqrt(({3} - {1}) ^ 2 + (({2} - {0}) * cos(radians(({3} + {1}) / 2))) ^ 2))"
)
"""SQL of metres between lon, lat and lon, lat in degrees: on a sphere, flat between the two.

Within a county it is less than 0.4 % off the ellipsoid; beyond some hundred km it only says "far".
Distances that a person reads are measured through geography.
"""
