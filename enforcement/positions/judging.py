"""The marks of positions, judged in the process: the same rule as `storing_sql` has in SQL.

Terminals of vehicles send by the thousand; what nobody's duty bears upon is judged where it is
decoded, so that COPY can put it straight into its table. A test compares both, position by
position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians, sqrt
from typing import Final

from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing_sql import (
    FASTEST_MPS,
    FUTURE_S,
    NO_MOVE_M,
    OLD_S,
    POOR_M,
)
from gis.fixes import DEGREE_M

NOWHERE: Final = 1e-4
FUTURE: Final = timedelta(seconds=FUTURE_S)
OLD: Final = timedelta(seconds=OLD_S)


@dataclass(slots=True)
class Judged:
    """A reading with its CGCS2000 point, its moment and the mark it bears, None where believed."""

    reading: Reading
    lon: float
    lat: float
    at: datetime
    mark: str | None = None


Point = tuple[float, float, datetime]
"""lon, lat in degrees and the moment of a device's newest believed position."""


def judge(positions: Sequence[Judged], before: Point | None, now: datetime) -> list[Judged]:
    """Return a device's positions in order of time, each moment once, with their marks.

    before -- its newest believed position so far
    """
    kept = sorted({one.at: one for one in reversed(positions)}.values(), key=_moment)
    plain = []
    for one in kept:
        one.mark = _plain(one, now)
        if one.mark is None:
            plain.append(one)
    last = before
    for n, one in enumerate(plain):
        later = plain[n + 1] if n + 1 < len(plain) else None
        if last is not None and _leaps(last, one) and (later is None or _leaps(_point(one), later)):
            one.mark = "jump"
        last = (one.lon, one.lat, one.at)
    return kept


def _moment(one: Judged) -> datetime:
    return one.at


def _point(one: Judged) -> Point:
    return one.lon, one.lat, one.at


def _plain(one: Judged, now: datetime) -> str | None:
    """Return the mark that a position bears by itself."""
    if not one.reading.valid:
        return "invalid"
    if abs(one.lon) < NOWHERE and abs(one.lat) < NOWHERE:
        return "zero"
    if one.at > now + FUTURE:
        return "future"
    if one.at < now - OLD:
        return "old"
    accuracy = one.reading.accuracy_m
    return "inaccurate" if accuracy is not None and accuracy > POOR_M else None


def _leaps(start: Point, end: Judged) -> bool:
    """Tell whether no vehicle gets from one point to the next in the time between."""
    seconds = (end.at - start[2]).total_seconds()
    north = end.lat - start[1]
    east = (end.lon - start[0]) * cos(radians((end.lat + start[1]) / 2))
    metres = DEGREE_M * sqrt(north * north + east * east)
    return seconds > 0 and metres > NO_MOVE_M + FASTEST_MPS * seconds
