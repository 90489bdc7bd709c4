"""What a plan's coverage check finds, and how many square metres it names."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from planning import change, geojson, planner
from shapely.geometry import box
from small_county import SMALL
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.jurisdiction import plans, services
from enforcement.jurisdiction.plan_coverage import Coverage, Finding, coverage, coverage_on
from enforcement.jurisdiction.plan_models import DutyPlan

EAST, WEST = "990001100", "990001101"
ONE, TWO = f"{EAST}200", f"{EAST}201"
VILLAGE_M2 = 90_460_000  # of 0.1 by 0.1 degrees at 43 degrees north


def of_kind(found: Coverage, kind: str) -> list[Finding]:
    return [one for one in found.findings if one.kind == kind]


def only(found: Coverage, kind: str) -> Finding:
    [one] = of_kind(found, kind)
    return one


def draw(session: Session, plan: DutyPlan, unit: str, name: str, shape: Any, **more: Any) -> None:
    op = {"op": "draw", "unit": unit, "name": name, "geometry": geojson(shape), **more}
    change(session, planner(), plan, op)


def test_a_whole_plan_has_no_problem_and_names_the_idle_squads(
    small: Session, plan: DutyPlan
) -> None:
    found = coverage(small, plan)
    assert found.of("problem") == []
    assert [one.units for one in of_kind(found, "idle")] == [("01.01.02",), ("01.02.02",)]
    assert found.as_json()["counts"] == {"problem": 0, "warning": 2, "note": 0}


def test_villages_without_a_unit_are_named_with_their_area(
    small: Session, squads: dict[str, uuid.UUID]
) -> None:
    plan = plans.start(small, planner(), "空", on=date(2019, 1, 1))
    change(small, planner(), plan, {"op": "assign", "areas": [WEST], "unit": "01.02.01"})
    found = of_kind(coverage(small, plan), "uncovered")
    assert [one.areas for one in found] == [(ONE,), (TWO,)]
    assert found[0].area_m2 == pytest.approx(VILLAGE_M2, rel=0.01)
    assert found[0].text.startswith("一村没有负责单位（90,")


def test_what_a_polygon_covers_of_such_a_village_is_not_counted(
    small: Session, squads: dict[str, uuid.UUID]
) -> None:
    plan = plans.start(small, planner(), "空", on=date(2019, 1, 1))
    draw(small, plan, "01.01.01", "南半", box(124.1, 43.0, 124.2, 43.05))
    found = of_kind(coverage(small, plan), "uncovered")
    assert found[0].area_m2 == pytest.approx(VILLAGE_M2 / 2, rel=0.01)
    draw(small, plan, "01.01.01", "北半", box(124.1, 43.05, 124.2, 43.1))
    assert ONE not in [one.areas[0] for one in of_kind(coverage(small, plan), "uncovered")]


def test_a_township_row_whose_villages_are_all_overridden_is_dead(
    small: Session, squads: dict[str, uuid.UUID], plan: DutyPlan
) -> None:
    for village in (ONE, TWO):
        services.assign_responsibility(
            small, SMALL, squads["01.01.02"], valid_from=date(2020, 1, 1), area_code=village
        )
    found = only(coverage_on(small, SMALL, date(2026, 3, 2)), "dead")
    assert (found.areas, found.units, found.severity) == ((EAST,), ("01.01.01",), "warning")


def test_polygons_of_equal_priority_that_overlap_are_a_tie_with_square_metres(
    small: Session, plan: DutyPlan
) -> None:
    draw(small, plan, "01.02.01", "甲", box(124.11, 43.01, 124.13, 43.03))
    draw(small, plan, "01.01.02", "乙", box(124.12, 43.01, 124.14, 43.03))
    found = only(coverage(small, plan), "overlap")
    assert found.area_m2 == pytest.approx(VILLAGE_M2 * 0.02, rel=0.01)
    assert (found.severity, found.units) == ("warning", ("01.01.02",))
    assert "由单位 01.01.02负责" in found.text
    row_id = found.rows[0]
    change(small, planner(), plan, {"op": "change", "row": str(row_id), "priority": 1})
    assert of_kind(coverage(small, plan), "overlap") == []


def test_polygons_of_one_unit_or_that_only_touch_are_no_tie(small: Session, plan: DutyPlan) -> None:
    draw(small, plan, "01.02.01", "甲", box(124.11, 43.01, 124.13, 43.03))
    draw(small, plan, "01.02.01", "乙", box(124.12, 43.01, 124.13, 43.03))
    draw(small, plan, "01.01.02", "丙", box(124.13, 43.01, 124.14, 43.03))
    assert of_kind(coverage(small, plan), "overlap") == []


def test_a_polygon_inside_its_own_units_area_or_tiny_is_noted(
    small: Session, plan: DutyPlan
) -> None:
    draw(small, plan, "01.01.01", "多余", box(124.11, 43.01, 124.13, 43.03))
    draw(small, plan, "01.02.01", "小", box(124.15, 43.05, 124.1505, 43.0505))
    found = coverage(small, plan)
    assert (only(found, "useless").severity, only(found, "useless").text[:2]) == ("note", "多余")
    assert "最多只占一个村的0.00%" in only(found, "tiny").text
    draw(small, plan, "01.02.01", "盖住", box(124.12, 43.01, 124.14, 43.03))
    assert of_kind(coverage(small, plan), "useless") == []  # it overrides another's polygon now


def test_units_closed_on_the_day_are_a_problem(small: Session, plan: DutyPlan) -> None:
    small.execute(text("update unit set valid_to = '2026-04-01' where code = '01.02.01'"))
    assert of_kind(coverage(small, plan, date(2026, 3, 31)), "closed") == []
    found = coverage(small, plan, date(2026, 4, 1))
    assert (only(found, "closed").severity, only(found, "closed").units) == (
        "problem", ("01.02.01",),
    )  # fmt: skip
    assert len(of_kind(found, "uncovered")) == 2


def test_a_row_for_a_division_without_boundaries_is_named(
    small: Session, squads: dict[str, uuid.UUID]
) -> None:
    small.execute(
        text("insert into division (county_code, code, name, level, parent_code, edition_id)"
             " select county_code, '990001100299', '新村', 'village', '990001100', edition_id"
             " from division where code = '990001100'")
    )  # fmt: skip
    services.assign_responsibility(
        small, SMALL, squads["01.01.02"], valid_from=date(2020, 1, 1), area_code="990001100299"
    )
    found = only(coverage_on(small, SMALL, date(2026, 3, 2)), "absent")
    assert found.areas == ("990001100299",)


def test_a_day_without_boundaries_cannot_be_checked(small: Session, plan: DutyPlan) -> None:
    with pytest.raises(NotFoundError, match="没有启用的界线"):
        coverage(small, plan, date(1900, 1, 1))


def test_the_check_takes_three_statements_however_many_rows_there_are(
    small: Session, plan: DutyPlan, app: Any
) -> None:
    from tests.web.test_query_counts import counted

    for n in range(5):
        draw(
            small,
            plan,
            "01.02.01",
            f"区{n}",
            box(124.11, 43.01 + n / 100, 124.12, 43.015 + n / 100),
        )
    with counted(app) as sent:
        coverage(small, plan, date(2026, 3, 2))
    assert len(sent) == 3
