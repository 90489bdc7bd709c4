"""Every (state, act) pair of the procedure, allowed or refused, and every gate, open or closed."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.case.acts import FIELDS
from enforcement.clock import ZONE
from enforcement.law.articles import APL
from enforcement.law.course import Course, Done
from enforcement.law.gates import GATES, CaseFacts, OfficerFacts, gate
from enforcement.law.matters import matter, matters
from enforcement.law.paperwork import PAPERS
from enforcement.law.penalties import surcharge
from enforcement.law.power import Answer, excluded, unlisted
from enforcement.law.procedure import APPROVE, PROCEDURE, REVIEW, article_of, step_for
from enforcement.law.terms import (
    CaseEvent,
    CaseState,
    NoPenaltyGround,
    PartyKind,
    StatementOutcome,
)
from enforcement.law.workdays import shipped

S, E = CaseState, CaseEvent
LEADS_TO = {
    (S.CLUE, E.CHECK): S.CHECKING,
    (S.CLUE, E.ASSIGN): S.CLUE,
    (S.CHECKING, E.ASSIGN): S.CHECKING,
    (S.CHECKING, E.PROPOSE_FILING): S.FILING_REVIEW,
    (S.FILING_REVIEW, E.APPROVE_FILING): S.FILED,
    (S.FILING_REVIEW, E.REFUSE_FILING): S.NOT_FILED,
    (S.FILING_REVIEW, E.ENDORSE): S.FILING_REVIEW,
    (S.FILING_REVIEW, E.SEND_BACK): S.CHECKING,
    (S.FILED, E.RECORD_SCENE): S.FILED,
    (S.FILED, E.ORDER_CORRECTION): S.FILED,
    (S.FILED, E.CLOSE_INVESTIGATION): S.INVESTIGATION_CLOSED,
    (S.INVESTIGATION_CLOSED, E.ORDER_CORRECTION): S.INVESTIGATION_CLOSED,
    (S.INVESTIGATION_CLOSED, E.PROPOSE_PENALTY): S.PROPOSAL_REVIEW,
    (S.PROPOSAL_REVIEW, E.APPROVE_PROPOSAL): S.PROPOSAL_REVIEW,
    (S.PROPOSAL_REVIEW, E.NOTIFY): S.NOTICED,
    (S.PROPOSAL_REVIEW, E.ENDORSE): S.PROPOSAL_REVIEW,
    (S.PROPOSAL_REVIEW, E.SEND_BACK): S.INVESTIGATION_CLOSED,
    (S.NOTICED, E.HEAR_STATEMENT): S.NOTICED,
    (S.NOTICED, E.PROPOSE_DECISION): S.DECISION_REVIEW,
    (S.DECISION_REVIEW, E.DECIDE): S.DECIDED,
    (S.DECISION_REVIEW, E.ENDORSE): S.DECISION_REVIEW,
    (S.DECISION_REVIEW, E.SEND_BACK): S.NOTICED,
    (S.DECIDED, E.SERVE): S.SERVED,
    (S.CLOSING_REVIEW, E.APPROVE_CLOSING): S.CLOSED,
    (S.CLOSING_REVIEW, E.ENDORSE): S.CLOSING_REVIEW,
    (S.FILED, E.INTERVIEW): S.FILED,
    (S.FILED, E.REINSPECT): S.FILED,
    (S.INVESTIGATION_CLOSED, E.REINSPECT): S.INVESTIGATION_CLOSED,
    (S.DECISION_REVIEW, E.REVIEW_LEGALITY): S.DECISION_REVIEW,
    (S.DECISION_REVIEW, E.DISCUSS): S.DECISION_REVIEW,
    (S.INVESTIGATION_CLOSED, E.PROPOSE_NO_PENALTY): S.NO_PENALTY_REVIEW,
    (S.NO_PENALTY_REVIEW, E.REVIEW_LEGALITY): S.NO_PENALTY_REVIEW,
    (S.NO_PENALTY_REVIEW, E.DISCUSS): S.NO_PENALTY_REVIEW,
    (S.NO_PENALTY_REVIEW, E.ENDORSE): S.NO_PENALTY_REVIEW,
    (S.NO_PENALTY_REVIEW, E.SEND_BACK): S.INVESTIGATION_CLOSED,
    (S.NO_PENALTY_REVIEW, E.DECIDE_NO_PENALTY): S.DECIDED,
    (S.NOTICED, E.REQUEST_HEARING): S.NOTICED,
    (S.NOTICED, E.CALL_HEARING): S.NOTICED,
    (S.NOTICED, E.HOLD_HEARING): S.NOTICED,
    (S.NOTICED, E.REPORT_HEARING): S.NOTICED,
    (S.SERVED, E.PLAN_PAYMENT): S.SERVED,
    (S.SERVED, E.DEMAND): S.DEMANDED,
    (S.DEMANDED, E.APPLY_COURT): S.COURT_APPLIED,
    (S.COURT_APPLIED, E.RECORD_COURT): S.COURT_APPLIED,
    (S.DECIDED, E.REVISE): S.DECIDED,
    (S.SUSPENDED, E.TERMINATE): S.TERMINATED,
    (S.FILED, E.WITHDRAW_FILING): S.WITHDRAWN,
    (S.INVESTIGATION_CLOSED, E.WITHDRAW_FILING): S.WITHDRAWN,
    (S.CRIME_REVIEW, E.APPROVE_CRIME): S.CRIME_APPROVED,
    (S.CRIME_APPROVED, E.SEND_CRIME): S.TRANSFERRED,
    **{
        (S.FILING_REVIEW, e): S.FILING_REVIEW
        for e in (E.ASK_RECUSAL, E.DECIDE_RECUSAL, E.CHANGE_OFFICERS)
    },
    **{
        (s, E.TRANSFER): S.TRANSFERRED
        for s in (S.CLUE, S.CHECKING, S.FILED, S.INVESTIGATION_CLOSED)
    },
    **{
        (s, E.ARCHIVE): S.ARCHIVED
        for s in (S.CLOSED, S.NOT_FILED, S.TERMINATED, S.WITHDRAWN, S.TRANSFERRED)
    },
}
RUNNING = (S.FILED, S.INVESTIGATION_CLOSED, S.PROPOSAL_REVIEW, S.NOTICED, S.DECISION_REVIEW,
           S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW)  # fmt: skip
SERVED = (S.SERVED, S.DEMANDED, S.ENFORCING, S.COURT_APPLIED)
for _state in RUNNING:
    LEADS_TO |= {
        (_state, E.SUSPEND): S.SUSPENDED,
        (_state, E.TERMINATE): S.TERMINATED,
        (_state, E.PROPOSE_CRIME): S.CRIME_REVIEW,
        **{(_state, e): _state for e in (E.ASK_RECUSAL, E.DECIDE_RECUSAL, E.CHANGE_OFFICERS)},
    }
for _state in SERVED:
    LEADS_TO |= {
        (_state, E.SUSPEND): S.SUSPENDED,
        (_state, E.TERMINATE): S.TERMINATED,
        (_state, E.PROPOSE_CLOSING): S.CLOSING_REVIEW,
        **{(_state, e): _state for e in (E.RECORD_PAYMENT, E.REVISE, E.CHANGE_OFFICERS)},
    }
for _state in (*SERVED, S.ENFORCED):
    LEADS_TO |= {
        (_state, E.PROPOSE_CLOSING): S.CLOSING_REVIEW,
        **{(_state, e): _state for e in (E.RECORD_PAYMENT, E.REVISE, E.CHANGE_OFFICERS)},
    }
LEADS_TO |= {
    (S.INVESTIGATION_CLOSED, E.PROPOSE_DEMOLITION): S.DEMOLITION_REVIEW,
    (S.DEMOLITION_REVIEW, E.SEND_BACK): S.INVESTIGATION_CLOSED,
    (S.DEMOLITION_REVIEW, E.ORDER_DEMOLITION): S.DECIDED,
    **{
        (S.DEMOLITION_REVIEW, e): S.DEMOLITION_REVIEW
        for e in (E.ENDORSE, E.HEAR_STATEMENT, E.REVIEW_LEGALITY, E.DISCUSS)
    },
    (S.DEMANDED, E.ORDER_EXECUTION): S.ENFORCING,
    **{(S.DEMANDED, e): S.DEMANDED for e in (E.ANNOUNCE_DEMOLITION, E.HEAR_DEMANDED)},
    (S.ENFORCING, E.RECORD_EXECUTION): S.ENFORCING,
    (S.ENFORCING, E.FINISH_EXECUTION): S.ENFORCED,
    (S.EXECUTION_SUSPENDED, E.END_EXECUTION): S.ENFORCED,
    **{(s, E.RECORD_PERFORMANCE): s for s in (S.SERVED, S.DEMANDED, S.ENFORCING)},
}
LEADS_TO[(S.SERVED, E.SERVE)] = S.SERVED  # while a public notice runs
for _state in (S.DEMANDED, S.ENFORCING):
    LEADS_TO |= {
        (_state, E.AGREE_EXECUTION): _state,
        (_state, E.SUSPEND_EXECUTION): S.EXECUTION_SUSPENDED,
        (_state, E.END_EXECUTION): S.ENFORCED,
    }
for _state in (S.FILED, S.INVESTIGATION_CLOSED, S.SERVED, S.DEMANDED):
    LEADS_TO |= {
        (_state, e): _state for e in (E.ORDER_SUBSTITUTE, E.DEMAND_SUBSTITUTE, E.RECORD_SUBSTITUTE)
    }
for _state in (S.DECIDED, *SERVED, S.ENFORCED, S.EXECUTION_SUSPENDED, S.CLOSING_REVIEW, S.CLOSED):
    LEADS_TO |= {
        **{
            (_state, e): _state
            for e in (E.RECEIVE_REMEDY, E.REPLY_REMEDY, E.STAY_EXECUTION, E.LIFT_STAY, E.END_REMEDY)
        },
        (_state, E.REDO): S.INVESTIGATION_CLOSED,
    }
BACK = {
    (S.EXECUTION_SUSPENDED, E.RESUME_EXECUTION),
    (S.CLOSING_REVIEW, E.SEND_BACK),
    (S.SUSPENDED, E.RESUME),
    (S.CRIME_REVIEW, E.REFUSE_CRIME),
    (S.TRANSFERRED, E.POLICE_RETURN),
}


@pytest.mark.parametrize("state", list(CaseState), ids=str)
@pytest.mark.parametrize("event", list(CaseEvent), ids=str)
def test_an_act_leads_where_the_procedure_says_or_nowhere(
    state: CaseState, event: CaseEvent
) -> None:
    step = step_for(state, event)
    if (state, event) in BACK:
        assert step is not None
        assert step.leads_to(state, S.NOTICED) is S.NOTICED
    else:
        led = step.leads_to(state, S.FILED) if step else None
        assert led == LEADS_TO.get((state, event))


def test_every_row_names_known_gates_papers_and_fields() -> None:
    for step in PROCEDURE:
        assert set(step.gates) <= set(GATES)
        assert step.paper is None or step.paper in PAPERS
        assert step.event in FIELDS
        assert article_of(step.event).zh.endswith("条")


def test_only_the_head_decides_and_only_after_the_unit() -> None:
    for event in (E.APPROVE_FILING, E.APPROVE_PROPOSAL, E.DECIDE, E.APPROVE_CLOSING):
        step = next(row for row in PROCEDURE if row.event is event)
        assert step.by == APPROVE
        assert "endorsed" in step.gates
    assert {row.by for row in PROCEDURE if row.event is E.ENDORSE} == {REVIEW}


OFFICERS = (OfficerFacts("甲", "001", None), OfficerFacts("乙", "002", None))
GOOD = CaseFacts(
    county_code="361025",
    today=date(2026, 3, 27),
    act_on=date(2026, 3, 2),
    matter=matter("M12"),
    party=PartyKind.ORGANISATION,
    officers=OFFICERS,
    power=Answer(True, "事项在权责清单内。", APL[18].zh),
    papers=frozenset({"D08", "D26"}),
    decision_due_on=date(2026, 6, 1),
    proposed_yuan=Decimal(2000),
    noticed_yuan=Decimal(2000),
    proposal_approved=True,
    endorsed=True,
    statement=StatementOutcome.NOT_ACCEPTED,
    statement_until=date(2026, 3, 25),
    fine_yuan=Decimal(2000),
    paid_yuan=Decimal(2000),
)


def done(event: CaseEvent, on: date, **said: Any) -> Done:
    return Done(event, on, said)


def after(*acts: Done, **change: Any) -> CaseFacts:
    return dataclasses.replace(GOOD, course=Course(acts), **change)


NOTICED_ON = date(2026, 3, 18)
NOTICE = done(E.NOTIFY, NOTICED_ON)
TOLD = frozenset({"D08", "D27"})
LARGE: dict[str, Any] = {
    "proposed_yuan": Decimal(20000), "noticed_yuan": Decimal(20000), "papers": TOLD,
}  # fmt: skip
ASKED = done(E.REQUEST_HEARING, date(2026, 3, 20), answer="accepted")
CALLED = done(E.CALL_HEARING, date(2026, 3, 23), hearing_at="2026-04-07T09:00:00+08:00")
HELD = done(E.HOLD_HEARING, date(2026, 4, 7), end="held")
REPORTED = done(E.REPORT_HEARING, date(2026, 4, 8))
PROPOSED = done(E.PROPOSE_DECISION, date(2026, 4, 9))
REVIEWED = done(E.REVIEW_LEGALITY, date(2026, 4, 10), outcome="passed")
DISCUSSED = done(E.DISCUSS, date(2026, 4, 13))
DECIDED = done(E.DECIDE, date(2026, 3, 27))
UNPAID: dict[str, Any] = {
    "payment_due_on": date(2026, 4, 13), "served_on": date(2026, 3, 27), "paid_yuan": Decimal(0),
}  # fmt: skip
DEMAND = done(E.DEMAND, date(2026, 9, 29))
ORDERED = done(E.ORDER_DEMOLITION, date(2026, 3, 27), until_on="2026-04-20")
TWO_STOREYS: dict[str, Any] = {"matter": matter("M15"), "fine_yuan": None}
RECEIVED = done(E.RECEIVE_REMEDY, date(2026, 4, 10), kind="reconsideration", filed_on="2026-04-08")
STAYED = done(E.STAY_EXECUTION, date(2026, 4, 11), ground="organ")
REDONE = done(
    E.END_REMEDY, date(2026, 6, 1), outcome="redo", kind="reconsideration", ended_on="2026-06-01"
)
OVERDUE_ORDER = (
    done(E.ORDER_CORRECTION, date(2026, 3, 4), until_on="2026-03-11"),
    done(E.REINSPECT, date(2026, 3, 12), result="failed"),
)
SUBSTITUTE = done(E.ORDER_SUBSTITUTE, date(2026, 3, 16), ground="traffic")
HELD_POWER = Answer(True, "法律授予强制执行权。", APL[18].zh)
OPEN_ONLY: dict[str, CaseFacts] = {
    "notice_running": after(done(E.SERVE, date(2026, 3, 27), served_on="2026-04-26")),
    "demolishable": after(**TWO_STOREYS),
    "owner_heard": after(
        done(E.PROPOSE_DEMOLITION, NOTICED_ON), done(E.HEAR_STATEMENT, NOTICED_ON)
    ),
    "demolition": after(ORDERED, **TWO_STOREYS),
    "own_power": after(execution_power=HELD_POWER),
    "demand_over": after(DEMAND, today=date(2026, 10, 20)),
    "executed": after(done(E.RECORD_EXECUTION, NOTICED_ON)),
    "restorable": after(*OVERDUE_ORDER),
    "substitute_ordered": after(SUBSTITUTE),
    "substitute_due": after(
        SUBSTITUTE, done(E.DEMAND_SUBSTITUTE, date(2026, 3, 17)), today=date(2026, 3, 23)
    ),
    "made": after(DECIDED),
    "remedy_runs": after(DECIDED, RECEIVED),
    "stayed": after(DECIDED, RECEIVED, STAYED),
    "redo_ordered": after(DECIDED, RECEIVED, REDONE),
    "hearing_told": after(papers=TOLD),
    "hearing_asked": after(NOTICE, ASKED),
    "hearing_called": after(NOTICE, ASKED, CALLED, today=date(2026, 4, 7)),
    "hearing_held": after(NOTICE, ASKED, CALLED, HELD),
    "decided": after(DECIDED),
    "overdue": after(DECIDED, **UNPAID, today=date(2026, 4, 14)),
    "demanded": after(DEMAND, today=date(2026, 10, 20)),
    "remedies_over": after(DEMAND, **UNPAID, today=date(2026, 9, 29)),
    "court_in_time": after(DEMAND, **UNPAID, today=date(2026, 12, 28)),
    "ordered": after(done(E.ORDER_CORRECTION, date(2026, 3, 4), until_on="2026-03-11")),
    "no_fine_yet": after(fine_yuan=None),
    "recusal_asked": after(done(E.ASK_RECUSAL, date(2026, 3, 4))),
    "crime_in_time": after(done(E.PROPOSE_CRIME, date(2026, 3, 24))),
    "crime_sent": after(done(E.SEND_CRIME, date(2026, 3, 24))),
}
"""Gates that are closed until something was done, each with what opens it."""


@pytest.mark.parametrize("gate_id", GATES)
def test_a_case_in_order_has_every_gate_open(gate_id: str) -> None:
    found = gate(gate_id, OPEN_ONLY.get(gate_id, GOOD))
    assert found.open, found.reason


@pytest.mark.parametrize("gate_id", OPEN_ONLY)
def test_a_gate_that_waits_for_an_act_is_closed_before_it(gate_id: str) -> None:
    assert not gate(gate_id, GOOD).open


# fmt: off
CLOSED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("R1",  "matter",      {"power": excluded(matter("X01"))}),
    ("R1",  "matter",      {"power": unlisted(matter("X02"), "县综合行政执法局")}),
    ("R2",  "officers",    {"officers": OFFICERS[:1]}),
    ("R2",  "officers",    {"officers": (OFFICERS[0], OFFICERS[0])}),
    ("R2",  "officers",    {"officers": (OFFICERS[0], OfficerFacts("乙", "002", "证件已到期"))}),
    ("R4",  "notice",      {"papers": frozenset({"D08"})}),
    ("R4",  "statement",   {"statement": None, "statement_until": date(2026, 3, 27)}),
    ("R4",  "statement",   {"statement": None, "statement_until": None}),
    ("R2",  "officers",    {"officers": ()}),
    ("R3",  "recused",     {"recused": frozenset({"甲"})}),
    ("R5",  "hearing",     {"noticed_yuan": Decimal(20000)}),
    ("R5",  "hearing",     {"noticed_yuan": Decimal(3000), "party": PartyKind.PERSON}),
    ("R5",  "hearing",     LARGE | {"course": Course((NOTICE,)), "today": date(2026, 3, 25)}),
    ("R5",  "hearing",     LARGE | {"course": Course((NOTICE, ASKED))}),
    ("R5",  "hearing",     LARGE | {"course": Course((NOTICE, ASKED, CALLED, HELD))}),
    ("R7",  "legal_review", LARGE | {"course": Course((NOTICE, PROPOSED))}),
    ("R7",  "legal_review", LARGE | {"course": Course((REVIEWED, PROPOSED))}),
    ("R7",  "legal_review", {"review_from_yuan": Decimal(2000)}),
    ("R7",  "reviewed_first", LARGE | {"course": Course((PROPOSED,))}),
    ("R8",  "collective",  LARGE | {"course": Course((PROPOSED, REVIEWED))}),
    ("R8",  "collective",  {"course": Course((done(E.PROPOSE_PENALTY, NOTICED_ON, major=True),))}),
    ("R10", "age",         {"party_age": 13}),
    ("R12", "fined_once",  {"earlier_fine": "AJ2026-0001"}),
    ("R6",  "not_heavier", {"proposed_yuan": Decimal("2000.01")}),
    ("R9",  "ninety_days", {"today": date(2026, 6, 2)}),
    ("R9",  "ninety_days", {"decision_due_on": None}),
    ("R11", "time_bar",    {"today": date(2028, 3, 3)}),
    ("R13", "range",       {"proposed_yuan": Decimal("20000.01")}),
    ("R13", "range",       {"proposed_yuan": Decimal(0)}),
    ("R13", "range",       {"matter": matter("M16")}),
    ("R23", "corrected",   {"matter": matter("M26")}),
    ("P10", "scene",       {"papers": frozenset()}),
    ("P11", "proposal",    {"proposal_approved": False}),
    ("P11", "endorsed",    {"endorsed": False}),
    ("R23", "corrected",   {"matter": matter("M26"), "course": Course(
        (done(E.REINSPECT, NOTICED_ON, result="passed"),))}),
    ("P17", "ground",      {"offences": 1, "ground": NoPenaltyGround.FIRST}),
    ("P17", "ground",      {"party_age": 14, "ground": NoPenaltyGround.CHILD}),
    ("P22", "measures",    {"open_measures": 1}),
    ("P22", "performed",   {"paid_yuan": Decimal("1999.99")}),
    ("P22", "performed",   {"surcharge_yuan": Decimal(60), "surcharge_paid_yuan": Decimal(59)}),
    ("P22", "performed",   {"paid_yuan": Decimal(0), "course": Course(
        (done(E.RECORD_COURT, NOTICED_ON, answer="refused"),))}),
    ("E8",  "demanded",    {"course": Course((DEMAND,)), "today": date(2026, 10, 19)}),
    ("E8",  "remedies_over", UNPAID | {"today": date(2026, 9, 28)}),
    ("E8",  "court_in_time", UNPAID | {"today": date(2026, 12, 29)}),
    ("E6",  "announced",   {"course": Course((ORDERED,))}),
    ("E6",  "announced",   {"today": date(2026, 5, 6), "course": Course(
        (ORDERED, done(E.ANNOUNCE_DEMOLITION, date(2026, 4, 21), until_on="2026-05-06")))}),
    ("E6",  "remedies_unused", UNPAID | {"course": Course((ORDERED,)), "today": date(2026, 9, 28)}),
    ("E6",  "remedies_unused", UNPAID | {
        "course": Course((ORDERED, RECEIVED)), "today": date(2026, 9, 29)}),
    ("E5",  "own_power",   {"matter": matter("M18"), "execution_power": HELD_POWER}),
    ("E5",  "own_power",   TWO_STOREYS | {
        "course": Course((ORDERED,)), "saying": {"way": "demolish"}}),
    ("E5",  "demand_over", {"course": Course((DEMAND,)), "today": date(2026, 10, 19)}),
    ("E5",  "not_stayed",  {"course": Course((DECIDED, RECEIVED, STAYED))}),
    ("E9",  "no_agreement", {"paid_yuan": Decimal(0), "course": Course(
        (done(E.AGREE_EXECUTION, NOTICED_ON, until_on="2026-06-30"),))}),
    ("E9",  "waivable",    {"saying": {"waives": True}}),
    ("E9",  "three_years", {"today": date(2029, 3, 19), "course": Course(
        (done(E.SUSPEND_EXECUTION, NOTICED_ON, stop="hardship"),))}),
    ("R17", "homes",       {"party": PartyKind.PERSON, "saying": {"way": "cut"}}),
    ("R17", "homes",       {"saying": {"way": "cut", "home": True}}),
    ("R17", "homes",       {"party": PartyKind.PERSON, "course": Course(
        (done(E.ORDER_EXECUTION, NOTICED_ON, way="cut"),))}),
    ("E7",  "restorable",  {"course": Course(OVERDUE_ORDER[:1])}),
    ("E7",  "restorable",  {"course": Course(OVERDUE_ORDER), "today": date(2026, 3, 11)}),
    ("E7",  "substitute_due", {"course": Course((SUBSTITUTE,))}),
    ("E7",  "substitute_due", {"today": date(2026, 3, 20), "course": Course(
        (SUBSTITUTE, done(E.DEMAND_SUBSTITUTE, date(2026, 3, 17))))}),
    ("E8",  "remedies_over", UNPAID | {
        "today": date(2026, 12, 1), "course": Course((DECIDED, RECEIVED))}),
    ("复诉", "no_remedy",  {"course": Course((DECIDED, RECEIVED))}),
    ("复诉", "unanswered", {"course": Course(
        (DECIDED, RECEIVED, done(E.REPLY_REMEDY, NOTICED_ON)))}),
    ("复诉", "unstayed",   {"course": Course((DECIDED, RECEIVED, STAYED))}),
    ("P18", "notice_running", {"course": Course(
        (done(E.SERVE, date(2026, 3, 24), served_on="2026-03-24"),))}),
    ("T2",  "crime_in_time", {"course": Course((done(E.PROPOSE_CRIME, date(2026, 3, 23)),))}),
)
# fmt: on


@pytest.mark.parametrize(("rule", "gate_id", "change"), CLOSED)
def test_a_hard_rule_closes_its_gate(rule: str, gate_id: str, change: dict[str, Any]) -> None:
    found = gate(gate_id, dataclasses.replace(GOOD, **change))
    assert not found.open
    assert found.rule == rule
    assert found.reason
    assert found.article.startswith("《")


def test_a_hearing_given_up_or_asked_too_late_holds_nothing_up() -> None:
    gone = dataclasses.replace(HELD, said={"end": "given_up"})
    late = dataclasses.replace(ASKED, said={"answer": "late"})
    silent = after(NOTICE, **LARGE, today=date(2026, 3, 26))
    assert gate("hearing", silent).open
    assert gate("hearing", after(NOTICE, ASKED, CALLED, gone, **LARGE)).open
    assert gate("hearing", after(NOTICE, late, **LARGE)).open


def test_a_large_fine_passes_hearing_review_and_discussion_in_this_order() -> None:
    course = (NOTICE, ASKED, CALLED, HELD, REPORTED, PROPOSED, REVIEWED, DISCUSSED)
    facts = after(*course, **LARGE)
    for name in ("hearing", "legal_review", "reviewed_first", "collective"):
        assert gate(name, facts).open
    again = after(*course, PROPOSED, **LARGE)
    assert not gate("legal_review", again).open
    assert not gate("collective", again).open


def test_a_new_notice_asks_for_everything_again() -> None:
    course = (NOTICE, ASKED, CALLED, HELD, REPORTED, done(E.NOTIFY, date(2026, 4, 20)))
    assert not gate("hearing", after(*course, **LARGE, today=date(2026, 4, 21))).open


def test_a_failed_review_asks_for_a_discussion_and_still_blocks() -> None:
    failed = dataclasses.replace(REVIEWED, said={"outcome": "failed"})
    facts = after(PROPOSED, failed, DISCUSSED, review_from_yuan=Decimal(1))
    assert not gate("collective", after(PROPOSED, failed)).open
    assert gate("collective", facts).open
    assert not gate("legal_review", facts).open


def test_the_time_bar_runs_from_the_end_of_a_continuing_act_and_is_longer_for_harm() -> None:
    day = date(2028, 3, 3)
    assert not gate("time_bar", dataclasses.replace(GOOD, today=day)).open
    ended = dataclasses.replace(GOOD, today=day, act_ended_on=date(2026, 3, 3))
    assert gate("time_bar", ended).open
    assert gate("time_bar", dataclasses.replace(GOOD, today=day, grave_harm=True)).open
    late = dataclasses.replace(GOOD, today=date(2031, 3, 3), grave_harm=True)
    assert not gate("time_bar", late).open


@pytest.mark.parametrize("answer", ["accepted", "finished", "ended"])
def test_what_the_court_took_over_may_be_closed(answer: str) -> None:
    court = done(E.RECORD_COURT, date(2026, 11, 2), answer=answer)
    assert gate("performed", after(court, **UNPAID)).open


def test_a_revoked_decision_needs_no_payment_and_carries_none() -> None:
    facts = after(DECIDED, done(E.REVISE, date(2026, 4, 1), revision="revoked"), **UNPAID)
    assert gate("performed", facts).open
    assert not gate("fined", facts).open
    assert not gate("decided", facts).open


def test_the_matter_gate_is_closed_until_the_power_list_is_asked() -> None:
    assert not gate("matter", dataclasses.replace(GOOD, power=None)).open


def test_the_statement_gate_opens_by_waiver_and_by_lapse() -> None:
    waived = dataclasses.replace(GOOD, statement=StatementOutcome.WAIVED, statement_until=None)
    lapsed = dataclasses.replace(GOOD, statement=None, statement_until=date(2026, 3, 26))
    assert gate("statement", waived).open
    assert gate("statement", lapsed).open


def test_the_seed_list_has_26_matters_and_two_that_are_never_ours() -> None:
    assert sum(row.ours for row in matters().values()) == 26
    assert [code for code, row in matters().items() if not row.ours] == ["X01", "X02"]


def test_an_environmental_matter_ends_on_14_august_2026() -> None:
    assert matter("M01").in_force(date(2026, 8, 10))
    assert not matter("M01").in_force(date(2026, 8, 15))


# fmt: off
SURCHARGES = (  # paid on, surcharge of 2000 yuan due on 2026-04-13
    (date(2026, 4, 13), "0.00"),     # the rolled last day is in time
    (date(2026, 4, 14), "60.00"),
    (date(2026, 5, 16), "1980.00"),
    (date(2026, 5, 17), "2000.00"),  # day 34 reaches the cap (R18)
    (date(2026, 9, 29), "2000.00"),
)
# fmt: on


@pytest.mark.parametrize(("paid_on", "yuan"), SURCHARGES)
def test_late_payment_costs_three_per_cent_a_day_up_to_the_fine(paid_on: date, yuan: str) -> None:
    assert surcharge(Decimal(2000), date(2026, 4, 13), paid_on) == Decimal(yuan)


AFTERNOON = datetime(2026, 9, 29, 14, tzinfo=ZONE)
# fmt: off
HOURS = (  # from, to, urgent, open
    (AFTERNOON, AFTERNOON + timedelta(hours=2), False, True),
    (AFTERNOON.replace(hour=21), AFTERNOON.replace(hour=22), False, True),
    (AFTERNOON.replace(hour=21), AFTERNOON.replace(hour=22, minute=1), False, False),
    (AFTERNOON.replace(hour=5, minute=59), AFTERNOON.replace(hour=8), False, False),
    (AFTERNOON.replace(hour=6), AFTERNOON.replace(hour=8), False, True),
    (AFTERNOON.replace(hour=23), AFTERNOON.replace(hour=23), False, False),
    (AFTERNOON.replace(hour=23), AFTERNOON.replace(hour=23), True, True),
    (AFTERNOON, AFTERNOON + timedelta(days=1), False, False),
    (datetime(2026, 10, 2, 9, tzinfo=ZONE), datetime(2026, 10, 2, 10, tzinfo=ZONE), False, False),
    (datetime(2026, 10, 2, 9, tzinfo=ZONE), datetime(2026, 10, 2, 10, tzinfo=ZONE), True, True),
    (datetime(2026, 10, 10, 9, tzinfo=ZONE), datetime(2026, 10, 10, 10, tzinfo=ZONE), False, True),
)
# fmt: on


@pytest.mark.parametrize(("start", "end", "urgent", "may"), HOURS)
def test_r17_nothing_is_executed_at_night_or_on_a_holiday(
    start: datetime, end: datetime, urgent: bool, may: bool
) -> None:
    saying = {"from_at": start, "to_at": end, "urgent": urgent}
    found = gate("daytime", dataclasses.replace(GOOD, saying=saying, calendar=shipped()))
    assert (found.open, found.rule) == (may, "R17")


def test_r17_a_workshop_may_be_cut_off_where_the_law_lets_it() -> None:
    assert gate("homes", dataclasses.replace(GOOD, saying={"way": "cut"})).open


def test_moving_goods_away_ends_the_wait_after_a_demand() -> None:
    saying = {"moving_assets": True}
    assert gate("demand_over", after(DEMAND, today=date(2026, 9, 30), saying=saying)).open
    assert not gate("demand_over", after(today=date(2026, 9, 30), saying=saying)).open


def test_a_spill_on_the_road_needs_no_order_and_no_demand() -> None:
    assert gate("restorable", after(saying={"ground": "road"})).open
    at_once = dataclasses.replace(SUBSTITUTE, said={"ground": "road"})
    assert gate("substitute_due", after(at_once)).open


def test_an_agreement_that_is_not_kept_holds_nothing_up() -> None:
    rows = [{"due_on": "2026-05-01", "yuan": "500.00"}, {"due_on": "2026-06-01", "yuan": "500.00"}]
    deal = done(E.AGREE_EXECUTION, NOTICED_ON, until_on="2026-06-30", instalments=rows)
    unpaid: dict[str, Any] = {"paid_yuan": Decimal(0)}
    assert not gate("no_agreement", after(deal, **unpaid, today=date(2026, 5, 1))).open
    assert gate("no_agreement", after(deal, **unpaid, today=date(2026, 5, 2))).open
    half = {"paid_yuan": Decimal(500)}
    assert not gate("no_agreement", after(deal, **half, today=date(2026, 6, 1))).open
    assert gate("no_agreement", after(deal, **half, today=date(2026, 6, 2))).open


def test_after_a_reconsideration_the_party_has_fifteen_days_to_sue() -> None:
    upheld = dataclasses.replace(REDONE, said=REDONE.said | {"outcome": "upheld"})
    course = (DECIDED, RECEIVED, upheld)  # ended on 2026-06-01
    assert not gate("remedies_over", after(*course, **UNPAID, today=date(2026, 6, 16))).open
    assert gate("remedies_over", after(*course, **UNPAID, today=date(2026, 6, 17))).open
    assert gate("court_in_time", after(*course, **UNPAID, today=date(2026, 9, 16))).open
    assert not gate("court_in_time", after(*course, **UNPAID, today=date(2026, 9, 17))).open


def test_time_to_pay_moves_the_three_months_of_the_court() -> None:
    plan = done(E.PLAN_PAYMENT, date(2026, 4, 1), until_on="2026-12-15")
    assert gate("court_in_time", after(plan, **UNPAID, today=date(2027, 3, 15))).open
    assert not gate("court_in_time", after(plan, **UNPAID, today=date(2027, 3, 16))).open


@given(st.dates(date(2026, 4, 14), date(2026, 9, 1)), st.integers(0, 60), st.integers(0, 60))
def test_days_of_a_remedy_cost_no_surcharge(paid_on: date, first: int, length: int) -> None:
    due = date(2026, 4, 13)
    start = due + timedelta(days=first - 10)
    span = (start, start + timedelta(days=length))
    days = {due + timedelta(days=n) for n in range(1, (paid_on - due).days + 1)}
    still = {day for day in days if span[0] <= day <= span[1]}
    expected = min(Decimal(2000), Decimal(60) * len(days - still))
    assert surcharge(Decimal(2000), due, paid_on, (span,)) == expected
