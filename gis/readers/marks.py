"""Files of places, lines and areas from maps and GPS devices: GPX, KML and GeoJSON.

GPX: waypoints are points, routes and each segment of a track are lines (a gap is not bridged).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

import shapely

from gis.datum import Datum, to_cgcs2000
from gis.errors import GisError
from gis.marks import Shape, read_mark
from gis.readers.limits import MB, check_size
from gis.readers.xml import kind_of, read_xml

MAX_BYTES: Final = 16 * MB
MOST_MARKS: Final = 2_000
GPX_LINES: Final = {"rte": "rtept", "trkseg": "trkpt"}


@dataclass(frozen=True)
class Mark:
    """One thing of a file; row -- from 1 in the file; shape is None where `problem` says why."""

    row: int
    name: str
    text: str
    shape: Shape | None
    problem: str | None = None


@dataclass(frozen=True)
class Raw:
    """One thing as it stands in the file; geometry -- GeoJSON, None where it has none."""

    name: str
    text: str
    geometry: dict[str, Any] | None


def read_marks(data: bytes, datum: Datum = Datum.WGS84) -> list[Mark]:
    """Return what a file holds, in its order; degrees in EPSG:4490.

    Raises GisError where it is no such file, broken, empty, too large or not safe to open.
    """
    check_size(len(data), at_most=MAX_BYTES)
    rows = _rows(data)
    if not rows:
        raise GisError("文件里没有点、线或者面")
    if len(rows) > MOST_MARKS:
        raise GisError(f"文件里有 {len(rows)} 个图形，最多 {MOST_MARKS} 个")
    return [_mark(n, raw, datum) for n, raw in enumerate(rows, start=1)]


def _rows(data: bytes) -> list[Raw]:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _geojson(data)
    if b"<gpx" in head or "<gpx".encode("utf-16-le") in head:
        return _gpx(read_xml(data, "GPX")[0])
    if head.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _kml(read_xml(data, "KML")[0])
    raise GisError("文件不是 GPX、KML 或者 GeoJSON")


def _mark(row: int, raw: Raw, datum: Datum) -> Mark:
    name, text = raw.name.strip(), raw.text.strip()
    if raw.geometry is None:
        return Mark(row, name, text, None, "没有图形")
    try:
        shape = read_mark(raw.geometry)
    except GisError as error:
        return Mark(row, name, text, None, str(error))
    moved: Shape = shapely.transform(shape, lambda points: to_cgcs2000(points, datum))
    return Mark(row, name, text, moved)


def _geojson(data: bytes) -> list[Raw]:
    try:
        parsed = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise GisError("文件不是完整的 GeoJSON（UTF-8）") from error
    features = parsed.get("features", [parsed]) if isinstance(parsed, dict) else None
    if not isinstance(features, list):
        raise GisError("FeatureCollection 缺少 features 列表")
    return [_feature(one if isinstance(one, dict) else {}) for one in features]


def _feature(feature: dict[str, Any]) -> Raw:
    said = feature.get("properties")
    said = said if isinstance(said, dict) else {}
    name = next((said[key] for key in ("name", "名称", "title") if said.get(key)), "")
    text = next((said[key] for key in ("description", "desc", "说明") if said.get(key)), "")
    geometry = feature.get("geometry")
    return Raw(str(name), str(text), geometry if isinstance(geometry, dict) else None)


def _gpx(root: Element) -> list[Raw]:
    found = [
        Raw(_word(one, "name"), _word(one, "desc"), {"type": "Point", "coordinates": _place(one)})
        for one in root.iter() if kind_of(one) == "wpt"
    ]  # fmt: skip
    for line in (one for one in root if kind_of(one) in ("rte", "trk")):
        name, text = _word(line, "name"), _word(line, "desc")
        for part in (one for one in line.iter() if kind_of(one) in GPX_LINES):
            places = [_place(one) for one in part if kind_of(one) == GPX_LINES[kind_of(part)]]
            if len(places) > 1:
                found.append(Raw(name, text, {"type": "LineString", "coordinates": places}))
    return found


def _place(element: Element) -> list[float]:
    try:
        return [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError as error:
        raise GisError("GPX 里有的点没有经纬度") from error


def _kml(root: Element) -> list[Raw]:
    marks = [one for one in root.iter() if kind_of(one) == "Placemark"]
    return [
        Raw(_word(mark, "name"), _word(mark, "description"), _kml_shape(mark)) for mark in marks
    ]


def _kml_shape(mark: Element) -> dict[str, Any] | None:
    """Return the one geometry of a placemark; several polygons are one area."""
    areas = [_area(one) for one in mark.iter() if kind_of(one) == "Polygon"]
    if areas:
        return {"type": "MultiPolygon", "coordinates": areas}
    lines = [_line(one) for one in mark.iter() if kind_of(one) == "LineString"]
    if lines:
        return {"type": "MultiLineString", "coordinates": lines} if len(lines) > 1 else {
            "type": "LineString", "coordinates": lines[0],
        }  # fmt: skip
    points = [_line(one) for one in mark.iter() if kind_of(one) == "Point"]
    return {"type": "Point", "coordinates": points[0][0]} if points and points[0] else None


def _area(polygon: Element) -> list[list[list[float]]]:
    sides: dict[str, list[list[list[float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in polygon:
        if kind_of(side) in sides:
            sides[kind_of(side)].append(_line(side))
    return [*sides["outerBoundaryIs"], *sides["innerBoundaryIs"]]


def _line(element: Element) -> list[list[float]]:
    texts = [one.text or "" for one in element.iter() if kind_of(one) == "coordinates"]
    try:
        return [[float(part) for part in spot.split(",")[:2]] for spot in " ".join(texts).split()]
    except ValueError as error:
        raise GisError("KML 里有的坐标不是数") from error


def _word(element: Element, name: str) -> str:
    return next(((one.text or "") for one in element if kind_of(one) == name), "")
