"""Boundaries from GeoJSON: what is loaded, refused, checked, and put in force."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest
from small_county import SMALL, SMALL_DIVISIONS, data_file, load_true, squares
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo.geography import load_geography
from enforcement.errors import NotFoundError, StepNotAllowedError
from enforcement.jurisdiction import queries, services
from enforcement.jurisdiction.models import Area, Edition
from enforcement.jurisdiction.terms import Level


def areas_km2(session: Session, county_code: str, level: Level) -> tuple[int, float]:
    found = select(func.count(), func.sum(Area.area_m2) / 1e6)
    row = session.execute(found.where(Area.county_code == county_code, Area.level == level)).one()
    return row[0], row[1]


def test_both_true_counties_load_side_by_side_and_are_in_force_at_once(session: Session) -> None:
    for name, read in (("lishu", 346), ("lean", 197)):
        result = load_true(session, name)
        assert (result.read, result.accepted, result.rejected) == (read, read, ())
        assert (result.problems, result.first, result.status) == ((), True, "active")
        assert result.valid_from == services.FIRST_VALID_FROM
    for county, townships in (("220322", 24), ("361025", 16)):
        count, km2 = areas_km2(session, county, Level.TOWNSHIP)
        assert count == townships
        assert areas_km2(session, county, Level.COUNTY) == (1, pytest.approx(km2))
        assert areas_km2(session, county, Level.VILLAGE)[1] == pytest.approx(km2)


def test_each_defect_of_the_broken_file_is_named_and_nothing_changes(session: Session) -> None:
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    broken = data_file("lishu_broken.geojson")
    defects = json.loads(broken)["defects"]
    result = services.import_boundaries(session, broken, "broken")
    assert [str(rejected.row) for rejected in result.rejected] == [
        row for row in defects if "," not in row
    ]
    assert all(rejected.reason for rejected in result.rejected)
    assert (result.read, result.accepted, result.edition_id) == (14, 0, None)
    assert session.scalar(select(func.count()).select_from(Area)) == 0


def test_sound_rows_of_the_broken_file_wait_as_a_draft(session: Session) -> None:
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    result = services.import_boundaries(
        session, data_file("lishu_broken.geojson"), "broken", skip_rejected=True, activate=True
    )
    assert (result.accepted, len(result.rejected), result.status) == (3, 11, "draft")
    assert any("343 个区划没有界线" in problem for problem in result.problems)


@pytest.mark.parametrize("name", ["code", "代码", "编码"])
def test_the_code_may_have_a_chinese_name(session: Session, name: str) -> None:
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "a.csv")
    assert services.import_boundaries(session, squares(code_name=name), "a").accepted == 4


def test_a_feature_far_from_the_county_is_refused(small: Session) -> None:
    result = services.import_boundaries(small, squares(shift_deg=5), "far")
    assert [rejected.row for rejected in result.rejected] == [0, 1, 2, 3]
    assert "远离本县" in result.rejected[0].reason


def test_the_second_edition_waits_for_a_person_and_then_ends_the_first(small: Session) -> None:
    first = queries.find_edition(small, SMALL, date(2026, 1, 1))
    result = services.import_boundaries(small, squares(shift_deg=0.01), "second")
    assert first is not None
    assert result.edition_id is not None
    assert result.status == "draft"
    services.activate(small, SMALL, result.edition_id, date(2026, 3, 1))
    in_force = [
        queries.find_edition(small, SMALL, date(2026, 2, 28) + timedelta(days=day))
        for day in (0, 1)
    ]
    assert [edition.id for edition in in_force if edition] == [first.id, result.edition_id]
    assert (first.status, first.valid_to) == ("retired", date(2026, 3, 1))


def test_a_clean_edition_asked_to_be_activated_is_in_force_from_today(small: Session) -> None:
    result = services.import_boundaries(small, squares(), "second", activate=True)
    assert (result.status, result.valid_from) == ("active", clock.today(small))


def test_no_edition_starts_before_the_one_it_replaces(small: Session) -> None:
    result = services.import_boundaries(small, squares(), "second")
    assert result.edition_id is not None
    with pytest.raises(StepNotAllowedError):
        services.activate(small, SMALL, result.edition_id, date(1900, 1, 1))


def test_an_edition_in_force_cannot_be_activated_again(small: Session) -> None:
    edition = small.scalars(select(Edition).where(Edition.kind == "boundaries")).one()
    with pytest.raises(StepNotAllowedError):
        services.activate(small, SMALL, edition.id, date(2030, 1, 1))


def test_a_missing_village_keeps_the_edition_a_draft_until_a_person_accepts(
    small: Session,
) -> None:
    data = squares(leave_out="990001100201")
    result = services.import_boundaries(small, data, "hole", activate=True)
    assert result.edition_id is not None
    assert result.problems == ("1 个区划没有界线：990001100201 二村",)
    with pytest.raises(StepNotAllowedError):
        services.activate(small, SMALL, result.edition_id, date(2026, 3, 1))
    edition = services.activate(
        small, SMALL, result.edition_id, date(2026, 3, 1), accept_problems=True
    )
    assert edition.status == "active"


def test_an_overlap_keeps_the_edition_a_draft(small: Session) -> None:
    data = json.loads(squares())
    ring = data["features"][2]["geometry"]["coordinates"][0]
    data["features"][2]["geometry"]["coordinates"] = [
        [[lon + 0.01 if lon > 124.05 else lon, lat] for lon, lat in ring]
    ]
    result = services.import_boundaries(small, json.dumps(data).encode(), "x", activate=True)
    assert result.status == "draft"
    assert "990001100200 与 990001101200" in result.problems[0]


def test_boundaries_without_divisions_are_refused(session: Session) -> None:
    result = services.import_boundaries(session, squares(), "x")
    assert len(result.rejected) == 4
    assert "未知" in result.rejected[0].reason


def test_an_unknown_edition_is_not_found(small: Session) -> None:
    with pytest.raises(NotFoundError):
        services.activate(small, SMALL, uuid.uuid4(), date(2026, 1, 1))


def test_the_demonstration_county_is_drawn_checked_and_marked(session: Session) -> None:
    edition = load_geography(session)
    assert edition.schematic
    assert edition.findings == {"problems": [], "warnings": []}
    count, km2 = areas_km2(session, "220322", Level.COUNTY)
    assert (count, areas_km2(session, "220322", Level.VILLAGE)[0]) == (1, 346)
    assert km2 == pytest.approx(4_209, rel=0.01)
    assert load_geography(session).id == edition.id
