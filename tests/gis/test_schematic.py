"""The schematic county tiles its outline exactly."""

from __future__ import annotations

import pytest
import shapely

from gis.errors import GisError
from gis.schematic import Village, draw, outline

VILLAGES = [
    Village(f"990001{100 + town}{200 + number}", f"村{number}", f"990001{100 + town}")
    for town in range(12)
    for number in range(3 + town)
]


def test_villages_tile_the_outline_without_gap_or_overlap() -> None:
    areas = [item.geom for item in draw(VILLAGES)]
    union = shapely.union_all(areas)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    assert union.area == pytest.approx(sum(area.area for area in areas), rel=1e-12)
    assert union.symmetric_difference(outline()).area < union.area * 1e-6
    tree = shapely.STRtree(areas)
    one, other = tree.query(areas, predicate="overlaps")
    assert len(one) == len(other) == 0


def test_every_township_is_one_piece_and_every_village_has_an_area() -> None:
    drawn = draw(VILLAGES)
    assert [item.village.code for item in drawn] == sorted(item.code for item in VILLAGES)
    for parent in {village.parent for village in VILLAGES}:
        parts = [item.geom for item in drawn if item.village.parent == parent]
        assert shapely.union_all(parts).geom_type == "Polygon"


def test_the_drawing_does_not_depend_on_the_order_of_the_list() -> None:
    assert draw(VILLAGES) == draw(VILLAGES[::-1])


def test_no_villages_cannot_be_drawn() -> None:
    with pytest.raises(GisError):
        draw([])
