"""From rows to what the gates look at."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from enforcement.case import queries, timing
from enforcement.case.models import CaseFile, Party
from enforcement.document import queries as documents
from enforcement.law import procedure
from enforcement.law.gates import CaseFacts, Gate, gates
from enforcement.law.matters import Matter, matter
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.law.procedure import Step
from enforcement.law.terms import CaseState, PartyKind, StatementOutcome
from enforcement.law.timing import Clock
from enforcement.people.queries import find_organ_named
from enforcement.power import services as power


def power_of(session: Session, case: CaseFile, today: date) -> Answer:
    """Return what the power list says of a case: the one question of R1.

    A filed case is asked by the item it pinned, on the day of its filing; a decided one by the
    day of its decision.
    """
    return power.may(
        session,
        case.county_code,
        case.squad_id,
        ActType.PENALTY,
        case.matter_code,
        case.village_code or case.township_code or case.county_code,
        case.acted_on,
        decided_on=case.decided_on or today,
        filed_on=case.filed_on,
        item_id=case.power_item_id,
        provision_id=case.provision_id,
    )


def matter_of(case: CaseFile, answer: Answer) -> Matter:
    """Return the case's matter as the version of the power list that applies to it states it."""
    row, version = matter(case.matter_code), answer.provision
    if version is None:
        return row
    return replace(
        row,
        violated=version.violated,
        basis=version.basis,
        person=version.person,
        organisation=version.organisation,
        other=version.other,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
    )


def facts_of(
    session: Session, case: CaseFile, today: date, *, running: Clock | None = None
) -> CaseFacts:
    """Return the facts of a case on a day; running -- its clock, where the caller has read it."""
    running = running or timing.clock_of(session, case, today)
    answer = power_of(session, case, today)
    party = queries.party_of(session, case)
    papers = documents.list_of_case(session, case.county_code, case.id)
    return CaseFacts(
        county_code=case.county_code,
        today=today,
        act_on=case.acted_on,
        matter=matter_of(case, answer),
        power=answer,
        party=_kind(party),
        officers=queries.officers_of(session, case, today, organ_id=_organ(session, case, answer)),
        papers=frozenset(paper.code for paper in papers),
        decision_due_on=running.raw if running else case.decision_due_on,
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


def _organ(session: Session, case: CaseFile, answer: Answer) -> uuid.UUID | None:
    """Return the organ in whose name the power list lets the case be worked."""
    organ = find_organ_named(session, case.county_code, answer.in_name_of or "")
    return organ.id if organ else None


def _kind(party: Party | None) -> PartyKind:
    return PartyKind(party.kind) if party else PartyKind.PERSON


def open_steps(facts: CaseFacts, state: CaseState) -> list[tuple[Step, tuple[Gate, ...]]]:
    """Return every act that may follow a state, with its gates as they stand."""
    return [(step, gates(step.gates, facts)) for step in procedure.steps_from(state)]
