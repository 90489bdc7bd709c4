"""KML: placemarks with areas. GDAL launders Chinese field names away, so this is read by hand."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from gis.errors import GisError
from gis.source import RawRow, Source

DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
FORBIDDEN: Final = ("<!DOCTYPE", "<!ENTITY")
SINGLE: Final = ("Point", "LineString", "LinearRing", "Track", "Model")
PLAIN: Final = ("name", "description")


def read_kml(data: bytes) -> Source:
    """Return the placemarks of a file with their names and data; all its folders together.

    Raises GisError where it is not KML, broken, or declares entities.
    """
    text, encoding = _text(data)
    if any(word in text for word in FORBIDDEN):
        raise GisError("KML 带有 DTD 或实体定义，拒绝导入")
    try:
        root = ElementTree.fromstring(DECLARATION.sub("", text, count=1))  # noqa: S314 -- no DTD
    except ElementTree.ParseError as error:
        raise GisError(f"KML 不完整或已损坏（{error}）") from error
    if _kind(root) != "kml":
        raise GisError("文件是 XML，但不是 KML")
    marks = [element for element in root.iter() if _kind(element) == "Placemark"]
    source = Source("KML", [], crs="EPSG:4326", encoding=encoding)
    shapes = _flattened([_geometry(mark) for mark in marks], source)
    source.rows = [
        RawRow(row, _properties(mark), shape)
        for row, (mark, shape) in enumerate(zip(marks, shapes, strict=True))
    ]
    return source


def _text(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding; raises GisError."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig").upper()
        except UnicodeDecodeError:
            continue
    raise GisError("KML 的编码无法识别，请另存为 UTF-8")


def _kind(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _properties(mark: Element) -> dict[str, Any]:
    """Return name, description and the data of a placemark, by name."""
    found = {_kind(child): (child.text or "").strip() for child in mark if _kind(child) in PLAIN}
    for element in mark.iter():
        name = element.get("name")
        if name and _kind(element) == "SimpleData":
            found[name] = (element.text or "").strip()
        elif name and _kind(element) == "Data":
            value = next((part.text for part in element if _kind(part) == "value"), None)
            found[name] = (value or "").strip()
    return found


def _geometry(mark: Element) -> dict[str, Any] | None:
    """Return the areas of a placemark as GeoJSON; what is no area keeps its kind."""
    areas = [element for element in mark.iter() if _kind(element) == "Polygon"]
    if areas:
        return {"type": "MultiPolygon", "coordinates": [_rings(area) for area in areas]}
    other = next((kind for element in mark.iter() if (kind := _kind(element)) in SINGLE), None)
    return {"type": other, "coordinates": []} if other else None


def _rings(area: Element) -> list[list[list[float]]]:
    """Return the outer ring and then the holes."""
    sides: dict[str, list[list[list[float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in area:
        if _kind(side) in sides:
            texts = [part.text for part in side.iter() if _kind(part) == "coordinates"]
            sides[_kind(side)] += [_positions(text or "") for text in texts]
    return [*sides["outerBoundaryIs"], *sides["innerBoundaryIs"]]


def _positions(text: str) -> list[list[float]]:
    return [[_number(part) for part in tuple_.split(",")] for tuple_ in text.split()]


def _number(text: str) -> float:
    """Return a number; what is none becomes one that no check lets through."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _flattened(shapes: list[Any], source: Source) -> list[Any]:
    """Read shapes whose heights are all zero as flat: writers of KML add them unasked."""
    positions = [
        position
        for shape in shapes
        for rings in (shape or {}).get("coordinates", ())
        for ring in rings
        for position in ring
    ]
    solid = [position for position in positions if len(position) > 2]
    if solid and not any(position[2] for position in solid):
        for position in solid:
            del position[2:]
        source.notes.append("高程全部为零，按二维读取")
    return shapes
