"""Part of the earth that an address asks for: bbox=west,south,east,north."""

from __future__ import annotations

import math

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from gis.geojson import Bounds


def read_bbox(said: str | None) -> tuple[Bounds, ...]:
    """Return the boxes that "west,south,east,north" names: two across the antimeridian.

    Six numbers name heights too, which are left out. Raises InvalidInputError.
    """
    if not said:
        return ()
    try:
        numbers = [float(one) for one in said.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(math.isfinite(one) for one in numbers):
        raise InvalidInputError("bbox", _("范围须为四个数：西经度、南纬度、东经度、北纬度。"))
    west, south, east, north = numbers
    if not (-90 <= south <= north <= 90 and all(abs(lon) <= 180 for lon in (west, east))):
        raise InvalidInputError("bbox", _("范围的经纬度超出界限，或者南北颠倒。"))
    if west <= east:
        return ((west, south, east, north),)
    return (west, south, 180.0, north), (-180.0, south, east, north)
