"""From rows to what the gates look at."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from enforcement.case import queries
from enforcement.case.models import CaseFile, Party
from enforcement.document import queries as documents
from enforcement.law import procedure
from enforcement.law.gates import CaseFacts, Gate, gates
from enforcement.law.matters import matter
from enforcement.law.procedure import Step
from enforcement.law.terms import CaseState, PartyKind, StatementOutcome


def facts_of(session: Session, case: CaseFile, today: date) -> CaseFacts:
    """Return the facts of a case on a day."""
    party = queries.party_of(session, case)
    papers = documents.list_of_case(session, case.county_code, case.id)
    return CaseFacts(
        county_code=case.county_code,
        today=today,
        act_on=case.acted_on,
        matter=matter(case.matter_code),
        party=_kind(party),
        officers=queries.officers_of(session, case, today),
        papers=frozenset(paper.code for paper in papers),
        decision_due_on=case.decision_due_on,
        proposed_yuan=case.proposed_yuan,
        noticed_yuan=case.noticed_yuan,
        proposal_approved=case.proposal_approved,
        endorsed=case.endorsed,
        statement=StatementOutcome(case.statement) if case.statement else None,
        statement_until=case.statement_until_on,
        fine_yuan=case.fine_yuan,
        paid_yuan=case.paid_yuan,
        surcharge_yuan=case.surcharge_yuan,
        surcharge_paid_yuan=case.surcharge_paid_yuan,
    )


def _kind(party: Party | None) -> PartyKind:
    return PartyKind(party.kind) if party else PartyKind.PERSON


def open_steps(facts: CaseFacts, state: CaseState) -> list[tuple[Step, tuple[Gate, ...]]]:
    """Return every act that may follow a state, with its gates as they stand."""
    return [(step, gates(step.gates, facts)) for step in procedure.steps_from(state)]
