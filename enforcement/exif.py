"""What a photo says of itself: when and where it was taken (EXIF), read and never believed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from typing import Any, Final

from PIL import Image

from enforcement.clock import ZONE

_DETAILS: Final = 0x8769
_PLACE: Final = 0x8825
_TAKEN: Final = (0x9003, 0x9004)
_OFFSET: Final = 0x9011
_CHANGED: Final = 0x0132


@dataclass(frozen=True)
class Exif:
    """taken_at -- by the camera's clock, in China where it names no zone; lon, lat -- WGS 84."""

    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def read(data: bytes) -> Exif:
    """Return time and place of a photo's EXIF; nothing of what is absent or makes no sense."""
    try:
        with Image.open(BytesIO(data)) as image:
            whole = image.getexif()
            details, place = whole.get_ifd(_DETAILS), whole.get_ifd(_PLACE)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, Image.DecompressionBombError):
        return Exif()
    said = next((details[tag] for tag in _TAKEN if tag in details), whole.get(_CHANGED))
    return Exif(_moment(said, details.get(_OFFSET)), *_point(place))


def _moment(said: Any, offset: Any) -> datetime | None:
    try:
        at = datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=ZONE)
        if offset:
            zone = datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo
            at = at.replace(tzinfo=zone)
    except ValueError:
        return None
    return at if at.year > 1 else None


def _point(place: Any) -> tuple[float | None, float | None]:
    lat, lon = _degrees(place.get(2), place.get(1), "S"), _degrees(place.get(4), place.get(3), "W")
    sound = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
    return (lon, lat) if sound and (lon, lat) != (0.0, 0.0) else (None, None)


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    """Return degrees of (degrees, minutes, seconds); None where they are no numbers."""
    try:
        degrees, minutes, seconds = (float(Fraction(part)) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        return None
    return -value if str(side).strip("\0 ").upper() == negative else value
