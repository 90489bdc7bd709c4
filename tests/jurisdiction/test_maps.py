"""Maps of a county: what they show, and how heavy they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from large_county import load_large, load_lishu
from shapely import get_parts, union_all
from shapely.geometry import shape
from small_county import SMALL, load_true
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.demo.geography import load_geography
from enforcement.errors import NotFoundError
from enforcement.ids import uuid7
from enforcement.jurisdiction import map_queries, queries, services
from enforcement.jurisdiction.maps import CountyMap, county_map
from enforcement.law.terms import Role, UnitKind
from enforcement.people import services as people
from enforcement.settings.models import SettingEntry
from gis.map_page import page

DAY = date(2026, 5, 1)


def html_of(made: CountyMap) -> str:
    return page(made.target, "n0", "/static/{}".format, legend=made.legend, note=made.note)


@pytest.mark.parametrize(
    ("load", "villages", "townships"), [(load_lishu, 346, 24), (load_large, 462, 33)]
)
def test_the_jurisdiction_page_with_its_map_stays_below_400_kilobytes(
    session: Session, client: FlaskClient,
    load: Callable[[Session], str], villages: int, townships: int,
) -> None:  # fmt: skip
    county_code = load(session)
    sign_in(session, client, county_code)
    html = client.get("/jurisdiction/map").text
    assert html.count('"kind":"village"') == villages
    assert html.count('"kind":"township"') == townships
    assert html.count('"kind":"squad"') == 21
    sent = html + client.get("/jurisdiction").text
    assert len(sent.encode()) < 400_000


def sign_in(session: Session, client: FlaskClient, county_code: str) -> None:
    """Open an account for the county's system administrator and sign in with it."""
    bureau = people.add_unit(
        session, county_code, "01", "局", UnitKind.BUREAU, valid_from=date(2024, 1, 1)
    )
    person = people.add_person(session, county_code, "管理员")
    post = people.add_post(
        session, person, bureau, Role.SYSTEM_ADMIN, valid_from=date(2024, 1, 1)
    )  # fmt: skip
    people.create_account(session, post, "large-admin", "Large-2026")
    session.add(
        SettingEntry(county_code=county_code, id=uuid7(), key="second_factor", value=0, reason="x",
                     by_name="x")
    )  # fmt: skip
    session.commit()
    asked = {"username": "large-admin", "password": "Large-2026"}
    assert client.post("/sign-in", data=asked).location == "/"


def test_areas_are_simplified_more_when_seen_from_farther(session: Session) -> None:
    load_true(session, "lean")
    edition = queries.find_edition(session, "361025", DAY)
    assert edition is not None
    sizes = [
        len(str(map_queries.villages(session, edition, zoom=zoom))) for zoom in (8, 10, 12, 18)
    ]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4


def test_simplified_villages_still_tile_their_county(session: Session) -> None:
    """Neighbours keep one border: no village overlaps another, and no gap opens between them."""
    load_true(session, "lishu")
    edition = queries.find_edition(session, "220322", DAY)
    assert edition is not None
    layers = map_queries.county_layers(session, edition, DAY, zoom=9)
    shapes = [shape(one["geometry"]) for one in layers.villages["features"]]
    whole = union_all(shapes)
    assert sum(one.area for one in shapes) == pytest.approx(whole.area, rel=1e-9)
    before = session.scalar(text("SELECT count(*) FROM area, ST_DumpRings("
                                 "ST_GeometryN(geom, 1)) WHERE level = 'county'"))  # fmt: skip
    assert sum(1 + len(part.interiors) for part in get_parts(whole)) == before
    lines = union_all([shape(one["geometry"]) for one in layers.townships["features"]])
    borders = union_all([one.boundary for one in shapes])
    assert lines.difference(borders).length < 1e-9


def test_a_schematic_edition_says_so_on_its_map(session: Session) -> None:
    load_geography(session)
    assert "示意" in html_of(county_map(session, "220322", DAY))


def test_a_true_edition_carries_no_such_remark(small: Session) -> None:
    assert county_map(small, SMALL, DAY).note is None


def test_squads_are_coloured_by_their_brigade(
    small: Session, unit: Callable[..., uuid.UUID]
) -> None:
    brigade = unit("01.01", "brigade")
    squad = unit("01.01.01", "squad", brigade)
    services.assign_responsibility(
        small, SMALL, squad, valid_from=date(2020, 1, 1), area_code="990001101"
    )
    edition = queries.find_edition(small, SMALL, DAY)
    assert edition is not None
    layers = map_queries.county_layers(small, edition, DAY, zoom=10)
    [feature] = layers.squads["features"]
    assert feature["id"] == str(squad)
    assert feature["properties"]["brigade"] == "01.01"
    labels = [item.label for item in county_map(small, SMALL, DAY, with_squads=True).legend]
    assert labels == ["单位 01.01", "尚无负责单位"]


def test_values_colour_villages_and_make_a_legend(small: Session) -> None:
    made = county_map(small, SMALL, DAY, values={"990001100200": 1, "990001100201": 9})
    assert [item.label for item in made.legend] == ["1 – 小于 9", "9", "无数据"]


def test_a_day_without_boundaries_has_no_map(small: Session) -> None:
    with pytest.raises(NotFoundError):
        county_map(small, SMALL, date(1900, 1, 1))
