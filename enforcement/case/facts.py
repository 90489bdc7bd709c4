"""From rows to what the gates look at."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.case import discretion, offences, queries, timing
from enforcement.case.courses import course_of as course_of
from enforcement.case.models import CaseFile, Party
from enforcement.document import queries as documents
from enforcement.evidence import queries as evidence
from enforcement.law import procedure
from enforcement.law.course import Course, Done
from enforcement.law.gates import CaseFacts, Gate, gates
from enforcement.law.matters import Matter, matter
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.law.procedure import Step
from enforcement.law.terms import (
    CaseEvent,
    CaseState,
    NoPenaltyGround,
    PartyKind,
    StatementOutcome,
)
from enforcement.law.timing import Clock
from enforcement.measure import queries as measures
from enforcement.people.models import Person
from enforcement.people.queries import find_organ_named
from enforcement.power import services as power
from enforcement.settings import queries as settings
from enforcement.timing import calendars

NOTHING: Final[Mapping[str, Any]] = {}
GROUNDS: Final = frozenset(str(one) for one in NoPenaltyGround)


EXECUTED: Final = frozenset({CaseState.DEMANDED, CaseState.ENFORCING})
"""States in which the organ may come to execute itself."""


def power_of(
    session: Session, case: CaseFile, today: date, act_type: ActType = ActType.PENALTY
) -> Answer:
    """Return what the power list says of a case: the one question of R1.

    A filed case is asked by the item it pinned, on the day of its filing; a decided one by the
    day of its decision.
    """
    return power.may(
        session,
        case.county_code,
        case.squad_id,
        act_type,
        case.matter_code,
        case.village_code or case.township_code or case.county_code,
        case.acted_on,
        decided_on=case.decided_on or today,
        filed_on=case.filed_on,
        item_id=case.power_item_id if act_type is ActType.PENALTY else None,
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
    running = running or timing.clock_of(session, case, today)
    answer = power_of(session, case, today)
    party = queries.party_of(session, case)
    course = course_of(queries.history(session, case.county_code, case.id))
    filing = course.last(CaseEvent.PROPOSE_FILING)
    fines = offences.earlier(session, case, party)
    officers = queries.officers_of(session, case, today, organ_id=_organ(session, case, answer))
    papers = documents.list_of_case(session, case.county_code, case.id)
    row, kind, age = matter_of(case, answer), _kind(party), age_of(party, case.acted_on)
    allowed = None
    if party is not None:
        told = discretion.said_of(course, saying)
        allowed = discretion.evaluation_of(session, case, row, kind, told, age=age, fines=fines)
    return CaseFacts(
        county_code=case.county_code,
        today=today,
        act_on=case.acted_on,
        matter=row,
        power=answer,
        party=kind,
        officers=officers,
        papers=frozenset(paper.code for paper in papers),
        evidence=len(evidence.in_use(evidence.of_case(session, case.county_code, case.id))),
        decision_due_on=running.raw if running else case.decision_due_on,
        proposed_yuan=case.proposed_yuan,
        noticed_yuan=case.noticed_yuan,
        proposal_approved=case.proposal_approved,
        endorsed=case.endorsed,
        statement=StatementOutcome(case.statement) if case.statement else None,
        statement_until=case.statement_until_on,
        course=course,
        calendar=calendars.current(session, case.county_code),
        ground=_ground(course, saying),
        party_age=age,
        earlier_fine=next((one.number for one in fines if one.same), None),
        offences=len(fines),
        recused=_recused(session, case),
        payment_due_on=case.payment_due_on,
        served_on=case.served_on,
        decided_on=case.decided_on,
        act_ended_on=_ended(filing),
        grave_harm=bool(filing and filing.said.get("grave_harm")),
        discretion=allowed,
        review_from_yuan=_review_from(session, case),
        fine_yuan=case.fine_yuan,
        paid_yuan=case.paid_yuan,
        surcharge_yuan=case.surcharge_yuan,
        surcharge_paid_yuan=case.surcharge_paid_yuan,
        open_measures=measures.open_count(session, case.county_code, case.id),
        execution_power=_execution(session, case, today),
        saying=saying,
    )


def age_of(party: Party | None, on: date) -> int | None:
    """Return the full years of a natural person on a day, by his identity number (GB 11643)."""
    number = crypto.unseal(party.id_number_encrypted) if party else None
    if party is None or party.kind != PartyKind.PERSON or not number:
        return None
    born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


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


def _review_from(session: Session, case: CaseFile) -> Decimal | None:
    """Return from which fine on the county's own list asks for a legal review."""
    yuan = settings.value(session, case.county_code, "review_from_yuan")
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


def _kind(party: Party | None) -> PartyKind:
    return PartyKind(party.kind) if party else PartyKind.PERSON


def open_steps(facts: CaseFacts, state: CaseState) -> list[tuple[Step, tuple[Gate, ...]]]:
    """Return every act that may follow a state, with its gates as they stand."""
    return [(step, gates(step.gates, facts)) for step in procedure.steps_from(state)]
