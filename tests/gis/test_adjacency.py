"""Neighbours by the border they share; exclaves by what lies nearest."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction import services
from enforcement.jurisdiction.models import AREA_LAYER, Area
from gis.adjacency import nearest_links, shared_borders
from tests.jurisdiction.small_county import SMALL_DIVISIONS, squares

ONE, TWO, THREE, FOUR = (f"9900011{code}" for code in ("00200", "00201", "01200", "01201"))
VILLAGES = AREA_LAYER.only(Area.level == "village")


@pytest.fixture
def quarters(session: Session) -> Session:
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "small.csv")
    services.import_boundaries(session, squares(), "small.geojson")
    return session


def test_quarters_border_on_two_others_and_meet_the_third_in_a_point(quarters: Session) -> None:
    found = shared_borders(quarters, VILLAGES)
    assert set(found) == {(ONE, TWO), (ONE, THREE), (TWO, FOUR), (THREE, FOUR)}
    assert found[ONE, THREE] == pytest.approx(11_110, rel=0.001)  # along the meridian
    assert found[ONE, TWO] == pytest.approx(8_140, rel=0.001)  # along the parallel


def test_areas_that_overlap_a_little_are_neighbours_too(quarters: Session) -> None:
    quarters.execute(
        text("UPDATE area SET geom = ST_Multi(ST_MakeEnvelope(124.0, 43.0, 124.10001, 43.1, 4490))"
             " WHERE code = :code"), {"code": THREE},
    )  # fmt: skip
    assert shared_borders(quarters, VILLAGES)[ONE, THREE] == pytest.approx(11_110, rel=0.01)


def test_parts_are_linked_by_the_areas_that_lie_nearest(quarters: Session) -> None:
    quarters.execute(
        text("UPDATE area SET geom = ST_Translate(geom, 1, 0.05) WHERE code = :code"),
        {"code": FOUR},
    )
    [(one, other, metres)] = nearest_links(
        quarters, VILLAGES, {ONE: 0, TWO: 0, THREE: 0, FOUR: 1}
    )  # fmt: skip
    assert (one, other) == (TWO, FOUR)
    assert metres == pytest.approx(65_000, rel=0.01)
