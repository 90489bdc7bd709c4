"""Plans of duties: drawn up from a day's duties, changed by operations, undone, put in force."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from planning import answers, change, duty_rows, geojson, planner, row_named, rows
from shapely.geometry import box
from small_county import SMALL
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.jurisdiction import duty_acts, plan_activation, plan_queries, plans
from enforcement.jurisdiction.plan_models import DutyPlan, DutyPlanEntry
from enforcement.jurisdiction.routing import route
from enforcement.law.terms import Role
from tests.asking import as_owner

EAST, WEST = "990001100", "990001101"
ONE, TWO, THREE, FOUR = (f"{EAST}200", f"{EAST}201", f"{WEST}200", f"{WEST}201")
TODAY = date(2026, 3, 2)
MARKET = geojson(box(124.12, 43.02, 124.13, 43.03))  # in village ONE
MakeUnit = Callable[..., uuid.UUID]


def test_a_plan_starts_from_the_duties_of_a_day(small: Session, plan: DutyPlan) -> None:
    assert (plan.status, plan.version, plan.base_on) == ("draft", 1, TODAY)
    assert rows(small, plan) == [("01.01.01", EAST), ("01.02.01", WEST)]
    empty = plans.start(small, planner(), "更早", on=date(2019, 1, 1))
    assert rows(small, empty) == []


def test_the_same_key_starts_one_plan(small: Session, squads: dict[str, uuid.UUID]) -> None:
    who = planner()
    first, second = (plans.start(small, who, "一次", key="k") for _ in range(2))
    assert first.id == second.id


def test_assigning_part_of_a_township_splits_it_and_undo_folds_it_back(
    small: Session, plan: DutyPlan
) -> None:
    who = planner()
    change(small, who, plan, {"op": "assign", "areas": [ONE], "unit": "01.01.02"})
    assert rows(small, plan) == [("01.01.01", EAST), ("01.01.02", ONE), ("01.02.01", WEST)]
    plans.undo(small, who, plan.id, plan.version)
    assert rows(small, plan) == [("01.01.01", EAST), ("01.02.01", WEST)]
    plans.redo(small, who, plan.id, plan.version)
    assert ("01.01.02", ONE) in rows(small, plan)
    assert plan.version == 4
    events = [(one.seq, one.event, one.target) for one in plan_queries.entries_of(small, plan)]
    assert events == [(1, "start", None), (2, "apply", None), (3, "undo", 2), (4, "redo", 2)]


def test_a_new_change_ends_what_could_be_done_again(small: Session, plan: DutyPlan) -> None:
    who = planner()
    change(small, who, plan, {"op": "assign", "areas": [ONE], "unit": "01.01.02"})
    plans.undo(small, who, plan.id, plan.version)
    change(small, who, plan, {"op": "assign", "areas": [TWO], "unit": "01.01.02"})
    with pytest.raises(StepNotAllowedError, match="没有可以"):
        plans.redo(small, who, plan.id, plan.version)
    plans.undo(small, who, plan.id, plan.version)
    with pytest.raises(StepNotAllowedError):
        plans.undo(small, who, plan.id, plan.version)


def test_merging_a_squad_hands_over_areas_and_polygons(small: Session, plan: DutyPlan) -> None:
    who = planner()
    change(
        small, who, plan,
        {"op": "assign", "areas": [ONE], "unit": "01.01.02"},
        {"op": "draw", "unit": "01.01.02", "name": "市场", "geometry": MARKET},
        {"op": "merge", "source": "01.01.02", "into": "01.01.01"},
    )  # fmt: skip
    assert rows(small, plan) == [
        ("01.01.01", EAST), ("01.01.01", "市场"), ("01.02.01", WEST),
    ]  # fmt: skip


def test_an_exception_area_is_drawn_renamed_reshaped_and_removed(
    small: Session, plan: DutyPlan
) -> None:
    who = planner()
    made = change(
        small, who, plan,
        {"op": "draw", "unit": "01.02.01", "name": "市场", "geometry": MARKET, "priority": 2},
    )  # fmt: skip
    [(row_id, fitted)] = made.fitted.items()
    assert fitted.moved_m == 0
    wkt = box(124.12, 43.02, 124.14, 43.03).wkt
    change(
        small, who, plan,
        {"op": "change", "row": str(row_id), "name": "农贸市场", "priority": 5},
        {"op": "change", "row": str(row_id), "unit": "01.02.02"},
        {"op": "reshape", "row": str(row_id), "geometry": wkt},
    )  # fmt: skip
    [row] = [one for one in plan_queries.rows_of(small, plan) if one.wkb]
    assert (row.id, row.name, row.priority, row.unit_code) == (row_id, "农贸市场", 5, "01.02.02")
    change(small, who, plan, {"op": "remove", "row": str(row_id)})
    assert rows(small, plan) == [("01.01.01", EAST), ("01.02.01", WEST)]
    plans.undo(small, who, plan.id, plan.version)
    assert row in plan_queries.rows_of(small, plan)


def test_a_polygon_is_drawn_to_the_border_that_it_runs_along(
    small: Session, plan: DutyPlan
) -> None:
    rough = box(124.10008, 43.02, 124.15, 43.05)  # 7 m east of the border at 124.1
    made = change(
        small, planner(), plan,
        {"op": "draw", "unit": "01.02.01", "name": "河滩", "geometry": geojson(rough)},
    )  # fmt: skip
    [fitted] = made.fitted.values()
    assert fitted.shape.bounds[0] == 124.1
    assert fitted.moved_m == pytest.approx(6.5, abs=0.2)
    assert fitted.area_m2 > fitted.drawn_m2


# fmt: off
SHAPES = (  # geometry, word of the refusal
    (geojson(box(124.19, 43.02, 124.21, 43.03)),                        "平方米在县界以外"),
    ("POLYGON((124.1 43, 124.2 43.1, 124.2 43, 124.1 43.1, 124.1 43))", "自相交"),
    ("LINESTRING(124 43, 124.1 43.1)",                                  "不是面"),
    ({"type": "Point", "coordinates": [124, 43]},                       "不是面"),
    ("nonsense",                                                        "WKT"),
    ("{",                                                               "GeoJSON"),
    (geojson(box(43.02, 124.12, 43.03, 124.13)),                        "颠倒"),
    ("POLYGON EMPTY",                                                   "为空"),
    (7,                                                                 "GeoJSON"),
)
# fmt: on


@pytest.mark.parametrize(("geometry", "word"), SHAPES, ids=[word for _, word in SHAPES])
def test_a_shape_that_is_unsound_or_leaves_the_county_is_refused(
    small: Session, plan: DutyPlan, geometry: object, word: str
) -> None:
    before = rows(small, plan)
    with pytest.raises(InvalidInputError, match=word) as caught:
        change(
            small, planner(), plan,
            {"op": "draw", "unit": "01.01.01", "name": "甲", "geometry": geometry},
        )  # fmt: skip
    assert caught.value.field == "ops[0].geometry"
    assert (rows(small, plan), plan.version) == (before, 1)


def test_the_part_outside_is_told_in_square_metres(small: Session, plan: DutyPlan) -> None:
    with pytest.raises(InvalidInputError) as caught:
        change(
            small, planner(), plan,
            {"op": "draw", "unit": "01.01.01", "name": "甲",
             "geometry": geojson(box(124.19, 43.02, 124.21, 43.03))},
        )  # fmt: skip
    assert caught.value.data["outside_m2"] == pytest.approx(904_600, rel=0.01)


def test_a_crossed_shape_is_mended_where_that_is_asked_and_the_repair_is_told(
    small: Session, plan: DutyPlan
) -> None:
    made = change(
        small, planner(), plan,
        {"op": "draw", "unit": "01.01.01", "name": "甲", "repair": True, "geometry":
         "POLYGON((124.12 43.02, 124.14 43.04, 124.14 43.02, 124.12 43.04, 124.12 43.02))"},
    )  # fmt: skip
    [fitted] = made.fitted.values()
    assert fitted.repairs == ("消除自相交",)


# fmt: off
WRONG = (  # operations, field of the refusal
    ([],                                                               "ops"),
    ({},                                                               "ops"),
    ([{"op": "explode"}],                                              "ops[0].op"),
    (["assign"],                                                       "ops[0].op"),
    ([{"op": ["assign"]}],                                             "ops[0].op"),
    ([{"op": "assign", "unit": "01.01.02"}],                           "ops[0].areas"),
    ([{"op": "assign", "areas": [], "unit": "01.01.02"}],              "ops[0].areas"),
    ([{"op": "assign", "areas": ["990001109"], "unit": "01.01.02"}],   "ops[0].areas"),
    ([{"op": "assign", "areas": ["9900011"], "unit": "01.01.02"}],     "ops[0].areas"),
    ([{"op": "assign", "areas": [ONE], "unit": "09"}],                 "ops[0].unit"),
    ([{"op": "assign", "areas": [ONE], "unit": "01.01.02", "x": 1}],   "ops[0].x"),
    ([{"op": "assign", "areas": [ONE], "unit": "01.01.02", "category": "Z"}], "ops[0].category"),
    ([{"op": "assign", "areas": [ONE], "unit": "01.01.02"},
      {"op": "merge", "source": "01.01.01", "into": "01.01.01"}],      "ops[1].into"),
    ([{"op": "merge", "source": "77", "into": "01.01.01"}],            "ops[0].source"),
    ([{"op": "remove", "row": "x"}],                                   "ops[0].row"),
    ([{"op": "remove", "row": str(uuid.UUID(int=1))}],                 "ops[0].row"),
    ([{"op": "assign", "areas": [ONE], "unit": "01.01.01"}],           "ops"),  # his already
    ([{"op": "assign", "areas": [ONE], "unit": "01.01.02"}] * 101,     "ops"),
)
# fmt: on


@pytest.mark.parametrize(("ops", "field"), WRONG)
def test_wrong_operations_name_the_field_and_change_nothing(
    small: Session, plan: DutyPlan, ops: list[object], field: str
) -> None:
    before = rows(small, plan)
    with pytest.raises(InvalidInputError) as caught:
        plans.apply(small, planner(), plan.id, ops, 1)
    assert caught.value.field == field
    assert (rows(small, plan), plan.version) == (before, 1)
    assert len(plan_queries.entries_of(small, plan)) == 1


def test_who_saw_an_older_version_is_told_and_changes_nothing(
    small: Session, plan: DutyPlan
) -> None:
    change(small, planner(), plan, {"op": "assign", "areas": [ONE], "unit": "01.01.02"})
    before = rows(small, plan)
    op = {"op": "assign", "areas": [TWO], "unit": "01.01.02"}
    with pytest.raises(StaleVersionError) as caught:
        plans.apply(small, planner(), plan.id, [op], 1)
    assert caught.value.data == {"your_version": 1, "current": {"version": 2}}
    assert rows(small, plan) == before


def test_the_log_of_a_plan_only_grows(small: Session, plan: DutyPlan) -> None:
    with pytest.raises(IntegrityError, match="only grows"), small.begin_nested(), as_owner(small):
        small.execute(text("update duty_plan_entry set by_name = 'x'"))


# --- who may --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SQUAD_LEADER, Role.TOWNSHIP_LEADER])
def test_only_who_may_plan_starts_or_changes(small: Session, plan: DutyPlan, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        plans.start(small, planner(role), "不行")
    with pytest.raises(NotPermittedError):
        plans.apply(small, planner(role), plan.id, [], 1)


@pytest.mark.parametrize(
    "op",
    [
        {"op": "assign", "areas": [THREE], "unit": "01.01.02"},  # of the other brigade
        {"op": "assign", "areas": [ONE], "unit": "01.02.02"},  # to the other brigade
        {"op": "merge", "source": "01.01.01", "into": "01.02.01"},
        {"op": "draw", "unit": "01.02.02", "name": "甲", "geometry": MARKET},
        {"op": "draw", "unit": "01.01.02", "name": "甲",
         "geometry": geojson(box(124.05, 43.02, 124.15, 43.03))},  # reaches into the other's
    ],
)  # fmt: skip
def test_a_brigade_leader_stays_within_his_brigade(
    small: Session, plan: DutyPlan, op: dict[str, object]
) -> None:
    leader = planner(Role.BRIGADE_LEADER, "01.01")
    before = rows(small, plan)
    with pytest.raises(NotPermittedError, match="大队"):
        plans.apply(small, leader, plan.id, [op], plan.version)
    assert (rows(small, plan), plan.version) == (before, 1)


def test_a_brigade_leader_moves_areas_between_his_squads(small: Session, plan: DutyPlan) -> None:
    leader = planner(Role.BRIGADE_LEADER, "01.01")
    change(
        small, leader, plan,
        {"op": "assign", "areas": [ONE], "unit": "01.01.02"},
        {"op": "draw", "unit": "01.01.01", "name": "市场", "geometry": MARKET},
    )  # fmt: skip
    assert ("01.01.02", ONE) in rows(small, plan)
    with pytest.raises(NotPermittedError):
        plan_activation.activate(small, leader, plan.id)


def test_a_brigade_leader_gives_up_his_own_plans_only(small: Session, plan: DutyPlan) -> None:
    leader = planner(Role.BRIGADE_LEADER, "01.01", username="leader")
    with pytest.raises(NotPermittedError, match="自己"):
        plans.discard(small, leader, plan.id, plan.version)
    assert plan.status == "draft"
    own = plans.start(small, leader, "自己的")
    assert plans.discard(small, leader, own.id, own.version).status == "discarded"


def test_a_brigade_leader_cannot_undo_what_reaches_beyond_his_brigade(
    small: Session, plan: DutyPlan
) -> None:
    change(small, planner(), plan, {"op": "assign", "areas": [ONE], "unit": "01.02.01"})
    with pytest.raises(NotPermittedError):
        plans.undo(small, planner(Role.BRIGADE_LEADER, "01.01"), plan.id, plan.version)


# --- in force -------------------------------------------------------------------------------


def test_activation_ends_adds_and_leaves_what_is_equal(
    small: Session, plan: DutyPlan, squads: dict[str, uuid.UUID]
) -> None:
    who, day = planner(), TODAY + timedelta(days=7)
    change(
        small, who, plan,
        {"op": "assign", "areas": [EAST], "unit": "01.01.02"},
        {"op": "draw", "unit": "01.02.02", "name": "市场", "geometry": MARKET},
    )  # fmt: skip
    old = answers(small, SMALL, day)
    done = plan_activation.activate(small, who, plan.id, day, version=plan.version)
    assert (len(done.ended), len(done.added), done.kept) == (1, 2, 1)
    assert answers(small, SMALL, day - timedelta(days=1)) == old
    new = answers(small, SMALL, day)
    assert new == {ONE: "01.01.02", TWO: "01.01.02", THREE: "01.02.01", FOUR: "01.02.01"}
    assert route(small, SMALL, 124.125, 43.025, day).unit_code == "01.02.02"
    assert (plan.status, plan.activated_from, plan.activated_by) == ("active", day, "planner")
    [ended] = [row for row in duty_rows(small, SMALL) if row[0] in done.ended]
    assert (ended[4], ended[5] is not None) == (day, True)
    acts = small.query(AuditLog).filter_by(act="duty_plan:activate").one()
    assert acts.detail["added"] == 2
    with pytest.raises(StepNotAllowedError, match="已启用"):
        plans.undo(small, who, plan.id, plan.version)


def test_a_plan_without_a_change_leaves_every_duty_as_it_is(small: Session, plan: DutyPlan) -> None:
    before = duty_rows(small, SMALL)
    done = plan_activation.activate(small, planner(), plan.id)
    assert (done.ended, done.added, done.kept) == ((), (), 2)
    assert duty_rows(small, SMALL) == before


def test_a_past_day_a_stale_version_and_an_open_problem_are_refused(
    small: Session, plan: DutyPlan, squads: dict[str, uuid.UUID]
) -> None:
    before = duty_rows(small, SMALL)
    with pytest.raises(InvalidInputError) as caught:
        plan_activation.activate(small, planner(), plan.id, TODAY - timedelta(days=1))
    assert caught.value.field == "from"
    with pytest.raises(StaleVersionError):
        plan_activation.activate(small, planner(), plan.id, version=9)
    empty = plans.start(small, planner(), "空", on=date(2019, 1, 1))
    with pytest.raises(StepNotAllowedError) as refused:
        plan_activation.activate(small, planner(), empty.id, accept_changes=True)
    assert len(refused.value.data["problems"]) == 4
    assert duty_rows(small, SMALL) == before
    done = plan_activation.activate(
        small, planner(), empty.id, accept_changes=True, accept_problems=True
    )
    assert len(done.ended) == 2
    assert set(answers(small, SMALL, TODAY).values()) == {None}


def test_duties_that_changed_meanwhile_are_shown_and_must_be_accepted(
    small: Session, plan: DutyPlan
) -> None:
    who = planner()
    duty = duty_acts.add(small, who, "01.02.02", area_code=ONE)
    with pytest.raises(StepNotAllowedError, match="又有变化") as caught:
        plan_activation.activate(small, who, plan.id)
    [came] = caught.value.data["drift"]["came"]
    assert (came["unit"], came["area"], came["name"]) == ("01.02.02", ONE, "一村")
    assert caught.value.data["drift"]["went"] == []
    done = plan_activation.activate(small, who, plan.id, accept_changes=True)
    assert done.ended == (duty.id,)
    assert route(small, SMALL, 124.15, 43.05, TODAY).unit_code == "01.01.01"


def test_a_change_taken_back_meanwhile_is_no_difference(small: Session, plan: DutyPlan) -> None:
    who = planner()
    duty = duty_acts.add(small, who, "01.02.02", area_code=ONE)
    duty_acts.end(small, who, duty.id)
    assert not plan_activation.drift_of(small, plan)
    plan_activation.activate(small, who, plan.id)


def test_from_its_day_on_a_plan_is_all_that_holds(
    small: Session, plan: DutyPlan, squads: dict[str, uuid.UUID]
) -> None:
    """A plan for June and one for April: the earlier, accepted, calls the later one off."""
    who, june, april = planner(), date(2026, 6, 1), date(2026, 4, 1)
    later = plans.start(small, who, "六月")
    change(small, who, later, {"op": "assign", "areas": [WEST], "unit": "01.02.02"})
    plan_activation.activate(small, who, later.id, june)
    change(small, who, plan, {"op": "assign", "areas": [EAST], "unit": "01.01.02"})
    with pytest.raises(StepNotAllowedError) as caught:
        plan_activation.activate(small, who, plan.id, april)
    assert caught.value.data["drift"]["next_change"] == "2026-06-01"
    plan_activation.activate(small, who, plan.id, april, accept_changes=True)
    wanted = {ONE: "01.01.02", TWO: "01.01.02", THREE: "01.02.01", FOUR: "01.02.01"}
    for day in (april, june, date(2027, 1, 1)):
        assert answers(small, SMALL, day) == wanted
    assert answers(small, SMALL, april - timedelta(days=1))[ONE] == "01.01.01"


def test_a_unit_that_is_closed_on_the_day_cannot_be_accepted(
    small: Session, plan: DutyPlan, squads: dict[str, uuid.UUID]
) -> None:
    small.execute(text("update unit set valid_to = '2026-04-01' where code = '01.02.01'"))
    before = duty_rows(small, SMALL)
    with pytest.raises(StepNotAllowedError, match="已撤销"):
        plan_activation.activate(
            small, planner(), plan.id, date(2026, 4, 1), accept_problems=True, accept_changes=True
        )
    assert duty_rows(small, SMALL) == before
    plan_activation.activate(small, planner(), plan.id, date(2026, 3, 31))


def test_an_activation_in_a_savepoint_leaves_nothing_behind(small: Session, plan: DutyPlan) -> None:
    change(small, planner(), plan, {"op": "assign", "areas": [EAST], "unit": "01.01.02"})
    before = duty_rows(small, SMALL)
    preview = small.begin_nested()
    plan_activation.activate(small, planner(), plan.id)
    assert answers(small, SMALL, TODAY)[ONE] == "01.01.02"
    preview.rollback()
    assert duty_rows(small, SMALL) == before
    assert answers(small, SMALL, TODAY)[ONE] == "01.01.01"
    assert plan_queries.get(small, SMALL, plan.id).status == "draft"


def test_a_plan_that_was_given_up_stays_readable_and_changes_no_more(
    small: Session, plan: DutyPlan
) -> None:
    plans.discard(small, planner(), plan.id, plan.version)
    assert (plan.status, plan.discarded_by) == ("discarded", "planner")
    assert rows(small, plan) == [("01.01.01", EAST), ("01.02.01", WEST)]
    with pytest.raises(StepNotAllowedError):
        plan_activation.activate(small, planner(), plan.id)
    assert small.query(DutyPlanEntry).filter_by(plan_id=plan.id).count() == 2


def test_a_polygon_of_a_plan_is_that_of_the_duty_it_came_from(
    small: Session, plan: DutyPlan
) -> None:
    who = planner()
    op = {"op": "draw", "unit": "01.02.02", "name": "市场", "geometry": MARKET}
    change(small, who, plan, op)
    plan_activation.activate(small, who, plan.id)
    again = plans.start(small, who, "再来")
    assert row_named(small, again, "市场")
    assert plan_activation.activate(small, who, again.id).kept == 3
