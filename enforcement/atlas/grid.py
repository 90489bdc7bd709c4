"""Tiles and cells: the Web Mercator grid, cells numbered along Morton's curve."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from gis.cells import FINEST, morton
from gis.geojson import Bounds

LEVELS: Final = (8, 10, 12, 14, 16, 18)
"""Levels at which rows are counted beforehand."""
WIDE: Final = (8, 10, 12, 14)
"""Levels at which rows are also counted for the whole county, by sort and state alone."""
DEEPEST: Final = 20
"""A tile of a deeper zoom is answered as the one of this zoom that holds it."""
ACROSS: Final = 3
"""A tile shows at most 2^ACROSS cells a side: marks of 64 px on tiles of 512 px."""


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


def hull(boxes: Iterable[Bounds]) -> Bounds:
    """Return the smallest box around boxes."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _box(z: int, x: int, y: int) -> Bounds:
    return _lon(x, z), _lat(y + 1, z), _lon(x + 1, z), _lat(y, z)


def _lon(x: int, z: int) -> float:
    return x / (1 << z) * 360 - 180


def _lat(y: int, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << z)))))
