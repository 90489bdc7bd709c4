"""Another category asks duties and rules anew; the old decision stays beside the new one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.due import DueStep
from enforcement.errors import InvalidInputError
from enforcement.incident import escalation, places, queries, rehoming, services
from enforcement.incident.models import Incident
from enforcement.incident.said import Said
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.people.models import Unit
from enforcement.rules import queries as rules
from enforcement.rules import services as ruling
from enforcement.rules.reproducing import verify_rulings
from enforcement.taxonomy import queries as taxonomies
from tests.asking import Pages, actor_of, set_clock
from tests.incident.test_places import border_point
from tests.rules.making import COUNTY, add, report, squads


def reclassify(session: Session, incident: Incident, at: str = "10:00", **said: Any) -> Incident:
    set_clock(session, f"2026-03-02 {at}")
    actor = actor_of(session, "zhihui")
    return services.act(session, actor, incident.id, E.RECLASSIFY, Said(**said))


def decisions(session: Session, incident: Incident) -> list[RoutingDecision]:
    """Return the decisions about an incident, the newest first."""
    found, at = [], incident.routing_id
    while at is not None:
        found.append(session.get_one(RoutingDecision, (COUNTY, at)))
        at = found[-1].replaces_id
    return found


def last_words(session: Session, incident: Incident) -> dict[str, Any]:
    return queries.history(session, COUNTY, incident.id)[-1].detail


def duty_for(session: Session, incident: Incident, category: str, unit: int = -1) -> str:
    """Let a squad answer for one category in the incident's village; return its code."""
    squad, code, _name = squads(session)[unit]
    jurisdiction.assign_responsibility(
        session, COUNTY, squad, valid_from=date(2026, 1, 1), area_code=incident.village_code,
        category=category, priority=5,
    )  # fmt: skip
    return code


def test_a_duty_for_the_right_category_answers_and_both_decisions_stay(county: Session) -> None:
    incident = report(county)
    was = incident.responsible_unit_code
    code = duty_for(county, incident, "V8")
    assert was != code
    reclassify(county, incident, category="V8", note="看照片是垃圾")
    assert incident.responsible_unit_code == code
    new, old = decisions(county, incident)
    assert (old.category, old.reason, old.unit_id) != (new.category, new.reason, new.unit_id)
    assert (new.category, new.basis, new.decided_by) == (
        "V8", "routed", actor_of(county, "zhihui").account_id,
    )  # fmt: skip
    assert new.reason is not None
    assert new.reason.startswith("更正类别：街面秩序 → 环境卫生、焚烧")
    assert new.reason.endswith("；看照片是垃圾")
    changes = last_words(county, incident)["changes"]
    assert len(changes) == 2
    assert squads(county)[-1][2] in changes[1]
    assert str(new.id) not in verify_decisions(county, COUNTY).different


def test_the_countys_rules_are_asked_anew_with_the_moment_of_receipt(county: Session) -> None:
    incident = report(county)
    plain = incident.responsible_unit_code
    rule = add(county, categories=("V8",))
    reclassify(county, incident, category="V8")
    assert incident.responsible_unit_code == squads(county)[-1][1]
    assert decisions(county, incident)[0].rule == f"rule:{rule.id}"
    found = rules.find_decided(county, COUNTY, incident.id)
    assert found is not None
    assert (found.decision.rule_id, found.decision.otherwise_unit_code) == (rule.id, plain)
    assert found.decision.facts["at"] == incident.received_at.isoformat()
    reclassify(county, incident, "10:05", category="04")
    assert incident.responsible_unit_code == plain
    last = rules.find_decided(county, COUNTY, incident.id)
    assert last is not None
    assert last.decision.rule_id is None
    assert len(decisions(county, incident)) == 3
    assert verify_rulings(county, COUNTY).different == ()


def test_the_last_row_tells_that_no_rule_decides_when_all_are_off(county: Session) -> None:
    rule = add(county)
    incident = report(county)
    set_clock(county, "2026-03-02 09:50")
    ruling.switch_off(county, actor_of(county, "xitong"), rule.id, "试过了")
    reclassify(county, incident, category="V8")
    found = rules.find_decided(county, COUNTY, incident.id)
    assert found is not None
    assert found.decision.rule_id is None
    assert incident.responsible_unit_code == found.decision.otherwise_unit_code
    assert verify_rulings(county, COUNTY).different == ()


def test_the_limits_are_those_of_the_right_category_from_now_on(county: Session) -> None:
    incident = report(county)
    reclassify(county, incident, category="01")
    planned = escalation.plan(
        "01", Urgency.NORMAL, incident.state, set_clock(county, "2026-03-02 10:00"),  # type: ignore[arg-type]
        taxonomy=taxonomies.current(county, COUNTY),
    )  # fmt: skip
    assert planned.ends is not None
    assert incident.stage_due_at is not None
    assert abs((incident.stage_due_at - planned.ends).total_seconds()) < 5
    waiting = county.scalars(
        select(DueStep).where(DueStep.subject_id == incident.id, DueStep.state == "waiting")
    ).all()
    assert {step.data["stage_no"] for step in waiting} == {incident.stage_no}


def test_without_a_place_a_rule_gives_and_takes_the_unit(county: Session) -> None:
    add(county, categories=("V8",))
    incident = report(county, lon=None, lat=None)
    assert incident.responsible_unit_code is None
    reclassify(county, incident, category="V8")
    assert incident.responsible_unit_code == squads(county)[-1][1]
    assert "暂无" in last_words(county, incident)["changes"][1]
    reclassify(county, incident, "10:05", category="04")
    assert (incident.responsible_unit_code, incident.routing_id) == (None, None)
    assert verify_rulings(county, COUNTY).different == ()


def test_a_named_village_is_asked_as_a_whole(county: Session) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    incident = report(
        county, lon=None, lat=None, village_code=village, source=IncidentSource.DESK
    )  # fmt: skip
    code = duty_for(county, incident, "V8")
    reclassify(county, incident, category="V8")
    new, old = decisions(county, incident)
    assert (old.basis, new.basis, incident.lon) == ("named", "named", None)
    assert (incident.responsible_unit_code, incident.village_code) == (code, village)
    assert str(new.id) not in verify_decisions(county, COUNTY).different


def test_a_confirmed_village_stays_confirmed(county: Session) -> None:
    spot = border_point(county, elsewhere=True)
    incident = report(county, lon=spot.lon, lat=spot.lat)
    other = spot.other if incident.village_code == spot.code else spot.code
    places.confirm(county, actor_of(county, "fujing"), incident.id, other)
    reclassify(county, incident, category="V8")
    new = decisions(county, incident)[0]
    assert (new.basis, new.confirm, new.village_code) == ("confirmed", False, other)
    assert incident.village_code == other
    assert str(new.id) not in verify_decisions(county, COUNTY).different


def test_a_unit_that_a_person_chose_stays_when_only_the_urgency_changes(county: Session) -> None:
    incident = report(county)
    by_duty = incident.responsible_unit_code
    chosen = county.get_one(Unit, (COUNTY, squads(county)[-1][0]))
    rehoming.rehome(
        county, actor_of(county, "juzhang"), incident.id, chosen, version=1, reason="调整"
    )
    reclassify(county, incident, urgency=Urgency.RED)
    assert incident.responsible_unit_code == chosen.code
    assert len(decisions(county, incident)) == 2
    reclassify(county, incident, "10:05", category="V8")
    assert incident.responsible_unit_code == by_duty
    assert [one.rule for one in decisions(county, incident)][1] == "person"


def test_a_rule_for_an_urgency_is_asked_too(county: Session) -> None:
    add(county, categories=(), urgencies=("red",))
    incident = report(county)
    reclassify(county, incident, urgency=Urgency.RED)
    assert incident.responsible_unit_code == squads(county)[-1][1]


def test_a_refused_correction_asks_nobody(county: Session) -> None:
    incident = report(county)
    add(county, categories=("V8",))
    for said in ({"category": "XX"}, {"category": "04"}):
        with pytest.raises(InvalidInputError), county.begin_nested():
            reclassify(county, incident, **said)
    county.refresh(incident)
    assert (incident.version, incident.category, len(decisions(county, incident))) == (1, "04", 1)
    assert county.execute(text("select count(*) from rule_decision")).scalar() == 0


def test_the_page_says_what_the_correction_changed(county: Session, page: Pages) -> None:
    incident = report(county)
    duty_for(county, incident, "V8")
    reclassify(county, incident, category="V8")
    shown = page("zhihui").get(f"/incidents/{incident.id}").text
    assert "街面秩序 → 环境卫生、焚烧" in shown
    assert f"→ {squads(county)[-1][2]}" in shown
