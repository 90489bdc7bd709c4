"""Every (state, act) pair of the procedure, allowed or refused, and every gate, open or closed."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from enforcement.case.acts import FIELDS
from enforcement.law.articles import APL
from enforcement.law.gates import GATES, CaseFacts, OfficerFacts, gate
from enforcement.law.matters import matter, matters
from enforcement.law.paperwork import PAPERS
from enforcement.law.penalties import surcharge
from enforcement.law.power import Answer, excluded, unlisted
from enforcement.law.procedure import APPROVE, PROCEDURE, REVIEW, article_of, step_for
from enforcement.law.terms import CaseEvent, CaseState, PartyKind, StatementOutcome

S, E = CaseState, CaseEvent
LEADS_TO = {
    (S.CLUE, E.CHECK): S.CHECKING,
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
    (S.SERVED, E.RECORD_PAYMENT): S.SERVED,
    (S.SERVED, E.PROPOSE_CLOSING): S.CLOSING_REVIEW,
    (S.CLOSING_REVIEW, E.APPROVE_CLOSING): S.CLOSED,
    (S.CLOSING_REVIEW, E.ENDORSE): S.CLOSING_REVIEW,
    (S.CLOSING_REVIEW, E.SEND_BACK): S.SERVED,
}


@pytest.mark.parametrize("state", list(CaseState), ids=str)
@pytest.mark.parametrize("event", list(CaseEvent), ids=str)
def test_an_act_leads_where_the_procedure_says_or_nowhere(
    state: CaseState, event: CaseEvent
) -> None:
    step = step_for(state, event)
    assert (step.leads_to(state) if step else None) == LEADS_TO.get((state, event))


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


@pytest.mark.parametrize("gate_id", GATES)
def test_a_case_in_order_has_every_gate_open(gate_id: str) -> None:
    found = gate(gate_id, GOOD)
    assert found.open, found.reason


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
    ("R5",  "hearing",     {"proposed_yuan": Decimal(20000)}),
    ("R5",  "hearing",     {"proposed_yuan": Decimal(3000), "party": PartyKind.PERSON}),
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
    ("P22", "paid",        {"paid_yuan": Decimal("1999.99")}),
    ("P22", "paid",        {"surcharge_yuan": Decimal(60), "surcharge_paid_yuan": Decimal(59)}),
)
# fmt: on


@pytest.mark.parametrize(("rule", "gate_id", "change"), CLOSED)
def test_a_hard_rule_closes_its_gate(rule: str, gate_id: str, change: dict[str, Any]) -> None:
    found = gate(gate_id, dataclasses.replace(GOOD, **change))
    assert not found.open
    assert found.rule == rule
    assert found.reason
    assert found.article.startswith("《")


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
