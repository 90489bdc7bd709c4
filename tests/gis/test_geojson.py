"""GeoJSON on the way in: each defect has its row and its reason, the sound ones come through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely.geometry import MultiPolygon

from gis.errors import GisError
from gis.geojson import read_areas, same_shape_key

SQUARE = [[124.0, 43.0], [124.1, 43.0], [124.1, 43.1], [124.0, 43.1], [124.0, 43.0]]
HOLE = [[124.02, 43.02], [124.04, 43.02], [124.04, 43.04], [124.02, 43.04], [124.02, 43.02]]
CHINA = (73.0, 3.0, 136.0, 54.0)


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*geometries: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": {"code": str(row)}, "geometry": geometry}
        for row, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


DEFECTS = [
    ("没有图形", None),
    ("不是面", {"type": "LineString", "coordinates": SQUARE}),
    ("不是面", {"type": "GeometryCollection", "geometries": []}),
    ("为空", polygon()),
    ("环为空", polygon([])),
    ("未闭合", polygon(SQUARE[:-1])),
    ("少于四个点", polygon([SQUARE[0], SQUARE[1], SQUARE[0]])),
    ("自相交", polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]])),
    ("不合法", polygon(SQUARE, [[lon + 1, lat] for lon, lat in HOLE])),
    ("3D", polygon([[*position, 180.0] for position in SQUARE])),
    ("颠倒", polygon([[lat, lon] for lon, lat in SQUARE])),
    ("超出范围", polygon([[lon - 100, lat] for lon, lat in SQUARE])),
    ("不是数", polygon([["a", "b"], *SQUARE[1:]])),
    ("不是数", polygon([[True, False], *SQUARE[1:]])),
    ("不足两个数", polygon([[124.0], *SQUARE[1:]])),
]


@pytest.mark.parametrize(("reason", "geometry"), DEFECTS)
def test_a_defect_is_named_by_row_and_reason(reason: str, geometry: Any) -> None:
    file = read_areas(collection(polygon(SQUARE), geometry), bounds=CHINA)
    assert [feature.row for feature in file.features] == [0]
    [problem] = file.problems
    assert problem.row == 1
    assert problem.properties == {"code": "1"}
    assert reason in problem.reason


def test_a_polygon_becomes_a_multipolygon_with_its_holes() -> None:
    [feature] = read_areas(collection(polygon(SQUARE, HOLE))).features
    assert isinstance(feature.geom, MultiPolygon)
    assert len(feature.geom.geoms[0].interiors) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"type": "Feature"}',
        b'{"type": "FeatureCollection"}',
        b'{"type": "FeatureCollection", "features": {}}',
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": [], "crs":'
        b' {"type": "name", "properties": {"name": "EPSG:4529"}}}',
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(GisError):
        read_areas(data)


def test_a_feature_that_is_no_object_is_a_problem_of_its_row() -> None:
    file = read_areas(b'{"type": "FeatureCollection", "features": [3, null, {"type": "Feature"}]}')
    assert [problem.row for problem in file.problems] == [0, 1, 2]


def test_one_shape_is_recognised_wherever_its_ring_starts() -> None:
    turned = [*SQUARE[2:], *SQUARE[1:3]]
    first, second = read_areas(collection(polygon(SQUARE), polygon(turned))).features
    assert same_shape_key(first.geom) == same_shape_key(second.geom)
