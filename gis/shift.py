"""Whether a set of areas lies shifted as a whole against another: the mark of a wrong datum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.datum import Datum, to_cgcs2000
from gis.layers import SpatialLayer
from gis.proximity import METRES_PER_DEGREE

Points = NDArray[np.float64]

FROM_M, TO_M = 250.0, 750.0
"""GCJ-02 moves places in China by 300 to 700 m."""

AGREE_M: Final = 100.0
AGREE_SHARE: Final = 0.8
"""So many of the areas must be moved alike, to within `AGREE_M`."""

AT_LEAST: Final = 3
EXPLAINED: Final = 0.2
"""A datum explains a shift when undoing it leaves less than this share of it."""


@dataclass(frozen=True)
class Shift:
    """By how much areas lie elsewhere, and which datum would explain it (None: neither)."""

    east_m: float
    north_m: float
    count: int
    datum: Datum | None

    @property
    def distance_m(self) -> float:
        """Return the length of the shift."""
        return float(np.hypot(self.east_m, self.north_m))


def find_shift(session: Session, before: SpatialLayer, after: SpatialLayer) -> Shift | None:
    """Return the shift of a layer against one with the same keys; None without a common one."""
    old = select(before.key.label("key"), func.ST_Centroid(before.geom).label("at"))
    new = select(after.key.label("key"), func.ST_Centroid(after.geom).label("at"))
    one, other = old.where(*before.where).subquery("old"), new.where(*after.where).subquery("new")
    axes = [axis(part.c.at) for part in (one, other) for axis in (func.ST_X, func.ST_Y)]
    rows = session.execute(select(*axes).join(other, one.c.key == other.c.key)).all()
    points = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 4)
    return shift_between(points[:, :2], points[:, 2:])


def shift_between(before: Points, after: Points) -> Shift | None:
    """Return the shift common to points (lon, lat in degrees), shape (n, 2); None without one."""
    if len(before) < AT_LEAST:
        return None
    moved = _metres(before, after)
    east_m, north_m = np.median(moved, axis=0)
    length_m = float(np.hypot(east_m, north_m))
    alike = np.hypot(*(moved - (east_m, north_m)).T) <= AGREE_M
    if length_m < FROM_M or alike.mean() < AGREE_SHARE:
        return None
    datum = _explanation(before, after, length_m)
    if datum is None and length_m > TO_M:
        return None
    return Shift(float(east_m), float(north_m), int(alike.sum()), datum)


def _explanation(before: Points, after: Points, length_m: float) -> Datum | None:
    """Return the datum that, taken off the later points, brings them back to the earlier."""
    left = {
        datum: float(np.median(np.hypot(*_metres(before, to_cgcs2000(after, datum)).T)))
        for datum in (Datum.GCJ02, Datum.BD09)
    }
    best = min(left, key=left.__getitem__)
    return best if left[best] < EXPLAINED * length_m else None


def _metres(before: Points, after: Points) -> Points:
    """Return how far each point moved east and north, in metres."""
    turned = (after - before) * METRES_PER_DEGREE
    shrink = np.cos(np.radians(before[:, 1]))
    return np.stack([turned[:, 0] * shrink, turned[:, 1]], axis=1)
