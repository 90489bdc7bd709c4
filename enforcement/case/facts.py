"""From rows to what the gates look at."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.case import queries
from enforcement.case.models import CaseFile
from enforcement.case.standing import NOTHING, power_of, standing_of
from enforcement.law import procedure
from enforcement.law.course import Course, Done
from enforcement.law.gates import CaseFacts, Gate, gates
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.law.procedure import Step
from enforcement.law.terms import (
    CaseEvent,
    CaseState,
    NoPenaltyGround,
    StatementOutcome,
)
from enforcement.law.timing import Clock
from enforcement.people.models import Person
from enforcement.people.queries import find_organ_named
from enforcement.settings.terms import BY_KEY

GROUNDS: Final = frozenset(str(one) for one in NoPenaltyGround)


EXECUTED: Final = frozenset({CaseState.DEMANDED, CaseState.ENFORCING})
"""States in which the organ may come to execute itself."""


def facts_of(
    session: Session,
    case: CaseFile,
    today: date,
    saying: Mapping[str, Any] = NOTHING,
    *,
    running: Clock | None = None,
) -> CaseFacts:
    """Return the facts of a case on a day.

    saying -- what the act under way says; running -- its clock, where the caller has read it
    """
    standing = standing_of(session, case, today, saying)
    own, answer = standing.own, standing.power
    running, fines = running or own.clock, standing.fines
    filing = own.course.last(CaseEvent.PROPOSE_FILING)
    officers = queries.officers_of(session, case, today, organ_id=_organ(session, case, answer))
    return CaseFacts(
        county_code=case.county_code,
        today=today,
        act_on=case.acted_on,
        matter=standing.matter,
        power=answer,
        party=standing.party,
        officers=officers,
        papers=own.papers,
        evidence=own.evidence,
        decision_due_on=running.raw if running else case.decision_due_on,
        proposed_yuan=case.proposed_yuan,
        noticed_yuan=case.noticed_yuan,
        proposal_approved=case.proposal_approved,
        endorsed=case.endorsed,
        statement=StatementOutcome(case.statement) if case.statement else None,
        statement_until=case.statement_until_on,
        course=own.course,
        calendar=own.calendar,
        ground=_ground(own.course, saying),
        party_age=standing.party_age,
        earlier_fine=next((one.number for one in fines if one.same), None),
        offences=len(fines),
        recused=_recused(session, case),
        payment_due_on=case.payment_due_on,
        served_on=case.served_on,
        decided_on=case.decided_on,
        act_ended_on=_ended(filing),
        grave_harm=bool(filing and filing.said.get("grave_harm")),
        discretion=standing.discretion,
        review_from_yuan=_review_from(own.review_from_yuan),
        fine_yuan=case.fine_yuan,
        paid_yuan=case.paid_yuan,
        surcharge_yuan=case.surcharge_yuan,
        surcharge_paid_yuan=case.surcharge_paid_yuan,
        open_measures=own.open_measures,
        execution_power=_execution(session, case, today),
        saying=saying,
    )


def _execution(session: Session, case: CaseFile, today: date) -> Answer | None:
    if case.state not in EXECUTED:
        return None
    return power_of(session, case, today, ActType.EXECUTION)


def _ground(course: Course, saying: Mapping[str, Any]) -> NoPenaltyGround | None:
    """Return the ground that is being proposed, else the one that was."""
    proposal = course.last(CaseEvent.PROPOSE_NO_PENALTY)
    word = saying.get("ground") or (proposal.said["ground"] if proposal else None)
    return NoPenaltyGround(word) if word in GROUNDS else None


def _ended(filing: Done | None) -> date | None:
    return filing.day("act_ended_on") if filing and filing.said.get("act_ended_on") else None


def _review_from(told: int | None) -> Decimal | None:
    """Return from which fine on the county's own list asks for a legal review."""
    yuan = BY_KEY["review_from_yuan"].default if told is None else told
    return Decimal(yuan) if yuan else None


def _recused(session: Session, case: CaseFile) -> frozenset[str]:
    if not case.recused_ids:
        return frozenset()
    wanted = (Person.county_code == case.county_code, Person.id.in_(case.recused_ids))
    return frozenset(session.scalars(select(Person.name).where(*wanted)))


def _organ(session: Session, case: CaseFile, answer: Answer) -> uuid.UUID | None:
    """Return the organ in whose name the power list lets the case be worked."""
    organ = find_organ_named(session, case.county_code, answer.in_name_of or "")
    return organ.id if organ else None


def open_steps(facts: CaseFacts, state: CaseState) -> list[tuple[Step, tuple[Gate, ...]]]:
    """Return every act that may follow a state, with its gates as they stand."""
    return [(step, gates(step.gates, facts)) for step in procedure.steps_from(state)]
