"""Points, lines and areas from files: what GPX, KML and GeoJSON give, and what is refused."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.datum import Datum
from gis.errors import GisError
from gis.marks import middle, read_mark
from gis.readers.marks import read_marks

GPX = b"""<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="43.31" lon="124.33"><ele>1100</ele><name>market</name><desc>east gate</desc></wpt>
<rte><name>round</name><rtept lat="43.3" lon="124.3"/><rtept lat="43.4" lon="124.4"/></rte>
<trk><name>walk</name><trkseg><trkpt lat="43.1" lon="124.1"/>
<trkpt lat="43.2" lon="124.1"/></trkseg>
<trkseg><trkpt lat="43.5" lon="124.5"/><trkpt lat="43.6" lon="124.5"/></trkseg><trkseg/></trk>
</gpx>"""
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Folder>
<Placemark><name>学校</name><Point><coordinates>124.33,43.31,0</coordinates></Point></Placemark>
<Placemark><name>巡区</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
124,43 124.1,43 124.1,43.1 124,43.1 124,43</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark><Placemark><name>空</name></Placemark></Folder></kml>""".encode()


def test_gpx_gives_points_routes_and_a_line_for_each_segment() -> None:
    marks = read_marks(GPX)
    assert [one.name for one in marks] == ["market", "round", "walk", "walk"]
    assert [one.shape.geom_type for one in marks if one.shape] == ["Point"] + ["LineString"] * 3
    assert (marks[0].shape.x, marks[0].shape.y, marks[0].text) == (124.33, 43.31, "east gate")


def test_version_1_0_is_read_too() -> None:
    assert len(read_marks(GPX.replace(b"GPX/1/1", b"GPX/1/0"))) == 4


def test_kml_gives_points_and_areas_and_names_what_is_empty() -> None:
    marks = read_marks(KML)
    assert [one.shape.geom_type if one.shape else one.problem for one in marks] == [
        "Point", "MultiPolygon", "没有图形",
    ]  # fmt: skip


def test_geojson_gives_what_can_be_used_and_why_the_rest_cannot() -> None:
    shapes = [
        {"type": "Point", "coordinates": [124.3, 43.3, 5]},
        {"type": "Point", "coordinates": [124.3, 91]},
        {"type": "LineString", "coordinates": [[124, 43], [124, 43]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Point", "coordinates": "here"},
        None,
    ]
    features = [{"type": "Feature", "properties": {"name": str(n)}, "geometry": shape}
                for n, shape in enumerate(shapes)]  # fmt: skip
    marks = read_marks(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert [one.shape is not None for one in marks] == [True] + [False] * 5
    assert all(one.problem for one in marks[1:])


def test_another_datum_is_shifted_once() -> None:
    data = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [124.33, 43.31]}}
    [there] = read_marks(json.dumps(data).encode(), Datum.GCJ02)
    assert there.shape is not None
    assert 0.002 < 124.33 - there.shape.x < 0.01


@pytest.mark.parametrize(
    "data",
    [
        b"", b"plain", b"<gpx", b"{", b"<gpx/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><gpx><wpt lat="1" lon="1"/></gpx>',
        b'<gpx><wpt lat="north" lon="1"/></gpx>',
        "<!DOCTYPE x><gpx></gpx>".encode("utf-16"),
    ],
    ids=["empty", "text", "cut", "half", "nothing", "entity", "word", "wide"],
)  # fmt: skip
def test_files_that_cannot_be_meant_are_refused(data: bytes) -> None:
    with pytest.raises(GisError):
        read_marks(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda one: b"<gpx>" + one.encode()))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(GisError):
        read_marks(data)


@pytest.mark.parametrize("value", [5, [], {"type": "Point"}, "POINT (x)", '{"type":', "", None],
                         ids=repr)  # fmt: skip
def test_a_drawn_shape_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(GisError):
        read_mark(value)


def test_the_middle_of_a_line_lies_on_it() -> None:
    assert middle(read_mark("LINESTRING (0 0, 2 0, 2 2)")) == (2.0, 0.0)
