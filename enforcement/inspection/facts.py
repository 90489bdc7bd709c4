"""From rows to what the gates of an inspection look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement.inspection import queries
from enforcement.inspection.models import Enterprise, Inspection
from enforcement.law.gate_facts import OfficerFacts
from enforcement.law.gates import Gate
from enforcement.law.inspection_terms import InspectionResult, InspectionSource, InspectionState
from enforcement.law.inspections import (
    InspectionFacts,
    InspectionStep,
    inspection_gates,
    steps_from,
)
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.people.models import Person
from enforcement.people.queries import certificate_problem, find_organ_named
from enforcement.power import services as power
from enforcement.settings import queries as settings


def power_of(session: Session, row: Inspection, enterprise: Enterprise, today: date) -> Answer:
    """Return whether the power list lets the squad inspect this matter there (R1)."""
    return power.may(
        session, row.county_code, row.squad_id, ActType.INSPECTION, row.matter_code,
        enterprise.village_code, today,
    )  # fmt: skip


def officers_of(
    session: Session, row: Inspection, enterprise: Enterprise, answer: Answer, today: date
) -> tuple[OfficerFacts, ...]:
    """Return the two officers and those who joined, with their certificates for the place."""
    organ = find_organ_named(session, row.county_code, answer.in_name_of or "")
    joined = [join.person_id for join, _name in queries.joins(session, row)]
    found = []
    for person_id in dict.fromkeys((row.officer_a_id, row.officer_b_id, *joined)):
        person = session.get_one(Person, (row.county_code, person_id))
        own = person_id in (row.officer_a_id, row.officer_b_id)
        number, problem = certificate_problem(
            session, row.county_code, person_id, today, organ_id=organ.id if organ else None,
            area_code=enterprise.village_code if own else None,
        )  # fmt: skip
        found.append(OfficerFacts(person.name, number, problem))
    return tuple(found)


def facts_of(
    session: Session,
    row: Inspection,
    enterprise: Enterprise,
    today: date,
    said: Mapping[str, Any],
) -> InspectionFacts:
    """Return the facts of an inspection on a day; said -- what the act under way says."""
    answer = power_of(session, row, enterprise, today)
    other = queries.open_of(session, enterprise, row.id)
    result = said.get("result")
    return InspectionFacts(
        today=today,
        power=answer,
        officers=officers_of(session, row, enterprise, answer, today),
        source=InspectionSource(row.source),
        used=queries.used(session, enterprise, row.from_on.year, row.id),
        cap=settings.value(session, row.county_code, "inspection_cap"),
        open_number=other[0].number if other else None,
        open_unit=other[1] if other else None,
        from_on=row.from_on,
        until_on=row.until_on,
        scanned=bool(said.get("scanned")),
        no_scan=said.get("no_scan"),
        result=InspectionResult(result) if result in list(InspectionResult) else None,
        corrections=said.get("corrections"),
        correct_until=said.get("correct_until"),
        act=said.get("act"),
        due_on=row.correct_until,
        corrected=bool(said.get("corrected")),
    )


@dataclass(frozen=True)
class Following:
    """An act that may follow, with its gates as they stand."""

    step: InspectionStep
    gates: tuple[Gate, ...]

    @property
    def open(self) -> bool:
        """Tell whether every gate is open."""
        return all(gate.open for gate in self.gates)


def following(
    session: Session, row: Inspection, enterprise: Enterprise, today: date
) -> list[Following]:
    """Return what may follow, each act with its gates."""
    steps = steps_from(InspectionState(row.state))
    if not steps:
        return []
    facts = facts_of(session, row, enterprise, today, {})
    return [Following(step, inspection_gates(step.gates, facts)) for step in steps]
