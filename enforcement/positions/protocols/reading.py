"""A position as a device tells it, whatever its protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, Final

KMH: Final = 3.6
"""km/h of one m/s."""
KNOT_MPS: Final = 0.514444
FULL: Final = 100.0


class BadReadingError(ValueError):
    """What a device sent cannot be read; `field` names the part, the text says why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


@dataclass(frozen=True)
class Reading:
    """One position: lon, lat in degrees of `datum`; m, m/s, degrees, percent; None where unknown.

    fixed_at -- when the receiver fixed it; None where the device names no time
    late -- sent afterwards from a blind area: stored, but nothing rings because of it
    """

    lon: float
    lat: float
    fixed_at: datetime | None
    datum: str = "wgs84"
    valid: bool = True
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    battery_pct: float | None = None
    mock: bool = False
    alarm: str | None = None
    late: bool = False
    sent_at: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """What one message held: who sent it, its positions, and what it says without a position."""

    ident: str
    readings: tuple[Reading, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


def number(name: str, value: Any) -> float:
    """Return a finite number; raises BadReadingError."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise BadReadingError(name, f"不是数字：{str(value)[:40]}") from None
    if isinstance(value, bool) or not isfinite(found):
        raise BadReadingError(name, f"不是数字：{str(value)[:40]}")
    return found


def known(name: str, value: Any) -> float | None:
    """Return a number that a negative value or none says is unknown as None."""
    if value is None:
        return None
    found = number(name, value)
    return found if found >= 0 else None


def degrees(lon: Any, lat: Any) -> tuple[float, float]:
    """Return lon, lat as numbers within the globe; raises BadReadingError."""
    east, north = number("lon", lon), number("lat", lat)
    if not -180 <= east <= 180:
        raise BadReadingError("lon", f"经度超出范围：{east:g}")
    if not -90 <= north <= 90:
        raise BadReadingError("lat", f"纬度超出范围：{north:g}")
    return east, north
