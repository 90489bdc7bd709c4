"""From rows to what the gates of a measure look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.facts import facts_of as case_facts
from enforcement.case.models import CaseFile
from enforcement.law.gates import Gate
from enforcement.law.measure_gates import MeasureFacts, measure_gates
from enforcement.law.measure_terms import Fate, MeasureKind, MeasureState
from enforcement.law.measures import MeasureStep, steps_from
from enforcement.law.terms import CaseState
from enforcement.measure.models import Measure, MeasureItem


def facts_of(
    session: Session,
    case: CaseFile,
    measure: Measure,
    items: list[MeasureItem],
    now: datetime,
    said: Mapping[str, Any],
) -> MeasureFacts:
    """Return the facts of a measure at a moment; said -- what the act under way says."""
    fate = said.get("fate")
    return MeasureFacts(
        case=case_facts(session, case, clock.local_day(now)),
        state=CaseState(case.state),
        kind=MeasureKind(measure.kind),
        now=now,
        involved=measure.involved,
        not_living=measure.not_living,
        not_sealed=measure.not_sealed,
        milder=measure.milder,
        approved=measure.approved_at is not None,
        confirm_until=measure.confirm_until,
        due_on=measure.due_on,
        extended=measure.extended,
        fates=frozenset({Fate(fate)}) if fate else frozenset(),
        waiting=sum(one.fate is not None and one.given_at is None for one in items),
    )


@dataclass(frozen=True)
class Following:
    """An act that may follow, with its gates as they stand."""

    step: MeasureStep
    gates: tuple[Gate, ...]

    @property
    def open(self) -> bool:
        """Tell whether every gate is open."""
        return all(gate.open for gate in self.gates)


def following(
    session: Session,
    case: CaseFile,
    measure: Measure,
    items: list[MeasureItem],
    now: datetime,
) -> list[Following]:
    """Return what may follow, each act with its gates."""
    steps = steps_from(MeasureKind(measure.kind), MeasureState(measure.state))
    if not steps:
        return []
    facts = facts_of(session, case, measure, items, now, {})
    return [Following(step, measure_gates(step.gates, facts)) for step in steps]
