"""A day that prepares itself: templates by weekday and week, and what falls due by law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import due
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.followup import collecting, services
from enforcement.followup.services import prepare
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.patrol import beats, board, templates
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.plan_models import PatrolTemplate, PatrolWish
from enforcement.patrol.templates import Described, falls_on
from enforcement.patrol.terms import BeatKind, BeatState, Per, WishKind, WishState
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import filed_case, served_case
from tests.inspection import making as inspections
from tests.inspection.test_services import ORDER
from tests.measure import making as measures

MONDAY = date(2026, 3, 2)


@pytest.fixture
def planned(county: Session) -> PatrolTemplate:
    """A template of the officer's squad with two checkpoints, on Mondays and Fridays."""
    set_clock(county, "2026-03-01 09:00")
    return templates.add(county, actor_of(county, "dadui"), described(county))


def described(county: Session, **more: Any) -> Described:
    leader, squad = actor_of(county, "dadui"), actor_of(county, "zhifa1")
    where = "POINT (124.33 43.31)"
    said = beats.Described(BeatKind.POINT, "校门", squad.unit_code, where, per=Per.DAY)
    made = [beats.add(county, leader, replace(said, name=name)).id for name in ("东门", "西门")]
    base = Described("东片", squad.unit_id, (1, 5), MONDAY, ((made[0], 540), (made[1], None)))
    return replace(base, **more)


def test_a_template_falls_on_its_weekdays_weeks_and_days() -> None:
    row = PatrolTemplate(state="active", starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 31),
                         weekdays=[1, 5], every_weeks=2)  # fmt: skip
    month = [date(2026, 3, 1) + timedelta(days=n) for n in range(60)]
    assert [day.day for day in month if falls_on(row, day)] == [6, 16, 20, 30]
    row.state = "retired"
    assert not any(falls_on(row, day) for day in month)


def test_a_day_is_made_once_with_planned_times(county: Session, planned: PatrolTemplate) -> None:
    leader = actor_of(county, "dadui")
    made = prepare(county, leader, MONDAY)
    assert (made.lists, made.elsewhere) == (1, ())
    assert prepare(county, leader, MONDAY).lists == 0
    assert prepare(county, leader, MONDAY + timedelta(days=1)).lists == 0
    patrol = county.query(Patrol).filter_by(template_id=planned.id).one()
    stops = county.query(PatrolStop).filter_by(patrol_id=patrol.id).order_by(PatrolStop.seq).all()
    assert [stop.planned_at is not None for stop in stops] == [True, False]
    lane = next(one for one in board.board(county, leader, MONDAY).lanes if one.stops)
    assert (lane.squad.code, len(lane.stops)) == (planned.squad_code, 2)


def test_a_beat_on_another_list_is_not_put_on_twice(
    county: Session, planned: PatrolTemplate
) -> None:
    leader = actor_of(county, "dadui")
    beats_of = templates.stops_of(county, planned)
    twin = Described("又一份", planned.squad_id, (1,), MONDAY, ((beats_of[0][1].id, None),))
    templates.add(county, leader, twin)
    made = prepare(county, leader, MONDAY)
    assert (made.lists, made.elsewhere) == (2, ("东门",))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"weekdays": ()}, "weekdays"), ({"weekdays": (8,)}, "weekdays"),
        ({"every_weeks": 9}, "every_weeks"), ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"to_minute": 100}, "to_minute"), ({"break_to": None}, "break_to"),
        ({"break_to": 1100}, "break_to"), ({"beats": ()}, "beats"),
    ],
    ids=["name", "none", "eight", "weeks", "end", "shift", "half", "outside", "beats"],
)  # fmt: skip
def test_a_wrong_template_is_refused_by_its_field(
    county: Session, change: dict[str, Any], field: str
) -> None:
    set_clock(county, "2026-03-01 09:00")
    said = described(county, **change)
    with pytest.raises(InvalidInputError) as refused:
        templates.add(county, actor_of(county, "dadui"), said)
    assert refused.value.field == field


def test_a_stale_template_and_a_stranger_are_refused(
    county: Session, planned: PatrolTemplate
) -> None:
    said = described(county, name="新名")
    templates.edit(county, actor_of(county, "dadui"), planned.id, said, version=1)
    with pytest.raises(StaleVersionError):
        templates.edit(county, actor_of(county, "dadui"), planned.id, said, version=1)
    with pytest.raises(NotPermittedError):
        templates.set_state(county, actor_of(county, "zhifa1"), planned.id, BeatState.RETIRED,
                            version=2)  # fmt: skip


def wishes(county: Session, kind: WishKind) -> list[PatrolWish]:
    query = select(PatrolWish).where(PatrolWish.kind == kind, PatrolWish.state == WishState.OPEN)
    return list(county.scalars(query))


def test_an_order_to_put_right_is_rechecked_the_day_after_its_last_day(county: Session) -> None:
    row = inspections.recorded(county)
    inspections.act(county, row, E.CONCLUDE, **ORDER)
    due_on = row.correct_until + timedelta(days=1)
    assert services.collect(county, row.county_code, row.correct_until) == 0
    set_clock(county, f"{due_on} 08:00")
    leader = actor_of(county, "dadui")
    prepare(county, leader, due_on)
    prepare(county, leader, due_on)
    [wish] = [one for one in wishes(county, WishKind.RECHECK) if one.subject_id == row.id]
    assert wish.due_on == due_on
    assert "第二十八条" in (wish.article or "")
    pool = {one.ref: one for one in board.board(county, leader, due_on).pool}
    assert pool[f"wish:{wish.id}"].required
    row.rechecked = "passed"
    county.flush()
    prepare(county, leader, due_on)
    assert wish.state == WishState.WITHDRAWN


def test_a_measure_is_on_the_list_days_before_it_lapses(county: Session) -> None:
    measure = measures.in_force(county)
    assert measure.due_on is not None
    far, near = measure.due_on - timedelta(days=10), measure.due_on - timedelta(days=2)
    set_clock(county, f"{near} 08:00")
    assert not collecting.measures(county, measure.county_code, far)
    services.collect(county, measure.county_code, near)
    services.collect(county, measure.county_code, near + timedelta(days=1))
    [wish] = [one for one in wishes(county, WishKind.MEASURE) if one.subject_id == measure.id]
    assert wish.due_on == measure.due_on


def test_a_case_near_its_last_day_and_an_unpaid_fine_are_visited(county: Session) -> None:
    case = filed_case(county)
    assert case.decision_due_on is not None
    set_clock(county, f"{case.decision_due_on - timedelta(days=5)} 08:00")
    found = collecting.cases(county, case.county_code, case.decision_due_on - timedelta(days=5))
    assert case.id in {one.subject_id for one in found}


def test_an_unpaid_fine_is_visited(county: Session) -> None:
    case = served_case(county)
    if case.payment_due_on is None:
        case.payment_due_on = date(2026, 5, 1)
        county.flush()
    day = case.payment_due_on + timedelta(days=1)
    set_clock(county, f"{day} 08:00")
    found = {one.subject_id for one in collecting.payments(county, case.county_code, day)}
    assert (case.id in found) == (case.state == "served")


def test_the_worker_collects_by_itself_and_plans_its_next_round(
    demo_app: Flask, county: Session
) -> None:
    at = set_clock(county, "2026-03-02 05:00")
    code = actor_of(county, "dadui").county_code
    subject = actor_of(county, "dadui").account_id
    due.schedule(county, code, "patrol:watch", subject, "one", at)
    step = county.query(DueStep).filter_by(task="patrol:watch", subject_id=subject).one()
    services.watch(county, step)
    assert county.query(DueStep).filter_by(task="patrol:watch", subject_id=subject).count() == 2


def test_the_pages_keep_and_prepare(county: Session, page: Pages, planned: PatrolTemplate) -> None:
    leader = page("dadui")
    assert "东片" in leader.get("/patrols/templates").text
    shown = leader.get(f"/patrols/templates/{planned.id}")
    assert "东门" in shown.text
    ids = [str(beat.id) for _stop, beat in templates.stops_of(county, planned)]
    form = {"name": "改名", "squad_id": str(planned.squad_id), "weekdays": ["1"],
            "every_weeks": "1", "starts_on": "2026-03-02", "from_time": "08:30",
            "to_time": "17:00", "break_from": "", "break_to": "", "beats": ids,
            "version": "1"}  # fmt: skip
    assert leader.post(f"/patrols/templates/{planned.id}", data=form).status_code == 302
    wrong = leader.post("/patrols/templates/new", data={**form, "weekdays": []})
    assert wrong.status_code == 422
    assert leader.post("/patrols/templates/new", data=form).status_code == 302
    done = leader.post("/patrols/morning/prepare", data={"day": str(MONDAY)})
    assert done.location.endswith(f"day={MONDAY}")
    assert leader.post("/patrols/morning/prepare", data={"day": "x"}).status_code == 422
    state = leader.post(f"/patrols/templates/{planned.id}/state", data={"state": "retired"})
    assert state.status_code == 302
    county.refresh(planned)
    assert planned.state == BeatState.RETIRED


def test_the_api_keeps_templates(county: Session, call: Calls, planned: PatrolTemplate) -> None:
    ids = [str(beat.id) for _stop, beat in templates.stops_of(county, planned)]
    body = {"name": "接口", "squad_id": str(planned.squad_id), "weekdays": [2],
            "starts_on": "2026-03-02",
            "beats": [{"beat_id": ids[0], "planned_minute": 600}]}  # fmt: skip
    assert call("dadui", "POST", "/patrol-templates", json=body).status_code == 201
    rows = call("dadui", "GET", "/patrol-templates").json["templates"]
    assert {"东片", "接口"} <= {row["name"] for row in rows}
