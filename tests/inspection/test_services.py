"""Inspections of enterprises as their officers act, with what the table refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.case import paper_course
from enforcement.case import queries as cases
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseFile
from enforcement.document.queries import list_of_case, list_of_inspection
from enforcement.dossier import contents
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.inspection import acts, making, queries, services
from enforcement.inspection.models import Enterprise, Inspection
from enforcement.law.dossier import Volume
from enforcement.law.gates import gate
from enforcement.law.inspection_terms import COUNTED, InspectionSource
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionState as S
from enforcement.law.inspections import INSPECTION_GATES, INSPECTIONS, step_of
from enforcement.law.paperwork import PAPERS
from enforcement.law.terms import CaseEvent
from enforcement.people.models import Certificate, Unit
from enforcement.settings import services as settings
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.inspection.making import OTHER, act, no_demo, noticed, proposal, proposed, recorded


@pytest.fixture(autouse=True)
def _no_demo(county: Session) -> None:
    no_demo(county)


def ids(refused: pytest.ExceptionInfo[GateClosedError]) -> set[str]:
    return {one["id"] for one in refused.value.data["gates"]}


def codes(session: Session, row: Inspection) -> list[str]:
    return [one.code for one in list_of_inspection(session, row.county_code, row.id)]


def test_every_row_names_known_gates_and_papers_and_each_act_has_fields() -> None:
    for row in INSPECTIONS:
        assert set(row.gates) <= set(INSPECTION_GATES)
        assert set(row.papers) <= set(PAPERS)
        assert row.event is E.PROPOSE or row.event in acts.FIELDS
    assert {row.event for row in INSPECTIONS} == set(E) - {E.RECOUNT}  # never a person's act


def test_an_inspection_without_a_problem_from_proposal_to_publication(county: Session) -> None:
    row = recorded(county)
    assert (row.number, row.visits) == ("JC2026-0001", 1)
    assert row.basis == "《城镇燃气管理条例》第四十一条"
    act(county, row, E.CONCLUDE, result="corrected", findings="报警器已当场接通。", receiver="王")
    assert (row.state, row.publish_due_on) == (S.CONCLUDED, date(2026, 4, 1))
    assert codes(county, row) == ["D62", "D63", "D64", "D65"]
    approval = list_of_inspection(county, row.county_code, row.id)[0]
    assert approval.inputs["inspection"]["cap"] == 2
    assert [one["role"] for one in approval.inputs["opinions"]] == ["officer", "head"]
    assert len(approval.inputs["officers"]) == 2
    with pytest.raises(NotPermittedError):
        act(county, row, E.PUBLISH, secrets=True)
    assert queries.public_page(county, row.county_code) == []
    act(county, row, E.PUBLISH, "fazhi", secrets=True)
    assert [one.inspection.id for one in queries.public_page(county, row.county_code)] == [row.id]
    story = [one.event for one in queries.history(county, row)]
    assert story == [E.PROPOSE, E.APPROVE, E.NOTIFY, E.ENTER, E.RECORD, E.CONCLUDE, E.PUBLISH]
    with pytest.raises(DBAPIError, match="inspection_entry"):
        county.execute(text("delete from inspection_entry"))


@pytest.mark.parametrize("state", list(S), ids=str)
def test_an_act_outside_its_row_is_refused_with_the_article(county: Session, state: S) -> None:
    row = proposed(county)
    row.state = state
    county.flush()
    heads = {E.APPROVE, E.REFUSE, E.PUBLISH}
    for event in acts.FIELDS:
        if step_of(state, event) is not None:
            continue
        with pytest.raises(StepNotAllowedError) as refused:
            act(county, row, event, "juzhang" if event in heads else "zhifa1")
        assert refused.value.data["article"].startswith("《")
    assert row.state == state


def test_a_matter_not_on_the_list_for_inspections_is_refused(county: Session) -> None:
    with pytest.raises(GateClosedError) as refused:
        proposed(county, matter_code="M12")  # on the list for penalties only
    assert ids(refused) == {"listed"}
    assert county.query(Inspection).count() == county.query(Enterprise).count() == 0


def test_two_certified_officers_of_whom_one_acts(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="两人"):
        proposed(county, officer_b=proposal(county)["officer_a"])
    for one in county.query(Certificate).filter_by(person_id=actor_of(county, "zhifa2").person_id):
        one.valid_to = date(2026, 3, 2)
    county.flush()
    with pytest.raises(GateClosedError) as refused:
        proposed(county)
    assert ids(refused) == {"officers"}
    assert county.query(Inspection).count() == 0


def finished(session: Session, when: date, source: str = "plan") -> Inspection:
    """Return an inspection that was cancelled never, and is over."""
    row = proposed(session, f"{when} 09:00", from_on=when, until_on=when, source=source)
    row.state = S.PUBLISHED
    session.flush()
    return row


def test_the_yearly_cap_holds_for_plans_and_not_for_complaints(county: Session) -> None:
    finished(county, date(2026, 1, 6))
    finished(county, date(2026, 2, 3))
    with pytest.raises(GateClosedError, match="2次") as refused:
        proposed(county)
    assert ids(refused) == {"frequency"}
    for source in InspectionSource:
        if source not in COUNTED:
            assert finished(county, date(2026, 2, 4), source).id
    next_year = proposed(county, "2027-01-05 09:00", from_on=date(2027, 1, 6),
                         until_on=date(2027, 1, 8))  # fmt: skip
    assert next_year.state == S.PROPOSED


def test_a_cancelled_inspection_does_not_count_and_the_county_sets_the_cap(
    county: Session,
) -> None:
    settings.change(county, actor_of(county, "xitong"), "inspection_cap", 1, "试行")
    first = proposed(county)
    act(county, first, E.CANCEL, reason="企业停业")
    second = proposed(county)
    act(county, second, E.APPROVE, "juzhang", opinion="同意。")
    assert second.state == S.APPROVED


def of_another_squad(session: Session, username: str) -> None:
    """Put a demonstration officer into another squad of the county."""
    actor = actor_of(session, username)
    other = session.query(Unit).filter(Unit.kind == "squad", Unit.id != actor.unit_id).first()
    assert other is not None
    session.execute(
        text("update post set unit_id = :unit where person_id = :person"),
        {"unit": other.id, "person": actor.person_id},
    )
    session.expire_all()


def test_several_brigades_inspect_together_never_one_after_the_other(county: Session) -> None:
    row = proposed(county)
    with pytest.raises(GateClosedError, match=row.number) as refused:
        proposed(county, source="complaint")
    assert ids(refused) == {"combined"}
    act(county, row, E.APPROVE, "juzhang", opinion="同意。")
    with pytest.raises(NotPermittedError, match="本单位"):
        act(county, row, E.JOIN, "zhifa2", content="户外广告")
    of_another_squad(county, "zhongdui")
    act(county, row, E.JOIN, "zhongdui", content="门前堆物情况。")
    assert row.state == S.PROPOSED  # the head approves the whole again
    with pytest.raises(StepNotAllowedError, match="已经并入"):
        act(county, row, E.JOIN, "zhongdui", content="门前堆物情况。")
    act(county, row, E.APPROVE, "juzhang", opinion="同意联合检查。")
    paper = list_of_inspection(county, row.county_code, row.id)[-1]
    assert "门前堆物情况。" in paper.inputs["inspection"]["content"]
    assert len(paper.inputs["officers"]) == 3
    assert county.query(Inspection).count() == 1


def test_nobody_goes_in_unannounced_outside_the_period_or_without_the_sign(
    county: Session,
) -> None:
    row = proposed(county)
    with pytest.raises(StepNotAllowedError):
        act(county, row, E.ENTER, shown=True, no_scan="门牌损坏")
    act(county, row, E.APPROVE, "juzhang", opinion="同意。")
    at = set_clock(county, "2026-03-04 09:00")
    with pytest.raises(InvalidInputError, match="期间"):
        act(county, row, E.NOTIFY, at=at + timedelta(days=30), receiver="王示例")
    act(county, row, E.NOTIFY, at=at, receiver="王示例")
    for code in (None, "wrong"):
        with pytest.raises(GateClosedError) as refused:
            act(county, row, E.ENTER, gate_code=code, shown=True)
        assert ids(refused) == {"scanned"}
    set_clock(county, "2026-03-11 09:00")
    code = making.known_enterprise(county, row).gate_code
    with pytest.raises(GateClosedError) as refused:
        act(county, row, E.ENTER, gate_code=code, shown=True)
    assert ids(refused) == {"period"}
    assert row.visits == 0
    set_clock(county, "2026-03-10 09:00")
    act(county, row, E.ENTER, shown=True, no_scan="门牌损坏")
    act(county, row, E.ENTER, gate_code=code, shown=True)
    visits = [one.detail for one in queries.history(county, row) if one.event == E.ENTER]
    assert [(one["visit"], one["scanned"]) for one in visits] == [(1, False), (2, True)]


ORDER: dict[str, Any] = {
    "result": "ordered", "findings": "报警器未接通电源。", "corrections": "三日内接通报警器。",
    "correct_until": date(2026, 3, 9), "receiver": "王示例",
}  # fmt: skip


def test_an_order_to_put_right_is_looked_at_again_after_its_day(county: Session) -> None:
    row = recorded(county)
    with pytest.raises(GateClosedError, match="期限"):
        act(county, row, E.CONCLUDE, **(ORDER | {"correct_until": None}))
    assert row.result is None
    act(county, row, E.CONCLUDE, **ORDER)
    assert row.state == S.CORRECTING
    assert codes(county, row)[-2:] == ["D65", "D09"]
    again = {"findings": "已接通。", "result": "passed", "shown": True}
    with pytest.raises(GateClosedError) as refused:
        act(county, row, E.RECHECK, **again)
    assert ids(refused) == {"due"}
    act(county, row, E.RECHECK, corrected=True, **again)
    assert (row.state, row.visits, row.case_id) == (S.CONCLUDED, 2, None)
    assert codes(county, row)[-1] == "D10"


def test_what_was_not_put_right_becomes_the_lead_of_a_case(county: Session) -> None:
    row = recorded(county)
    act(county, row, E.CONCLUDE, **ORDER)
    set_clock(county, "2026-03-10 09:00")
    act(county, row, E.RECHECK, findings="仍未接通。", result="failed", shown=True)
    case = county.get(CaseFile, (row.county_code, row.case_id))
    assert case is not None
    assert (case.matter_code, case.state, case.incident_id) == ("M26", "clue", None)
    assert case.village_code == making.known_enterprise(county, row).village_code
    papers = list_of_case(county, case.county_code, case.id)
    assert [one.code for one in papers] == ["D09", "D01", "D10"]


def test_the_order_of_an_inspection_and_its_failed_recheck_count_in_the_case(
    county: Session, page: Pages, call: Calls
) -> None:
    row = recorded(county)
    act(county, row, E.CONCLUDE, **ORDER)
    set_clock(county, "2026-03-10 09:00")
    act(county, row, E.RECHECK, findings="仍未接通。", result="failed", shown=True)
    case = county.get(CaseFile, (row.county_code, row.case_id))
    assert case is not None
    today = date(2026, 3, 10)
    facts = facts_of(county, case, today)
    assert {"D09", "D10"} <= facts.papers
    matter = replace(facts.matter, precondition="ordered_correction")
    assert gate("corrected", replace(facts, matter=matter)).open
    assert gate("ordered", facts).open
    seen = facts.course.last(CaseEvent.REINSPECT)
    assert seen is not None
    assert (seen.on, seen.said["findings"]) == (today, "仍未接通。")
    [order] = [one for one in list_of_case(county, case.county_code, case.id) if one.code == "D09"]
    data = paper_course.course(
        case, cases.history(county, case.county_code, case.id), [order], today, Decimal(0)
    )
    assert data["correction"]["number"] == order.number
    shelved = [one.number for one in contents.read(county, case).volumes[Volume.MAIN]]
    assert order.number in shelved
    county.commit()
    officer = page("zhifa1")
    assert order.number in officer.get(f"/cases/{case.id}").text
    here = f"/cases/{case.id}/documents/{order.id}"
    shown = officer.get(here).text
    assert "/withdraw" not in shown
    assert officer.get(f"{here}.pdf").data[:5] == b"%PDF-"
    assert call("zhifa1", "GET", f"{here}.pdf").status_code == 200
    assert officer.post(f"{here}/withdraw", data={"reason": "x"}).status_code == 404


def test_a_violation_found_leads_to_a_case_at_once(county: Session) -> None:
    row = recorded(county)
    said = {"result": "lead", "findings": "擅自改装燃气管道。", "receiver": "王示例"}
    with pytest.raises(GateClosedError, match="涉嫌违法行为"):
        act(county, row, E.CONCLUDE, **said)
    act(county, row, E.CONCLUDE, act="擅自改装燃气管道", **said)
    case = county.get(CaseFile, (row.county_code, row.case_id))
    assert case is not None
    assert case.act == "擅自改装燃气管道"


def test_a_stale_page_a_stranger_and_the_officers_own_approval_are_refused(
    county: Session,
) -> None:
    row = noticed(county)
    with pytest.raises(StaleVersionError):
        services.carry_out(county, actor_of(county, "zhifa1"), row.id, E.CANCEL, {"reason": "x"},
                           version=1)  # fmt: skip
    with pytest.raises(NotPermittedError, match="参加本次检查"):
        act(county, row, E.CANCEL, "zhongdui", reason="x")
    other = proposed(county, "2026-03-04 09:00", uscc=OTHER)
    other.officer_a_id = actor_of(county, "juzhang").person_id
    county.flush()
    with pytest.raises(NotPermittedError, match="自己办理"):
        act(county, other, E.APPROVE, "juzhang", opinion="同意。")
    assert (row.state, other.state) == (S.NOTICED, S.PROPOSED)


def test_the_same_key_proposes_once(county: Session) -> None:
    set_clock(county, "2026-03-03 09:30")
    said, officer = proposal(county), actor_of(county, "zhifa1")
    made = [services.propose(county, officer, said, key="k1") for _n in range(2)]
    assert made[0].id == made[1].id
    with pytest.raises(InvalidInputError, match="校验"):
        services.propose(county, officer, said | {"uscc": "91350100M000100Y44"})
