"""GPX 1.0 and 1.1: recorded positions, waypoints, routes. Entities and DTDs are refused.

Source: patrol.md 2.3; GPX 1.1 schema. A point without a time is geometry, never a position.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import defusedxml.ElementTree as ElementTree
from defusedxml.common import DefusedXmlException

from enforcement.positions.protocols.reading import BadReadingError, Reading, degrees, number

NAMESPACES: Final = ("http://www.topografix.com/GPX/1/1", "http://www.topografix.com/GPX/1/0")
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_POINTS: Final = 200_000


@dataclass(frozen=True)
class Gpx:
    """What a file holds; each segment of a track is a line of its own.

    readings -- with a time, ordered by it, one a moment; lines -- lon, lat of each segment
    places -- (name, lon, lat) of waypoints; routes -- lon, lat of each planned route
    """

    readings: tuple[Reading, ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    places: tuple[tuple[str, float, float], ...]
    routes: tuple[tuple[tuple[float, float], ...], ...]


def decode(data: bytes) -> Gpx:
    """Return what a GPX file holds; raises BadReadingError naming the element."""
    root = _root(data)
    space = root.tag.removesuffix("gpx")
    segments = [list(s.iter(f"{space}trkpt")) for s in root.iter(f"{space}trkseg")]
    routes = [list(r.iter(f"{space}rtept")) for r in root.iter(f"{space}rte")]
    places = list(root.iter(f"{space}wpt"))
    if sum(map(len, [*segments, *routes, places])) > MOST_POINTS:
        raise BadReadingError("gpx", f"点太多，最多{MOST_POINTS}个")
    timed: dict[datetime, Reading] = {}
    for reading in (r for points in segments for r in _readings(points, space)):
        if reading.fixed_at is not None:
            timed.setdefault(reading.fixed_at, reading)
    return Gpx(
        tuple(timed[at] for at in sorted(timed)),
        tuple(tuple(map(_place, points)) for points in segments if points),
        tuple((_text(one, f"{space}name") or "", *_place(one)) for one in places),
        tuple(tuple(map(_place, points)) for points in routes if points),
    )


def _root(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise BadReadingError("gpx", f"文件超过{MOST_BYTES // 2**20} MB")
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise BadReadingError("gpx", "不接收带 DOCTYPE 或实体的文件") from None
    except (ElementTree.ParseError, ValueError, LookupError):
        raise BadReadingError("gpx", "不是 XML 文件") from None
    if root.tag not in ("gpx", *(f"{{{space}}}gpx" for space in NAMESPACES)):
        raise BadReadingError("gpx", "不是 GPX 文件")
    return root


def _readings(points: list[Any], space: str) -> Iterator[Reading]:
    for point in points:
        lon, lat = _place(point)
        said = _text(point, f"{space}time")
        if said is None:
            continue
        speed, course = _found(point, "speed"), _found(point, "course")
        height = _text(point, f"{space}ele")
        yield Reading(
            lon, lat, _moment(said),
            altitude_m=None if height is None else number("ele", height),
            speed_mps=speed, course_deg=course,
        )  # fmt: skip


def _found(point: Any, name: str) -> float | None:
    """Return a number beneath a point, in an extension or (GPX 1.0) beside its time."""
    for one in point.iter():
        if one.tag.rpartition("}")[2] == name and one.text:
            return number(name, one.text.strip())
    return None


def _place(point: Any) -> tuple[float, float]:
    return degrees(point.get("lon"), point.get("lat"))


def _text(point: Any, name: str) -> str | None:
    found = point.findtext(name)
    return found.strip() if found and found.strip() else None


def _moment(said: str) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise BadReadingError("time", f"不是时间：{said[:40]}") from None
    if found.tzinfo is None:
        raise BadReadingError("time", f"时间没有时区：{said[:40]}")
    return found.astimezone(UTC)
