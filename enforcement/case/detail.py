"""What the page of one case shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import (
    acts,
    drafting,
    people,
    queries,
    recordings,
    remedies,
    timing,
)
from enforcement.case.facts import facts_of, open_steps
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.document import queries as documents
from enforcement.evidence import queries as evidence
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.law.gates import Gate
from enforcement.law.measure_terms import MeasureKind, MeasureState
from enforcement.law.paperwork import PAPERS
from enforcement.law.procedure_step import UNDER_WAY, Step
from enforcement.law.stages import STAGES, STOPPED, stage_of
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.measure import queries as measures


def detail_of(session: Session, actor: Actor, case: CaseFile) -> dict[str, Any]:
    """Return what the page of a case shows: where it stands, what may follow, all about it."""
    today = clock.today(session)
    running = timing.clock_of(session, case, today)
    facts = facts_of(session, case, today, running=running)
    steps = open_steps(facts, CaseState(case.state))
    entries = queries.history(session, case.county_code, case.id)
    items = evidence.of_case(session, case.county_code, case.id)
    return {
        "evidence": evidence.in_use(items),
        "lacking": recordings.lacking(session, case, entries, items),
        "case": case,
        "clock": running,
        "state": CaseState(case.state),
        "matter": facts.matter,
        "power": facts.power,
        "party": queries.party_of(session, case),
        "officers": facts.officers,
        "today": today,
        "steps": _steps(session, actor, case, steps, today),
        "measures": measures.list_of_case(session, case.county_code, case.id),
        "remedies": remedies.of_case(session, case.county_code, case.id),
        "remedy_kinds": RemedyKind,
        "remedy_outcomes": RemedyOutcome,
        "measure_kinds": MeasureKind,
        "measure_states": MeasureState,
        "may_measure": case.state in UNDER_WAY
        and actor.person_id in (case.officer_a_id, case.officer_b_id),
        "papers": documents.list_of_case(session, case.county_code, case.id),
        "withdrawn": documents.withdrawn_of_case(session, case.county_code, case.id),
        "may_issue": drafting.may(session, actor, case, clock.now(session)),
        "kinds": PAPERS,
        "history": entries,
        "stage": stage_of(CaseState(case.state), _reached(entries)),
        "stopped": CaseState(case.state) in STOPPED,
        "events": CaseEvent,
        "states": CaseState,
        "fields": {**acts.FIELDS, CaseEvent.REGISTER: acts.REGISTER},
    }


def _steps(
    session: Session,
    actor: Actor,
    case: CaseFile,
    steps: list[tuple[Step, tuple[Gate, ...]]],
    today: date,
) -> list[dict[str, Any]]:
    """Return the acts that may follow, those of the person first, each with its gates."""
    found = [
        {
            "step": step,
            "gates": gates,
            "open": all(gate.open for gate in gates),
            "may": people.may(session, actor, case, step, today),
        }
        for step, gates in steps
    ]
    return sorted(found, key=lambda one: not one["may"])


def _reached(entries: Sequence[CaseEntry]) -> CaseState:
    """Return the last state of a history that stands in a stage."""
    states = [CaseState(entry.state) for entry in entries if entry.state in STAGES]
    return states[-1] if states else CaseState.CLUE
