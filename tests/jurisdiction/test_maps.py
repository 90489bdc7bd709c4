"""Maps of a county: what they show, and how heavy they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from small_county import SMALL, load_true
from sqlalchemy.orm import Session

from enforcement.demo.geography import load_geography
from enforcement.errors import NotFoundError
from enforcement.jurisdiction import map_queries, queries, services
from enforcement.jurisdiction.maps import CountyMap, county_map
from enforcement.jurisdiction.terms import Level
from gis.map_page import page

DAY = date(2026, 5, 1)


def html_of(made: CountyMap) -> str:
    return page(made.target, "n0", "/static/{}".format, legend=made.legend, note=made.note)


def test_a_whole_county_of_346_villages_stays_below_400_kilobytes(session: Session) -> None:
    load_true(session, "lishu")
    html = html_of(county_map(session, "220322", DAY))
    assert html.count('"kind": "village"') == 346
    assert html.count('"kind": "township"') == 24
    assert len(html.encode()) < 400_000


def test_areas_are_simplified_more_when_seen_from_farther(session: Session) -> None:
    load_true(session, "lean")
    edition = queries.find_edition(session, "361025", DAY)
    assert edition is not None
    sizes = [
        len(str(map_queries.areas(session, edition, Level.VILLAGE, zoom=zoom)))
        for zoom in (8, 11, None)
    ]
    assert sizes[0] < sizes[1] < sizes[2]


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
    [feature] = map_queries.squads(small, edition, DAY)["features"]
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
