"""Routing: one village for every place, the right unit on the right day."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from small_county import SMALL, load_true, squares
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.jurisdiction import services
from enforcement.jurisdiction.routing import OutsideCountyError, Routing, locate, route
from enforcement.jurisdiction.routing_sql import TYPES, fine
from gis.errors import GisError
from tests.asking import as_owner

DAY = date(2026, 5, 1)
START = date(2020, 1, 1)
MakeUnit = Callable[..., uuid.UUID]


def at(session: Session, lon: float, lat: float, category: str | None = None) -> Routing:
    return route(session, SMALL, lon, lat, DAY, category)


def test_a_place_has_its_village_township_and_county(small: Session) -> None:
    found = at(small, 124.05, 43.05)
    names = (found.county_name, found.township_name, found.village_name)
    assert names == ("试验县", "西乡", "三村")
    assert (found.unit_id, found.brigade_id, found.rule) == (None, None, "none")
    assert found.border_m == pytest.approx(4_070, rel=0.01)
    assert not found.confirm


def test_a_shared_corner_goes_to_the_smallest_code_and_asks_a_person(small: Session) -> None:
    found = at(small, 124.1, 43.1)
    assert (found.village_code, found.border_m, found.confirm) == ("990001100200", 0, True)


@pytest.mark.parametrize(("east_m", "confirm"), [(29, True), (31, False)])
def test_less_than_thirty_metres_from_a_border_a_person_confirms(
    small: Session, east_m: float, confirm: bool
) -> None:
    found = at(small, 124.1 + east_m / 81_400, 43.05)
    assert found.border_m == pytest.approx(east_m, abs=0.3)
    assert found.confirm is confirm


def test_every_point_of_a_true_county_has_exactly_one_village(session: Session) -> None:
    load_true(session, "lean")
    inside = text(
        "SELECT ST_Covers(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490))"
        " FROM area WHERE level = 'county'"
    )
    west, east, south, north = 115.6, 116.1, 26.8, 27.8
    checked = []

    @settings(
        max_examples=150,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.floats(west, east), st.floats(south, north))
    def holds(lon: float, lat: float) -> None:
        if session.scalar(inside, {"lon": lon, "lat": lat}):
            found = locate(session, lon, lat, DAY)
            assert found.village_code is not None
            assert found.village_code.startswith(f"{found.township_code}")
            assert locate(session, lon, lat, DAY) == found
            checked.append(found)
        else:
            with pytest.raises(OutsideCountyError):
                locate(session, lon, lat, DAY)

    holds()
    assert len(checked) > 20


def test_every_corner_of_a_border_has_exactly_one_village(session: Session) -> None:
    load_true(session, "lean")
    corners = session.execute(
        text(
            "SELECT DISTINCT ST_X(p.geom), ST_Y(p.geom) FROM area, ST_DumpPoints(geom) p"
            " WHERE level = 'village' ORDER BY 1, 2"
        )
    ).all()
    for lon, lat in corners[::40]:
        first = session.scalar(
            text(
                "SELECT min(code) FROM area WHERE level = 'village'"
                " AND ST_Covers(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490))"
            ),
            {"lon": lon, "lat": lat},
        )
        assert locate(session, lon, lat, DAY).village_code == first


def test_a_sliver_between_villages_goes_to_the_nearest(small: Session) -> None:
    small.execute(
        text(
            "UPDATE area SET geom = ST_Multi(ST_MakeEnvelope(124.0, 43.0, 124.0999,"
            " 43.1, 4490)) WHERE code = '990001101200'"
        )
    )
    found = at(small, 124.09995, 43.05)
    assert found.village_code in {"990001100200", "990001101200"}
    assert found.confirm


def test_the_edition_of_the_day_answers(small: Session) -> None:
    moved = services.import_boundaries(small, squares(shift_deg=0.02), "moved")
    assert moved.edition_id is not None
    services.activate(small, SMALL, moved.edition_id, DAY)
    before, after = (
        route(small, SMALL, 124.11, 43.05, day).village_name for day in (date(2026, 4, 30), DAY)
    )
    assert (before, after) == ("一村", "三村")


@pytest.mark.parametrize(
    ("lon", "lat", "on", "word"),
    [
        (130.0, 43.0, DAY, "不在任何县"),
        (124.05, 43.05, date(1949, 9, 30), "1949-10-01"),
    ],
)
def test_outside_in_space_or_time_is_refused(
    small: Session, lon: float, lat: float, on: date, word: str
) -> None:
    with pytest.raises(OutsideCountyError, match=word):
        route(small, SMALL, lon, lat, on)


def test_coordinates_in_the_wrong_order_are_refused(small: Session) -> None:
    with pytest.raises(GisError, match="经度在前"):
        locate(small, 43.05, 124.05, DAY)


def test_polygon_beats_village_beats_township(small: Session, unit: MakeUnit) -> None:
    of_town, of_village, of_shape = unit("01.01"), unit("01.02"), unit("01.03")
    services.assign_responsibility(
        small, SMALL, of_town, valid_from=START, area_code="990001101", priority=9
    )
    assert at(small, 124.05, 43.05).rule == "township:990001101"
    services.assign_responsibility(
        small, SMALL, of_village, valid_from=START, area_code="990001101200", priority=5
    )
    assert at(small, 124.05, 43.05).unit_id == of_village
    duty = services.assign_responsibility(
        small, SMALL, of_shape, valid_from=START, shape=box(124.04, 43.04, 124.06, 43.06)
    )
    assert (at(small, 124.05, 43.05).unit_id, at(small, 124.05, 43.05).rule) == (
        of_shape,
        f"polygon:{duty.id}",
    )
    assert at(small, 124.02, 43.05).unit_id == of_village


def test_priority_and_then_the_code_decide_among_equals(small: Session, unit: MakeUnit) -> None:
    second, first, strong = unit("01.02"), unit("01.01"), unit("01.03")
    for each in (second, first):
        services.assign_responsibility(small, SMALL, each, valid_from=START, area_code="990001101")
    assert at(small, 124.05, 43.05).unit_id == first
    services.assign_responsibility(
        small, SMALL, strong, valid_from=START, area_code="990001101", priority=1
    )
    assert at(small, 124.05, 43.05).unit_id == strong


def test_a_unit_named_for_a_category_answers_for_that_category(
    small: Session, unit: MakeUnit
) -> None:
    general, special = unit("01.01"), unit("01.02")
    services.assign_responsibility(
        small, SMALL, general, valid_from=START, area_code="990001101200"
    )
    services.assign_responsibility(
        small, SMALL, special, valid_from=START, area_code=SMALL, category="市容"
    )
    assert at(small, 124.05, 43.05, "市容").unit_id == special
    assert at(small, 124.05, 43.05, "噪声").unit_id == general
    assert at(small, 124.05, 43.05).unit_id == general


def test_days_of_duty_and_of_the_unit_count(small: Session, unit: MakeUnit) -> None:
    over, gone = unit("01.01"), unit("01.02", valid_to=DAY)
    services.assign_responsibility(
        small, SMALL, over, valid_from=START, valid_to=DAY, area_code="990001101"
    )
    services.assign_responsibility(small, SMALL, gone, valid_from=START, area_code="990001101")
    assert at(small, 124.05, 43.05).unit_id is None
    assert route(small, SMALL, 124.05, 43.05, date(2026, 4, 30)).unit_id == over


def test_the_brigade_is_the_nearest_one_above(small: Session, unit: MakeUnit) -> None:
    bureau = unit("01", "bureau")
    brigade = unit("01.01", "brigade", bureau)
    part = unit("01.01.01", "sub_bureau", brigade)
    squad = unit("01.01.01.01", "squad", part)
    services.assign_responsibility(small, SMALL, squad, valid_from=START, area_code="990001101")
    services.assign_responsibility(small, SMALL, brigade, valid_from=START, area_code="990001100")
    assert at(small, 124.05, 43.05).brigade_id == part
    assert at(small, 124.15, 43.05).brigade_id == brigade


def test_a_duty_names_either_an_area_or_a_polygon(small: Session, unit: MakeUnit) -> None:
    squad = unit("01.01")
    with pytest.raises(InvalidInputError):
        services.assign_responsibility(small, SMALL, squad, valid_from=START)
    with pytest.raises(InvalidInputError):
        services.assign_responsibility(
            small, SMALL, squad, valid_from=START, area_code=SMALL, shape=box(124, 43, 125, 44)
        )


def test_a_decision_is_stored_as_it_was_answered(small: Session, unit: MakeUnit) -> None:
    services.assign_responsibility(
        small, SMALL, unit("01.01"), valid_from=START, area_code="990001101"
    )
    found = at(small, 124.05, 43.05, "噪声")
    decision = services.record_routing(small, found)
    small.expire(decision)
    assert (decision.unit_id, decision.village_code, decision.rule) == (
        found.unit_id,
        "990001101200",
        "township:990001101",
    )
    assert (decision.category, decision.on_day, decision.edition_id) == (
        "噪声",
        DAY,
        found.edition_id,
    )


def test_the_statement_finds_the_village_by_the_spatial_index(session: Session) -> None:
    load_true(session, "lishu")
    with as_owner(session):
        session.execute(text("ANALYZE area"))
    locate(session, 124.33, 43.31, DAY)
    names = [name for name, _type in TYPES]
    values = dict.fromkeys(names) | {"lon": 124.33, "lat": 43.31, "on": DAY}
    asked = "EXPLAIN EXECUTE route_fine_0 (" + ", ".join(f":{key}" for key in names) + ")"
    plan = "\n".join(session.scalars(text(asked), values))
    assert "ix_area_village_geom" in plan
    assert fine(one_county=False).name == "route_fine_0"
