"""Which papers an act upon a measure issues, and with which blocks beside those of the case."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import papers as case_papers
from enforcement.case.models import CaseFile
from enforcement.law.measure_terms import MeasureKind
from enforcement.law.measures import MeasureStep
from enforcement.law.paperwork import PAPERS
from enforcement.measure.models import Measure, MeasureItem


def issue_of(
    session: Session,
    actor: Actor,
    case: CaseFile,
    measure: Measure,
    items: list[MeasureItem],
    step: MeasureStep,
    kept: dict[str, Any],
) -> None:
    """Issue the papers of a step that are declared; kept -- what the history keeps of the act."""
    blocks: dict[str, Any] | None = None
    for code in step.papers:
        if code in PAPERS:
            blocks = blocks or {
                "act": kept, "measure": _measure(measure), "items": [_item(one) for one in items]
            }  # fmt: skip
            case_papers.issue(session, actor, case, code, blocks)


def _measure(measure: Measure) -> dict[str, Any]:
    """Return the block `measure`: kind, number, reason, basis, place, first and last day."""
    taken = clock.local_day(measure.taken_at) if measure.taken_at else None
    return {
        "number": measure.number,
        "kind": MeasureKind(measure.kind).zh,
        "reason": measure.reason,
        "basis": measure.basis,
        "place": measure.place,
        "taken_on": taken.isoformat() if taken else None,
        "due_on": measure.due_on.isoformat() if measure.due_on else None,
        "urgent": measure.confirm_until is not None,
    }


def _item(item: MeasureItem) -> dict[str, Any]:
    return {
        "no": item.no,
        "name": item.name,
        "spec": item.spec,
        "quantity": item.quantity,
        "condition": item.condition,
        "place": item.place,
        "fate": item.fate,
        "given_to": item.given_to,
    }
