"""The sheets of tiles that windows of usual sizes ask for first.

The page names them in its head, so that a browser fetches its own beside the scripts. A window of
another size asks by itself, as for every later look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from gis import cells
from gis.geojson import Bounds

WINDOWS: Final = (
    ("(max-width: 767.98px)", 340, 460),
    ("(min-width: 1100px) and (max-width: 2199.98px)", 700, 520),
    ("(min-width: 2200px)", 1880, 1180),
)
"""Condition on the window, and how many pixels its map has across and down."""
PADDING: Final = 16
"""Pixels that stay free beside the county, on both sides together."""
STEPS: Final = 2
"""Steps of zoom by which the map moves between two levels."""


@dataclass(frozen=True)
class Sheet:
    """Tiles around the whole county, for windows of which `media` holds."""

    media: str
    z: int
    left: int
    right: int
    top: int
    bottom: int


def sheets(bounds: Bounds) -> list[Sheet]:
    """Return the first sheet of each kind of window; bounds -- of the county, in degrees."""
    return [_sheet(media, bounds, _zoom(bounds, across, down)) for media, across, down in WINDOWS]


def _zoom(bounds: Bounds, across: int, down: int) -> int:
    """Return the zoom of 512 px tiles at which a map of some pixels shows the bounds whole."""
    left, right, top, bottom = _edges(bounds, cells.FINEST)
    sides = ((across, right - left + 1), (down, bottom - top + 1))
    fits = min(math.log2((pixels - PADDING) / (256 * count)) for pixels, count in sides)
    zoom = math.floor((fits + cells.FINEST) * STEPS) / STEPS
    return max(0, min(cells.FINEST, math.floor(zoom + 0.5) - 1))


def _sheet(media: str, bounds: Bounds, z: int) -> Sheet:
    """Return the tiles that hold the bounds and one more on each side: windows show some more."""
    left, right, top, bottom = _edges(bounds, z)
    last = 2**z - 1
    return Sheet(media, z, max(0, left - 1), min(last, right + 1),
                 max(0, top - 1), min(last, bottom + 1))  # fmt: skip


def _edges(bounds: Bounds, z: int) -> tuple[int, int, int, int]:
    west, south, east, north = bounds
    up = cells.FINEST - z
    return (cells.column(west) >> up, cells.column(east) >> up,
            cells.row(north) >> up, cells.row(south) >> up)  # fmt: skip
