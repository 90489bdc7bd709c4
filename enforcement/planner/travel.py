"""Travel seconds between places: straight line times a factor, or a matrix of roads over it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from enforcement.planner.problem import MOST_S, Seconds

FACTOR: Final = 1.35
"""Road metres for one metre of straight line."""
SPEED_KMH: Final = 40.0
EARTH_M: Final = 6_371_008.8


def straight(points_m: NDArray[np.float64], *, factor: float = FACTOR,
             speed_kmh: float = SPEED_KMH) -> Seconds:  # fmt: skip
    """Return seconds between points in metres, shape (n, 2) -> (n, n), rounded up."""
    across = points_m[:, None, :] - points_m[None, :, :]
    metres = np.hypot(across[..., 0], across[..., 1]) * factor
    seconds = np.ceil(metres / (speed_kmh * 1000 / 3600))
    return np.minimum(seconds, MOST_S).astype(np.int64)


def flat(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lon and lat in degrees as metres around their middle; right within a county."""
    if not len(degrees):
        return np.zeros((0, 2))
    middle = degrees.mean(axis=0)
    east = np.radians(degrees[:, 0] - middle[0]) * EARTH_M * np.cos(np.radians(middle[1]))
    return np.column_stack([east, np.radians(degrees[:, 1] - middle[1]) * EARTH_M])


def over(default: Seconds, roads: Seconds) -> Seconds:
    """Return road seconds where they are known (not negative), else the default."""
    return np.where(roads >= 0, np.minimum(roads, MOST_S), default).astype(np.int64)
