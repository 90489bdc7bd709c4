"""Work that changes hands: listed after a change, handed over or kept by a person, all or none."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.jurisdiction import plan_queries, plans
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.models import Responsibility, RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.law.terms import CaseEvent, IncidentEvent
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.people.models import Unit
from enforcement.rehoming import acts, queries, services
from enforcement.rehoming.queries import Item
from enforcement.rehoming.services import Choice
from enforcement.rehoming.terms import Cause, Ruling, WorkKind
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import filed_case, reported
from tests.spot.making import decided

OTHER = "01.01.01.01"


def unit_of(session: Session, code: str) -> Unit:
    return session.query(Unit).filter_by(code=code).one()


def hand_area_over(session: Session, township: str, code: str = OTHER) -> None:
    """Let another squad answer for a township from today on."""
    today = clock.today(session)
    old = session.query(Responsibility).filter_by(area_code=township, valid_to=None).one()
    old.valid_to, old.ended_at = today, clock.now(session)
    unit = unit_of(session, code)
    jurisdiction.assign_responsibility(
        session, unit.county_code, unit.id, area_code=township, valid_from=today
    )
    session.flush()


def the(items: list[Item], row: Any) -> Item:
    [found] = [item for item in items if item.work.id == row.id]
    return found


def pick(*items: Item, to: uuid.UUID | None = None) -> list[Choice]:
    return [Choice(item.key, item.work.version, to) for item in items]


def pending(session: Session, actor: Actor) -> list[Item]:
    return queries.pending(session, actor, clock.today(session))


@pytest.fixture
def head(county: Session) -> Actor:
    set_clock(county, "2026-03-02 08:00")
    return actor_of(county, "juzhang")


def test_nothing_changes_hands_while_nothing_has_changed(county: Session, head: Actor) -> None:
    reported(county)
    assert pending(county, head) == []


def test_an_incident_goes_over_with_its_stop_and_both_decisions_stay(
    county: Session, head: Actor
) -> None:
    incident = reported(county)
    before, squad = incident.routing_id, incident.responsible_unit_code
    hand_area_over(county, str(incident.township_code))
    item = the(pending(county, head), incident)
    assert (item.cause, item.work.kind) == (Cause.AREA, WorkKind.INCIDENT)
    assert item.from_unit is not None
    assert item.to is not None
    assert (item.from_unit.code, item.to.code) == (squad, OTHER)
    batch = services.decide(county, head, pick(item), Ruling.MOVED, "责任区调整")
    county.refresh(incident)
    assert (incident.responsible_unit_code, incident.handler_unit_code) == (OTHER, OTHER)
    decision = county.get_one(RoutingDecision, (incident.county_code, incident.routing_id))
    assert (decision.basis, decision.replaces_id) == ("rehomed", before)
    stop = county.query(PatrolStop).filter_by(incident_id=incident.id).one()
    patrol = county.get_one(Patrol, (stop.county_code, stop.patrol_id))
    assert patrol.squad_code == OTHER
    assert county.query(Patrol).filter_by(squad_code=squad, patrol_on=date(2026, 3, 2)).one(
        ).state == "cancelled"  # fmt: skip
    last = incidents.history(county, incident.county_code, incident.id)[-1]
    assert (last.event, last.detail["to"]) == (IncidentEvent.REHOME, OTHER)
    [row] = queries.batch_items(county, incident.county_code, batch.id)
    assert (row.number, row.from_code, row.to_code) == (incident.number, squad, OTHER)
    assert incident.id not in {one.work.id for one in pending(county, head)}
    # the demonstration's own weeks lie after the moved clock, so only these two are asked
    different = verify_decisions(county, incident.county_code).different
    assert {str(before), str(incident.routing_id)} & set(different) == set()


def test_a_case_goes_over_with_its_officers_kept(county: Session, head: Actor) -> None:
    case = filed_case(county)
    officers = (case.officer_a_id, case.officer_b_id)
    hand_area_over(county, str(case.township_code))
    item = the(pending(county, head), case)
    services.decide(county, head, pick(item), Ruling.MOVED, "责任区调整")
    county.refresh(case)
    assert (case.unit_code, case.squad_id) == (OTHER, unit_of(county, OTHER).id)
    assert (case.officer_a_id, case.officer_b_id) == officers
    entry = county.query(CaseEntry).filter_by(case_id=case.id, event=CaseEvent.REHOME).one()
    assert (entry.detail["to"], entry.state) == (OTHER, case.state)
    assert the_numbers(pending(county, head)) & {case.number} == set()


def the_numbers(items: list[Item]) -> set[str]:
    return {item.work.number for item in items}


def test_what_a_person_keeps_is_not_listed_again_until_another_unit_would_get_it(
    county: Session, head: Actor
) -> None:
    incident = reported(county)
    township, squad = str(incident.township_code), incident.responsible_unit_code
    hand_area_over(county, township)
    services.decide(
        county, head, pick(the(pending(county, head), incident)), Ruling.KEPT, "办理已近尾声"
    )
    county.refresh(incident)
    assert incident.responsible_unit_code == squad
    assert incident.number not in the_numbers(pending(county, head))
    set_clock(county, "2026-03-03 08:00")
    hand_area_over(county, township, "01.01.01.02")
    assert incident.number in the_numbers(pending(county, head))


def test_a_unit_that_has_ended_gives_its_work_to_whom_a_person_chooses(
    county: Session, head: Actor
) -> None:
    incident = reported(county)
    squad = unit_of(county, str(incident.responsible_unit_code))
    squad.valid_to = clock.today(county) + timedelta(days=1)
    county.flush()
    set_clock(county, "2026-03-02 20:00")
    assert incident.number not in the_numbers(pending(county, head))
    set_clock(county, "2026-03-03 08:00")
    item = the(pending(county, head), incident)
    assert (item.cause, item.to) == (Cause.UNIT_ENDED, None)
    with pytest.raises(InvalidInputError, match="没有可以移交的单位"), county.begin_nested():
        services.decide(county, head, pick(item), Ruling.MOVED, "中队撤销")
    chosen = unit_of(county, OTHER)
    services.decide(county, head, pick(item, to=chosen.id), Ruling.MOVED, "中队撤销")
    county.refresh(incident)
    assert incident.responsible_unit_code == OTHER
    decision = county.get_one(RoutingDecision, (incident.county_code, incident.routing_id))
    assert decision.rule == "person"


def test_all_or_none_is_handed_over(county: Session, head: Actor) -> None:
    first, case = reported(county), filed_case(county)
    hand_area_over(county, str(first.township_code))
    items = pending(county, head)
    one, two = the(items, first), the(items, case)
    stale = [*pick(one), Choice(two.key, two.work.version + 1)]
    with pytest.raises(StaleVersionError), county.begin_nested():
        services.decide(county, head, stale, Ruling.MOVED, "x")
    county.refresh(first)
    assert first.responsible_unit_code != OTHER
    assert queries.list_batches(county, head.county_code) == []


@pytest.mark.parametrize(
    ("reason", "chosen", "field"), [(" ", True, "reason"), ("x", False, "chosen")]
)
def test_a_ruling_needs_a_reason_and_a_choice(
    county: Session, head: Actor, reason: str, chosen: bool, field: str
) -> None:
    incident = reported(county)
    hand_area_over(county, str(incident.township_code))
    items = pick(the(pending(county, head), incident)) if chosen else []
    with pytest.raises(InvalidInputError) as refused:
        services.decide(county, head, items, Ruling.MOVED, reason)
    assert refused.value.field == field


def test_a_brigade_leader_rules_on_his_own_brigade_only(county: Session, head: Actor) -> None:
    incident = reported(county)
    hand_area_over(county, str(incident.township_code))
    own = actor_of(county, "dadui")
    assert incident.number in the_numbers(pending(county, own))
    for unit in county.query(Unit).filter(Unit.code.like(f"{own.unit_code}.%")):
        assert unit.code.startswith(own.unit_code)
    elsewhere = Actor(**{**own.__dict__, "unit_code": "01.01.02"})
    assert incident.number not in the_numbers(pending(county, elsewhere))
    with pytest.raises(NotPermittedError):
        services.decide(county, actor_of(county, "zhifa1"), [], Ruling.MOVED, "x")


def test_the_command_centre_sees_incidents_but_no_cases(county: Session, head: Actor) -> None:
    case = filed_case(county)
    hand_area_over(county, str(case.township_code))
    kinds = {item.work.kind for item in pending(county, actor_of(county, "zhihui"))}
    assert WorkKind.CASE not in kinds


def test_a_draft_of_boundaries_is_tried_and_nothing_stays(county: Session, head: Actor) -> None:
    incident = reported(county)
    home = str(incident.village_code)
    other = county.execute(
        text("select min(code) from division where level = 'village' and left(code, 9) = "
             "(select area_code from responsibility r join unit u on u.id = r.unit_id"
             " where u.code = :code order by 1 limit 1)"),
        {"code": OTHER},
    ).scalar_one()  # fmt: skip
    draft = swapped_draft(county, home, other)
    seen = services.what_if(
        county,
        head,
        lambda inside: jurisdiction.activate(
            inside, head.county_code, draft, clock.today(inside), accept_problems=True
        ),
        clock.today(county),
    )
    assert incident.number in the_numbers(seen)
    assert pending(county, head) == []
    status = county.execute(
        text("select status from edition where id = :id"), {"id": draft}
    ).scalar_one()
    assert status == "draft"


def test_a_plan_is_tried_and_nothing_stays(county: Session, head: Actor) -> None:
    incident = reported(county)
    plan = plans.start(county, head, "试算")
    ops = [{"op": "assign", "areas": [incident.village_code], "unit": OTHER}]
    plans.apply(county, head, plan.id, ops, plan.version)
    seen = acts.if_plan(county, head, plan.id)
    item = the(seen, incident)
    assert item.to is not None
    assert item.to.code == OTHER
    assert pending(county, head) == []
    assert plan_queries.get(county, head.county_code, plan.id).status == "draft"


def test_work_of_a_merged_unit_is_offered_to_the_unit_it_became(
    county: Session, head: Actor
) -> None:
    incident = reported(county)
    squad, into = unit_of(county, str(incident.responsible_unit_code)), unit_of(county, OTHER)
    squad.valid_to, squad.merged_into_id = clock.today(county), into.id
    county.flush()
    item = the(pending(county, head), incident)
    assert (item.cause, item.to) == (Cause.UNIT_ENDED, into)


def test_a_penalty_on_the_spot_goes_to_the_squad_its_own_was_merged_into(
    county: Session, head: Actor, page: Pages
) -> None:
    spot = decided(county)
    squad, into = unit_of(county, spot.unit_code), unit_of(county, OTHER)
    assert spot.number not in the_numbers(pending(county, head))
    squad.valid_to, squad.merged_into_id = clock.today(county), into.id
    county.flush()
    item = the(pending(county, head), spot)
    assert (item.work.kind, item.cause, item.to) == (WorkKind.SPOT, Cause.UNIT_ENDED, into)
    county.commit()
    assert f'href="/spot/{spot.id}"' in page("juzhang").get("/rehoming").text
    brigade = unit_of(county, "01.01.01")
    with pytest.raises(InvalidInputError, match="只能移交给中队"), county.begin_nested():
        services.decide(county, head, pick(item, to=brigade.id), Ruling.MOVED, "中队合并")
    services.decide(county, head, pick(item), Ruling.MOVED, "中队合并")
    county.refresh(spot)
    assert (spot.squad_id, spot.unit_code) == (into.id, OTHER)
    assert spot.number not in the_numbers(pending(county, head))
    county.commit()
    assert "单位变更移交" in page("juzhang").get(f"/spot/{spot.id}").text


def swapped_draft(session: Session, one: str, other: str) -> uuid.UUID:
    """Make a draft in which two villages have each other's shapes."""
    draft = uuid.uuid4()
    session.execute(
        text("""
    insert into edition (county_code, id, kind, level, source_name, source_sha256, status,
      schematic, findings, created_at, created_by, origin)
    select county_code, :draft, kind, level, 'swap', source_sha256, 'draft', schematic, '{}',
      app_now(), 'test', '{}' from edition where kind = 'boundaries' and status = 'active'
    """),
        {"draft": draft},
    )
    session.execute(
        text("""
    insert into area (county_code, id, edition_id, level, code, name, geom, label_lon, label_lat,
      area_m2)
    select a.county_code, gen_random_uuid(), :draft, a.level,
      case a.code when :one then :other when :other then :one else a.code end, a.name, a.geom,
      a.label_lon, a.label_lat, a.area_m2
    from area a join edition e on e.id = a.edition_id
    where e.kind = 'boundaries' and e.status = 'active'
    """),
        {"draft": draft, "one": one, "other": other},
    )
    return draft


def test_the_page_lists_hands_over_and_says_what_is_wrong(
    county: Session, head: Actor, page: Pages
) -> None:
    incident = reported(county)
    hand_area_over(county, str(incident.township_code))
    browser = page("juzhang")
    assert incident.number in browser.get("/rehoming").text
    item = the(pending(county, head), incident)
    value = f"{item.key}:{item.work.version}"
    wrong = browser.post("/rehoming/moved", data={"pick": value, "reason": ""})
    assert wrong.status_code == 422
    assert "checked" in wrong.text
    for bad in ("incident", "incident:x:1", "a:b:c"):
        answer = browser.post("/rehoming/moved", data={"pick": bad, "reason": "x"})
        assert answer.status_code in (409, 422), bad
    done = browser.post("/rehoming/moved", data={"pick": value, "reason": "<i>调整"})
    assert done.status_code == 302
    shown = browser.get("/rehoming").text
    assert "已移交1项" in shown
    assert "&lt;i&gt;调整" in shown
    [batch] = queries.list_batches(county, incident.county_code)
    assert incident.number in browser.get(f"/rehoming/batches/{batch.id}").text
    assert browser.post("/rehoming/burned", data={}).status_code == 404


def test_the_calls_list_and_decide(county: Session, head: Actor, call: Calls) -> None:
    incident = reported(county)
    hand_area_over(county, str(incident.township_code))
    [row] = [one for one in call("juzhang", "GET", "/rehoming").get_json()["pending"]
             if one["number"] == incident.number]  # fmt: skip
    body = {"ruling": "moved", "reason": "x",
            "chosen": [{"key": row["key"], "version": row["version"]}]}  # fmt: skip
    assert call("juzhang", "POST", "/rehoming", json=body).get_json()["count"] == 1
    assert call("juzhang", "POST", "/rehoming", json=body).status_code == 409


def test_the_list_needs_as_many_statements_for_many_rows_as_for_few(
    county: Session, head: Actor
) -> None:
    incident = reported(county)
    counts = []
    for township in (str(incident.township_code), None):
        towns = [township] if township else [
            row.area_code for row in county.query(Responsibility).filter_by(valid_to=None)
            if row.unit_id != unit_of(county, OTHER).id]  # fmt: skip
        for town in towns:
            hand_area_over(county, str(town))
        county.expire_all()
        sent: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_more: Any, to: Any = sent) -> None:
            to.append(statement)

        connection = county.connection()
        event.listen(connection, "before_cursor_execute", note)
        found = pending(county, head)
        event.remove(connection, "before_cursor_execute", note)
        counts.append((len(found), len(sent)))
    assert counts[1][0] > counts[0][0] > 0
    assert counts[0][1] == counts[1][1] <= 8
    assert county.query(Incident).count() > 0
    assert county.query(CaseFile).count() >= 0
