"""Where somebody stayed: places that a track did not leave for some minutes.

A loop over the positions of one track in plain Python: it reads a million a second and found all
of 1,221 true stops, where SQL and libraries were hundreds of times slower (patrol.md 6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STAY_M: Final = 75.0
STAY_S: Final = 300.0
JOIN_S: Final = 60.0
OUTLIERS: Final = 3
"""So many positions in a row may lie outside without ending the stay."""

METRES_PER_DEGREE: Final = 111_195.0
Position = tuple[float, float, float]


@dataclass(frozen=True)
class Stay:
    """From when to when (seconds of the positions), and the middle in degrees."""

    since_s: float
    until_s: float
    lon: float
    lat: float
    positions: int


def stays(positions: Sequence[Position], *, reach_m: float = STAY_M, for_s: float = STAY_S
          ) -> list[Stay]:  # fmt: skip
    """Return the stays of one track, the first one first.

    positions -- (seconds, lon, lat) in order of time, degrees; none gives none
    """
    found: list[Stay] = []
    start, count = 0, len(positions)
    while start < count:
        end = _end(positions, start, reach_m)
        if positions[end][0] - positions[start][0] >= for_s:
            found.append(_stay(positions, start, end, reach_m))
            start = end + 1
        else:
            start += 1
    return _joined(found, reach_m)


def _joined(found: list[Stay], reach_m: float) -> list[Stay]:
    """Make one of two stays at about the same place that follow each other at once."""
    joined: list[Stay] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is None or one.since_s - last.until_s > JOIN_S or _apart(last, one) > 2 * reach_m:
            joined.append(one)
            continue
        share = last.positions / (last.positions + one.positions)
        joined[-1] = Stay(
            last.since_s, one.until_s, last.lon * share + one.lon * (1 - share),
            last.lat * share + one.lat * (1 - share), last.positions + one.positions,
        )  # fmt: skip
    return joined


def _apart(one: Stay, other: Stay) -> float:
    return _metres((0, one.lon, one.lat), (0, other.lon, other.lat))


def _end(positions: Sequence[Position], start: int, reach_m: float) -> int:
    """Return the last position of a stay that begins at one."""
    _t, lon, lat = positions[start]
    wide = METRES_PER_DEGREE * math.cos(math.radians(lat))
    limit, last, out = reach_m * reach_m, start, 0
    for n in range(start + 1, len(positions)):
        x, y = (positions[n][1] - lon) * wide, (positions[n][2] - lat) * METRES_PER_DEGREE
        if x * x + y * y <= limit:
            last, out = n, 0
        else:
            out += 1
            if out > OUTLIERS:
                break
    return last


def _stay(positions: Sequence[Position], start: int, end: int, reach_m: float) -> Stay:
    inside = [one for one in positions[start : end + 1]
              if _metres(one, positions[start]) <= reach_m]  # fmt: skip
    return Stay(
        positions[start][0], positions[end][0],
        sum(one[1] for one in inside) / len(inside), sum(one[2] for one in inside) / len(inside),
        len(inside),
    )  # fmt: skip


def _metres(one: Position, other: Position) -> float:
    wide = METRES_PER_DEGREE * math.cos(math.radians(other[2]))
    return math.hypot((one[1] - other[1]) * wide, (one[2] - other[2]) * METRES_PER_DEGREE)
