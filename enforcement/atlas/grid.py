"""Tiles and cells: the Web Mercator grid, cells numbered along Morton's curve."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from gis.geojson import Bounds

FINEST: Final = 18
"""Level of the codes of single rows: cells of some 110 m at 43° N."""
LEVELS: Final = (8, 10, 12, 14, 16, 18)
"""Levels at which rows are counted beforehand."""
WIDE: Final = (8, 10, 12, 14)
"""Levels at which rows are also counted for the whole county, by sort and state alone."""
DEEPEST: Final = 20
"""A tile of a deeper zoom is answered as the one of this zoom that holds it."""
ACROSS: Final = 3
"""A tile shows at most 2^ACROSS cells a side: marks of 64 px on tiles of 512 px."""

FURTHEST: Final = 85.05
"""Latitudes beyond lie in the first or the last row of cells."""


@dataclass(frozen=True)
class Tile:
    """A tile of 512 px; z counts as for such tiles, one less than that of 256 px."""

    z: int
    x: int
    y: int

    @classmethod
    def of(cls, z: int, x: int, y: int) -> Tile:
        """Return a tile that was asked for; raises NotFoundError where the grid has none such."""
        if not (0 <= z <= 40 and 0 <= x < 2**z and 0 <= y < 2**z):
            raise NotFoundError(_("没有这个瓦片。"))
        up = max(0, z - DEEPEST)
        return cls(z - up, x >> up, y >> up)

    @property
    def level(self) -> int | None:
        """Return the level whose counts make its marks; None where rows are asked one by one."""
        return next((one for one in LEVELS if one >= self.z + ACROSS), None)

    @property
    def shift(self) -> int:
        """Return by how many bits a code of the finest level is shortened to the tile's cells."""
        return max(0, 2 * (FINEST - self.z - ACROSS))

    def range(self, level: int) -> tuple[int, int]:
        """Return the first cell of a level that lies in the tile, and the first after those."""
        bits = 2 * (level - self.z)
        if bits < 0:  # a tile smaller than a cell
            first = morton(self.x, self.y) >> -bits
            return first, first + 1
        return morton(self.x, self.y) << bits, (morton(self.x, self.y) + 1) << bits

    def box_of(self, cell: int) -> Bounds:
        """Return the bounds of one of the tile's cells, by its number."""
        level = FINEST - self.shift // 2
        return _box(level, _even_bits(cell), _even_bits(cell >> 1))

    def owner(self, cell: int) -> int:
        """Return the number of the tile of this zoom that one of its cells lies in."""
        return cell >> max(0, 2 * (FINEST - self.z) - self.shift)

    def of_cell(self, number: int) -> int:
        """Return the number under which `owner` finds a tile: a deep one goes by its cell."""
        return number >> max(0, 2 * (self.z - FINEST))

    @property
    def bounds(self) -> Bounds:
        """Return west, south, east and north in degrees."""
        return _box(self.z, self.x, self.y)


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


def hull(boxes: Iterable[Bounds]) -> Bounds:
    """Return the smallest box around boxes."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


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


def _even_bits(code: int) -> int:
    return sum((code >> (2 * bit) & 1) << bit for bit in range(FINEST))


def _box(z: int, x: int, y: int) -> Bounds:
    return _lon(x, z), _lat(y + 1, z), _lon(x + 1, z), _lat(y, z)


def _lon(x: int, z: int) -> float:
    return x / (1 << z) * 360 - 180


def _lat(y: int, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << z)))))
