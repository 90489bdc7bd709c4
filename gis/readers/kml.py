"""KML: placemarks with areas. GDAL launders Chinese field names away, so this is read by hand."""

from __future__ import annotations

from typing import Any, Final
from xml.etree.ElementTree import Element

from gis.readers.xml import kind_of, read_xml
from gis.source import RawRow, Source

SINGLE: Final = ("Point", "LineString", "LinearRing", "Track", "Model")
PLAIN: Final = ("name", "description")


def read_kml(data: bytes) -> Source:
    """Return the placemarks of a file with their names and data; all its folders together.

    Raises GisError where it is not KML, broken, or declares entities.
    """
    root, encoding = read_xml(data, "KML")
    marks = [element for element in root.iter() if kind_of(element) == "Placemark"]
    source = Source("KML", [], crs="EPSG:4326", encoding=encoding)
    shapes = _flattened([_geometry(mark) for mark in marks], source)
    source.rows = [
        RawRow(row, _properties(mark), shape)
        for row, (mark, shape) in enumerate(zip(marks, shapes, strict=True))
    ]
    return source


def _properties(mark: Element) -> dict[str, Any]:
    """Return name, description and the data of a placemark, by name."""
    found = {
        kind_of(child): (child.text or "").strip() for child in mark if kind_of(child) in PLAIN
    }
    for element in mark.iter():
        name = element.get("name")
        if name and kind_of(element) == "SimpleData":
            found[name] = (element.text or "").strip()
        elif name and kind_of(element) == "Data":
            value = next((part.text for part in element if kind_of(part) == "value"), None)
            found[name] = (value or "").strip()
    return found


def _geometry(mark: Element) -> dict[str, Any] | None:
    """Return the areas of a placemark as GeoJSON; what is no area keeps its kind."""
    areas = [element for element in mark.iter() if kind_of(element) == "Polygon"]
    if areas:
        return {"type": "MultiPolygon", "coordinates": [_rings(area) for area in areas]}
    other = next((kind for element in mark.iter() if (kind := kind_of(element)) in SINGLE), None)
    return {"type": other, "coordinates": []} if other else None


def _rings(area: Element) -> list[list[list[float]]]:
    """Return the outer ring and then the holes."""
    sides: dict[str, list[list[list[float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in area:
        if kind_of(side) in sides:
            texts = [part.text for part in side.iter() if kind_of(part) == "coordinates"]
            sides[kind_of(side)] += [_positions(text or "") for text in texts]
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
