"""Cells of the Web Mercator grid at its finest level, numbered along Morton's curve.

A table that keeps the cell of each row finds a box by plain numbers, for which row-level security
stands in no index's way; operators of geometry it lets wait until its own condition was asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from gis.areas import Bounds

FINEST: Final = 18
"""Level of the codes of single rows: cells of some 110 m at 43° N."""
FURTHEST: Final = 85.05
"""Latitudes beyond lie in the first or the last row of cells."""


def in_box(table: Any, box: Bounds) -> ColumnElement[bool]:
    """Return the condition that a row of a table with cell, lon and lat lies in a box."""
    west, south, east, north = box
    plain = and_(table.lon.between(west, east), table.lat.between(south, north))
    return and_(between(table.cell, ranges(box)), plain)


def between(column: Any, stretches: Iterable[tuple[int, int]]) -> ColumnElement[bool]:
    """Return the condition that a cell lies in one of the stretches: first, first after."""
    return or_(*(and_(column >= first, column < after) for first, after in stretches))


def ranges(box: Bounds) -> list[tuple[int, int]]:
    """Return the stretches of cells of the finest level that hold a box: first, first after.

    The box is covered by at most 9 cells of the finest level at which so few do; neighbours along
    the curve are one stretch.
    """
    west, south, east, north = box
    left, right = (column(lon) for lon in (west, east))
    top, bottom = (row(lat) for lat in (north, south))
    up = max(right - left, bottom - top, 1).bit_length() - 1
    cells = (morton(x, y) for x in range(left >> up, (right >> up) + 1)
             for y in range(top >> up, (bottom >> up) + 1))  # fmt: skip
    return joined((cell << 2 * up, (cell + 1) << 2 * up) for cell in cells)


def joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for first, after in sorted(stretches):
        if found and first <= found[-1][1]:
            first, after = found[-1][0], max(after, found.pop()[1])
        found.append((first, after))
    return found


def column(lon: float) -> int:
    """Return the column of a longitude's cells, at the finest level."""
    return _clamped((lon + 180) / 360)


def row(lat: float) -> int:
    """Return the row of a latitude's cells, at the finest level."""
    bent = math.asinh(math.tan(math.radians(max(-FURTHEST, min(FURTHEST, lat)))))
    return _clamped((1 - bent / math.pi) / 2)


def _clamped(share: float) -> int:
    return max(0, min((1 << FINEST) - 1, math.floor(share * (1 << FINEST))))


def morton(x: int, y: int) -> int:
    """Return the number of a cell: bits of column and row interleaved, the row's the higher."""
    found = 0
    for bit in range(max(x, y).bit_length()):
        found |= (x >> bit & 1) << (2 * bit) | (y >> bit & 1) << (2 * bit + 1)
    return found
