"""Areas in PostGIS: who holds a point, how far the border is, overlaps, gaps, dissolving."""

from __future__ import annotations

import pytest
from geoalchemy2 import Geometry
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Point, Polygon, box
from sqlalchemy import Column, MetaData, Table, Text, func, insert, select
from sqlalchemy.orm import Session

from gis.containment import border_distance_m, covering, find_covering, list_gaps, list_overlaps
from gis.dissolve import dissolved
from gis.errors import GisError
from gis.layers import SpatialLayer
from gis.proximity import nearest
from gis.srid import STORAGE_SRID
from gis.svg import Layer, Mark, static_map

AREAS = Table(
    "some_area",
    MetaData(),
    Column("code", Text),
    Column("geom", Geometry(srid=STORAGE_SRID)),
    prefixes=["TEMPORARY"],
)
LAYER = SpatialLayer(key=AREAS.c.code, geom=AREAS.c.geom)


@pytest.fixture
def areas(session: Session) -> Session:
    """Four squares around (124.1, 43.1): 11, 12 in the west, 21, 22 in the east."""
    AREAS.create(session.connection())
    put(session, "11", box(124.0, 43.0, 124.1, 43.1))
    put(session, "12", box(124.0, 43.1, 124.1, 43.2))
    put(session, "21", box(124.1, 43.0, 124.2, 43.1))
    put(session, "22", box(124.1, 43.1, 124.2, 43.2))
    return session


def put(session: Session, code: str, shape: Polygon) -> None:
    geom = from_shape(MultiPolygon([shape]), srid=STORAGE_SRID)
    session.execute(insert(AREAS).values(code=code, geom=geom))


def test_a_point_on_a_shared_corner_belongs_to_the_smallest_code(areas: Session) -> None:
    assert covering(areas, LAYER, 124.1, 43.1) == ["11", "12", "21", "22"]
    assert find_covering(areas, LAYER, 124.1, 43.1) == "11"
    assert find_covering(areas, LAYER, 124.15, 43.15) == "22"
    assert find_covering(areas, LAYER, 125.0, 43.1) is None


def test_a_layer_may_be_narrowed(areas: Session) -> None:
    assert find_covering(areas, LAYER.only(AREAS.c.code > "12"), 124.1, 43.1) == "21"


def test_the_border_is_measured_in_metres_on_the_ground(areas: Session) -> None:
    metres = border_distance_m(areas, LAYER, "11", 124.05, 43.001)
    assert metres == pytest.approx(111.1, abs=1.5)  # the border is the geodesic, not the parallel


def test_a_place_off_the_earth_is_refused(areas: Session) -> None:
    for lon, lat in [(43.1, 124.1), (float("nan"), 43.0), (181.0, 0.0)]:
        with pytest.raises(GisError):
            covering(areas, LAYER, lon, lat)


def test_squares_that_only_touch_neither_overlap_nor_leave_gaps(areas: Session) -> None:
    assert list_overlaps(areas, LAYER, above_m2=0) == []
    assert list_gaps(areas, LAYER) == []


def test_an_overlap_is_found_with_its_size(areas: Session) -> None:
    put(areas, "30", box(124.19, 43.1, 124.3, 43.2))
    [overlap] = list_overlaps(areas, LAYER, above_m2=1)
    assert (overlap.first, overlap.second) == ("22", "30")
    assert overlap.area_m2 == pytest.approx(812.5 * 11_110, rel=0.01)


def test_a_gap_is_found_with_a_point_inside_it(areas: Session) -> None:
    put(areas, "30", box(124.2, 43.0, 124.4, 43.05))
    put(areas, "31", box(124.2, 43.15, 124.4, 43.2))
    put(areas, "32", box(124.3, 43.05, 124.4, 43.15))
    [gap] = list_gaps(areas, LAYER)
    assert box(124.2, 43.05, 124.3, 43.15).contains(Point(gap.lon, gap.lat))
    assert list_gaps(areas, LAYER, above_m2=1e9) == []


def test_dissolving_fills_slivers_and_keeps_enclaves(areas: Session) -> None:
    areas.execute(AREAS.delete())
    frame = box(124.0, 43.0, 124.2, 43.2)
    sliver, enclave = box(124.05, 43.05, 124.0501, 43.0501), box(124.1, 43.1, 124.12, 43.12)
    put(areas, "11", frame.difference(sliver).difference(enclave))
    whole = dissolved(LAYER, func.left(AREAS.c.code, 1), fill_below_m2=1_000).subquery()
    [(code, area)] = areas.execute(select(whole.c.code, func.ST_Area(whole.c.geom))).all()
    assert code == "1"
    assert area == pytest.approx(frame.area - enclave.area)


def test_the_nearest_come_first_within_the_metres_asked(areas: Session) -> None:
    found = nearest(areas, LAYER, 123.999, 43.05, within_m=6_000, limit=3)
    assert [near.key for near in found] == ["11", "12"]
    assert found[0].distance_m == pytest.approx(81.5, abs=0.5)
    assert nearest(areas, LAYER, 123.999, 43.05, within_m=50, limit=3) == []


def test_a_print_map_is_one_svg_that_refers_to_nothing_outside(areas: Session) -> None:
    svg = static_map(areas, [Layer(LAYER)], [Mark(124.1, 43.1)], width_mm=100)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox=')
    assert 'width="100mm"' in svg
    assert svg.count("<path") == svg.count("<circle") == 1
    assert "href" not in svg
