"""The leader's morning: steps on lists and back, conflicts, plans, loans, publishing, receipts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from enforcement import notices
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.ids import uuid7
from enforcement.incident import services as incidents
from enforcement.law.terms import PatrolState
from enforcement.patrol import assigning, beats, board, publishing, runs, services
from enforcement.patrol.assigning import Step
from enforcement.patrol.beats import Described
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
from enforcement.patrol.plan_models import PatrolWish, PlanRun, RoadTime
from enforcement.patrol.services import Found
from enforcement.patrol.terms import BeatKind, FindingKind, Per, RunKind, RunState, WishState
from enforcement.worker.loop import run_due
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import report_of
from tests.web.test_query_counts import counted

DAY = date(2026, 3, 2)


@pytest.fixture
def morning(county: Session) -> Session:
    """Eight in the morning, with six checkpoints of one squad's village."""
    set_clock(county, "2026-03-02 08:00")
    leader, squad = actor_of(county, "dadui"), actor_of(county, "zhifa1").unit_code
    for n in range(6):
        where = f"POINT ({124.33 + n * 0.004} {43.31 + n * 0.002})"
        beats.add(county, leader, Described(BeatKind.POINT, f"点{n}", squad, where, per=Per.DAY))
    return county


def squads(session: Session) -> list[str]:
    """Return the codes of the leader's squads, that of the beats first."""
    own = actor_of(session, "zhifa1").unit_code
    found = [
        lane.squad.code for lane in board.board(session, actor_of(session, "dadui"), DAY).lanes
    ]
    return [own, *(code for code in found if code != own)]


def pool_refs(session: Session) -> list[str]:
    found = board.board(session, actor_of(session, "dadui"), DAY)
    return [one.ref for one in found.pool if one.kind == "beat"]


def lists(session: Session) -> dict[str, list[str]]:
    found = board.as_json(board.board(session, actor_of(session, "dadui"), DAY))
    return {lane["squad"]: [stop["ref"] for stop in lane["stops"]]
            for lane in found["lanes"] if lane["stops"]}  # fmt: skip


def test_what_is_put_on_a_list_leaves_the_pool_and_comes_back(morning: Session) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    undo = assigning.change(morning, leader, DAY, [Step(ref, own) for ref in refs[:3]])
    assert lists(morning) == {own: refs[:3]}
    assert set(pool_refs(morning)) == set(refs[3:])
    redo = assigning.change(morning, leader, DAY, undo)
    assert lists(morning) == {}
    assigning.change(morning, leader, DAY, redo)
    assert lists(morning) == {own: refs[:3]}
    [patrol] = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own)
    assert patrol.state == PatrolState.DRAFT
    events = [one.event for one in morning.query(PatrolEntry).filter_by(patrol_id=patrol.id)]
    assert events == ["draft", "change", "change", "change"]


def test_order_and_squad_are_changed_and_undone(morning: Session) -> None:
    leader, [own, other, *_rest] = actor_of(morning, "dadui"), squads(morning)
    one, two, three = refs = pool_refs(morning)[:3]
    assigning.change(morning, leader, DAY, [Step(ref, own) for ref in refs])
    undo = assigning.change(
        morning, leader, DAY, [Step(three, own, 0), Step(one, other), Step(two, lock=True)]
    )
    assert lists(morning) == {own: [three, two], other: [one]}
    assigning.change(morning, leader, DAY, undo)
    assert lists(morning) == {own: [one, two, three]}
    assert not any(stop.locked for stop in morning.query(PatrolStop).filter_by(patrol_on=DAY))


def test_of_two_leaders_one_wins_and_the_other_is_shown_what_is_there(morning: Session) -> None:
    [own, *_rest], refs = squads(morning), pool_refs(morning)
    assigning.change(morning, actor_of(morning, "juzhang"), DAY, [Step(refs[0], own)],
                     versions={own: 0})  # fmt: skip
    with pytest.raises(StaleVersionError, match=actor_of(morning, "juzhang").name) as refused:
        assigning.change(morning, actor_of(morning, "dadui"), DAY, [Step(refs[1], own)],
                         versions={own: 0})  # fmt: skip
    assert refused.value.data["current"]["squad"] == own
    assert lists(morning) == {own: [refs[0]]}


def test_sent_twice_it_is_done_once(morning: Session) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    for _n in range(2):
        assigning.change(morning, leader, DAY, [Step(refs[0], own)], key="k")
    assert morning.query(PatrolEntry).filter_by(event="change").count() == 1


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step("beat:nonsense", "x"), "ref"),
        (Step("moon:1", "x"), "ref"),
        (Step("beat:00000000-0000-0000-0000-000000000001", "own"), "ref"),
        (Step("beat", "99.99"), "squad_id"),
        (Step("beat:1", lock=True), "ref"),
    ],
    ids=["id", "kind", "unknown", "squad", "lock"],
)
def test_steps_that_mean_nothing_are_refused(morning: Session, step: Step, field: str) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    said = replace(step, ref=refs[0] if step.ref == "beat" else step.ref,
                   squad=own if step.squad in ("x", "own") else step.squad)  # fmt: skip
    with pytest.raises(InvalidInputError) as refused, morning.begin_nested():
        assigning.change(morning, leader, DAY, [said])
    assert refused.value.field == field


def test_nothing_is_on_two_lists_on_one_day(morning: Session) -> None:
    leader, [own, other, *_rest] = actor_of(morning, "dadui"), squads(morning)
    [ref, *_more] = pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(ref, own)])
    stop = morning.query(PatrolStop).filter_by(patrol_on=DAY).one()
    twin = {column.name: getattr(stop, column.name) for column in PatrolStop.__table__.columns}
    add = insert(PatrolStop).values(**twin | {"id": leader.account_id, "seq": 9})
    with pytest.raises(IntegrityError, match="patrol_on_beat_id"), morning.begin_nested():
        morning.execute(add)
    assigning.change(morning, leader, DAY, [Step(ref, other)])
    assert lists(morning) == {other: [ref]}


def test_a_brigade_plan_serves_its_own_stops_and_says_why(morning: Session) -> None:
    done = runs.plan_now(morning, actor_of(morning, "dadui"), DAY, RunKind.BRIGADE)
    planned = [ref for refs in lists(morning).values() for ref in refs]
    assert any(ref.startswith("beat") for ref in planned)
    assert not pool_refs(morning)
    stop = morning.query(PatrolStop).filter(PatrolStop.beat_id.is_not(None)).first()
    assert stop is not None
    assert stop.planned_at is not None
    assert stop.why["there"]["kind"] in ("worth", "required")
    assert not stop.why["loan"]
    assert done.run.state == RunState.APPLIED
    assigning.change(morning, actor_of(morning, "dadui"), DAY, done.undo)
    assert lists(morning) == {}


def test_planned_again_nothing_changes_hands_and_locked_stops_stay(morning: Session) -> None:
    leader, [_own, other, *_rest] = actor_of(morning, "dadui"), squads(morning)
    [ref, *_more] = pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(ref, other), Step(ref, lock=True)])
    runs.plan_now(morning, leader, DAY, RunKind.BRIGADE)
    assert ref in lists(morning)[other]
    again = runs.plan_now(morning, leader, DAY, RunKind.REPLAN)
    assert again.moved == 0


def test_what_was_visited_stays_where_it_is(morning: Session) -> None:
    leader, [own, *_rest] = actor_of(morning, "dadui"), squads(morning)
    runs.plan_now(morning, leader, DAY, RunKind.BRIGADE)
    publishing.publish(morning, leader, DAY, [own])
    patrol = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own).one()
    set_clock(morning, "2026-03-02 10:00")
    services.visit(morning, actor_of(morning, "zhifa1"), patrol.id, 1, outcome="正常")
    first = lists(morning)[own][0]
    with pytest.raises(StepNotAllowedError):
        assigning.change(morning, leader, DAY, [Step(first)])
    runs.plan_now(morning, leader, DAY, RunKind.REPLAN)
    assert lists(morning)[own][0] == first


def test_a_road_that_was_loaded_counts_instead_of_the_straight_line(morning: Session) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(refs[0], own)])
    before = _km(morning, own)
    for start, end in ((f"unit:{own}", refs[0]), (refs[0], f"unit:{own}")):
        morning.add(RoadTime(county_code=leader.county_code, id=uuid7(), from_place=start,
                             to_place=end, seconds=3600, source="roads",
                             made_at=set_clock(morning, "2026-03-02 08:00")))  # fmt: skip
    morning.flush()
    assert _km(morning, own) == 80.0 != before


def _km(session: Session, squad: str) -> float:
    found = board.as_json(board.board(session, actor_of(session, "dadui"), DAY))
    return next(lane["km"] for lane in found["lanes"] if lane["squad"] == squad)


def test_the_worker_makes_a_county_plan_that_a_person_applies(
    demo_app: Flask, morning: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(runs.SECONDS, RunKind.COUNTY, 2.0)
    monkeypatch.setattr(runs, "PIECE_S", 1.0)
    head = actor_of(morning, "juzhang")
    with pytest.raises(InvalidInputError):
        runs.order(morning, actor_of(morning, "dadui"), DAY)
    run = runs.order(morning, head, DAY)
    morning.commit()
    run_due(demo_app.extensions["enforcement.sessions"], most=40)
    morning.refresh(run)
    assert (run.state, run.done) == (RunState.DONE, 2)
    assert lists(morning) == {}
    runs.apply(morning, head, run.id)
    assert lists(morning)
    with pytest.raises(StepNotAllowedError):
        runs.apply(morning, head, run.id)


def test_a_plan_that_was_given_up_is_not_made(demo_app: Flask, morning: Session) -> None:
    head = actor_of(morning, "juzhang")
    run = runs.order(morning, head, DAY)
    runs.cancel(morning, head, run.id)
    morning.commit()
    run_due(demo_app.extensions["enforcement.sessions"], most=40)
    morning.refresh(run)
    assert (run.state, run.done) == (RunState.CANCELLED, 0)


def test_publishing_tells_the_squad_and_counts_who_heard(morning: Session) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(refs[0], own)])
    officer = actor_of(morning, "zhifa1")
    [patrol] = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own)
    with pytest.raises(StaleVersionError):
        publishing.publish(morning, leader, DAY, [own], versions={own: 1})
    assert publishing.publish(morning, leader, DAY, [own], versions={own: patrol.version})
    assert not publishing.publish(morning, leader, DAY, [own])
    [notice] = [one for one in notices.list_unheard(morning, officer) if one.kind == "patrol"]
    notices.hear(morning, officer, notice.id)
    lane = next(one for one in board.board(morning, leader, DAY).lanes if one.squad.code == own)
    assert lane.heard == 1 < lane.told + 1
    with pytest.raises(InvalidInputError):
        publishing.publish(morning, leader, DAY, ["01.99"])


def test_a_draft_is_not_seen_by_the_squad(morning: Session, call: Calls) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(refs[0], own)])
    patrol = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own).one()
    assert call("zhifa1", "GET", f"/patrols/{patrol.id}").status_code == 404
    publishing.publish(morning, leader, DAY, [own])
    assert call("zhifa1", "GET", f"/patrols/{patrol.id}").status_code == 200


def test_a_visit_keeps_times_findings_and_the_next_one(morning: Session) -> None:
    leader, [own, *_rest], refs = actor_of(morning, "dadui"), squads(morning), pool_refs(morning)
    officer = actor_of(morning, "zhifa1")
    set_clock(morning, "2026-03-02 10:00")
    incident = incidents.report(morning, actor_of(morning, "fujing"), report_of(morning))
    assigning.change(morning, leader, DAY, [Step(refs[0], own), Step(refs[1], own)])
    [patrol] = publishing.publish(morning, leader, DAY, [own])
    now = set_clock(morning, "2026-03-02 11:00")
    again = DAY + timedelta(days=3)
    found = [
        Found(FindingKind.INCIDENT, "占道", incident.number),
        Found(FindingKind.ORDER, "限期改正"),
    ]
    stop = services.visit(
        morning, officer, patrol.id, 1, outcome="有占道", arrived_at=now - timedelta(minutes=30),
        left_at=now, again_on=again, findings=found,
    )  # fmt: skip
    assert (stop.left_at - stop.arrived_at).total_seconds() == 1800
    wish = morning.query(PatrolWish).filter_by(subject_id=stop.id).one()
    assert (wish.due_on, wish.unit_code) == (again, own)
    for wrong in (
        {"left_at": now - timedelta(hours=3)}, {"again_on": DAY},
        {"arrived_at": now + timedelta(hours=1)},
        {"findings": [Found(FindingKind.INCIDENT, "x", "SJ19990101-0001")]},
    ):  # fmt: skip
        with pytest.raises(InvalidInputError), morning.begin_nested():
            services.visit(morning, officer, patrol.id, 2, outcome="x", **wrong)
    there = {one.ref: one for one in board.board(morning, leader, again).pool}
    assert there[f"wish:{wish.id}"].required
    assigning.change(morning, leader, again, [Step(f"wish:{wish.id}", own)])
    [later] = publishing.publish(morning, leader, again, [own])
    services.visit(morning, officer, later.id, 1, outcome="已整改")
    assert wish.state == WishState.DONE


def test_what_a_patrol_left_out_may_be_put_on_another_list(morning: Session) -> None:
    leader, [own, other, *_rest] = actor_of(morning, "dadui"), squads(morning)
    [ref, *_more] = pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(ref, own)])
    patrol = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own).one()
    services.move(morning, leader, patrol.id, "cancel")
    assert ref in pool_refs(morning)
    assigning.change(morning, leader, DAY, [Step(ref, other)])
    assert lists(morning) == {other: [ref]}


def test_the_past_is_not_changed(morning: Session) -> None:
    [own, *_rest], [ref, *_more] = squads(morning), pool_refs(morning)
    leader, past = actor_of(morning, "dadui"), DAY - timedelta(days=1)
    for act in (
        lambda: assigning.change(morning, leader, past, [Step(ref, own)]),
        lambda: runs.plan_now(morning, leader, past, RunKind.BRIGADE),
    ):
        with pytest.raises(InvalidInputError):
            act()


def test_the_page_works_without_scripts_and_answers_them(morning: Session, page: Pages) -> None:
    [own, *_rest], refs = squads(morning), pool_refs(morning)
    leader = page("dadui")
    shown = leader.get("/patrols/morning")
    assert shown.status_code == 200, shown.text
    assert "点0" in shown.text
    form = {"day": str(DAY), "ref": refs[0], "squad": own}
    assert leader.post("/patrols/morning/steps", data=form).status_code == 302
    assert lists(morning) == {own: [refs[0]]}
    as_json = {"Accept": "application/json"}
    steps = json.dumps([{"ref": refs[1], "squad": own, "place": 0}])
    sent = {"day": str(DAY), "steps": steps, "versions": json.dumps({own: 0}), "key": "a"}
    late = leader.post("/patrols/morning/steps", data=sent, headers=as_json)
    assert late.status_code == 409
    assert late.json["current"]["yours"]
    assert late.json["state"]["lanes"]
    version = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=own).one().version
    sent["versions"] = json.dumps({own: version})
    good = leader.post("/patrols/morning/steps", data=sent, headers=as_json)
    assert good.json["undo"] == [{"ref": refs[1], "squad": None, "place": None, "lock": None}]
    planned = leader.post("/patrols/morning/plan", data={"day": str(DAY), "kind": "brigade"})
    assert planned.status_code == 302
    assert leader.get("/patrols/morning").status_code == 200
    code, *_more = lists(morning)
    told = leader.post("/patrols/morning/publish", data={"day": str(DAY), "squads": [code]})
    assert told.status_code == 302, told.text
    for bad in ({"day": "soon", "ref": refs[0]}, {"day": str(DAY), "steps": "[{}]"},
                {"day": str(DAY), "steps": "{"}):  # fmt: skip
        assert leader.post("/patrols/morning/steps", data=bad).status_code == 422
    assert page("zhifa1").get("/patrols/morning").status_code == 403
    patrol = morning.query(Patrol).filter_by(patrol_on=DAY, squad_code=code).one()
    assert "计划到达" in page("juzhang").get(f"/patrols/{patrol.id}").text


def test_the_board_costs_the_same_however_long_the_lists(
    demo_app: Flask, morning: Session, page: Pages
) -> None:
    leader, [own, *_rest], refs = page("dadui"), squads(morning), pool_refs(morning)
    leader.get("/patrols/morning")
    counts = []
    for some in (refs[:1], refs[1:]):
        assigning.change(morning, actor_of(morning, "dadui"), DAY, [Step(one, own) for one in some])
        with counted(demo_app) as sent:
            assert leader.get("/patrols/morning").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 24


def test_the_county_plan_has_a_page(morning: Session, page: Pages) -> None:
    head = page("juzhang")
    sent = head.post("/patrols/morning/plan", data={"day": str(DAY), "kind": "county"})
    assert sent.status_code == 302
    assert head.get(sent.location).status_code == 200
    told = head.get(sent.location, headers={"Accept": "application/json"})
    assert told.json["state"] == "working"
    run = morning.query(PlanRun).one()
    run.state = RunState.DONE
    morning.flush()
    assert "采用" in head.get(sent.location).text
    assert head.post(f"/patrols/plans/{run.id}/cancel").status_code == 302


def test_the_api_plans_and_publishes(morning: Session, call: Calls) -> None:
    [own, *_rest], refs = squads(morning), pool_refs(morning)
    body = {"day": str(DAY), "steps": [{"ref": refs[0], "squad": own}]}
    done = call("dadui", "POST", "/patrol-day/steps", json=body)
    assert done.json["undo"], done.text
    assert call("dadui", "GET", f"/patrol-day?day={DAY}").json["lanes"]
    planned = call("dadui", "POST", "/patrol-day/plan", json={"day": str(DAY), "kind": "brigade"})
    assert planned.json["state"] == "applied", planned.text
    told = call("dadui", "POST", "/patrol-day/publish", json={"day": str(DAY), "squads": [own]})
    assert told.json["published"]
    assert call("dadui", "POST", "/patrol-day/prepare", json={"day": str(DAY)}).status_code == 200
    order = call("juzhang", "POST", "/patrol-day/plan", json={"day": str(DAY), "kind": "county"})
    assert order.status_code == 202
    path = f"/patrol-plans/{order.json['id']}"
    assert call("juzhang", "GET", path).json["state"] == "working"
    assert call("juzhang", "POST", f"{path}/apply").status_code == 409
    assert call("juzhang", "POST", f"{path}/cancel").json["state"] == "cancelled"


def test_history_refuses_change(morning: Session) -> None:
    test_a_visit_keeps_times_findings_and_the_next_one(morning)
    with pytest.raises(DBAPIError, match="patrol_finding"), morning.begin_nested():
        morning.execute(text("update patrol_finding set text = 'x'"))
