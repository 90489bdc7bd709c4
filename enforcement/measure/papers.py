"""Which papers an act upon a measure issues, and with which blocks beside those of the case."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import papers as case_papers
from enforcement.case.models import CaseFile
from enforcement.law.measure_terms import Fate, MeasureKind
from enforcement.law.measures import EXTENSION, MeasureStep
from enforcement.law.paperwork import PAPERS
from enforcement.measure.models import Measure, MeasureItem

LAPSED: Final = "期限届满"


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
    declared = [code for code in step.papers if code in PAPERS]
    if not declared:
        return
    blocks = _blocks(session, actor, measure, items, kept)
    for code in declared:
        case_papers.issue(session, actor, case, code, blocks)


def _blocks(
    session: Session,
    actor: Actor,
    measure: Measure,
    items: list[MeasureItem],
    kept: dict[str, Any],
) -> dict[str, Any]:
    """Return what the papers of any act upon a measure may state."""
    at = clock.now(session).isoformat()
    said = kept.get("opinion") or kept.get("reason") or LAPSED
    block = _measure(measure)
    fates = "、".join(dict.fromkeys(Fate(one.fate).zh for one in items if one.fate))
    return {
        "act": kept,
        "measure": block,
        "items": [_item(one) for one in items],
        "opinions": [{"role": "head", "name": actor.name, "opinion": said, "at": at}],
        "preservation": block | {"reason": measure.reason, "result": kept.get("reason")},
        "extension": {"reason": kept.get("reason"), "until_on": _iso(measure.due_on)},
        "expert": {
            "institute": kept.get("institute"),
            "question": kept.get("question"),
            "from_on": kept.get("from_on"),
            "until_on": kept.get("to_on"),
        },
        "release": {"reason": said},
        "handover": {
            "kind": fates or "返还",
            "recipient": kept.get("receiver"),
            "at": kept.get("at"),
            "reason": kept.get("condition"),
            "number": measure.number,
        },
    }


def _measure(measure: Measure) -> dict[str, Any]:
    """Return the block `measure`: kind, number, reason, basis, place, first and last day."""
    taken = clock.local_day(measure.taken_at) if measure.taken_at else None
    return {
        "number": measure.number,
        "kind": MeasureKind(measure.kind).zh,
        "reason": measure.reason,
        "basis": measure.basis,
        "place": measure.place,
        "taken_at": measure.taken_at.isoformat() if measure.taken_at else None,
        "from_on": _iso(taken),
        "until_on": _iso(_first_end(measure)),
        "urgent": measure.confirm_until is not None,
    }


def _first_end(measure: Measure) -> date | None:
    """Return the last day as it was before an extension (强25)."""
    if measure.due_on is None or not measure.extended:
        return measure.due_on
    return measure.due_on - EXTENSION


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _item(item: MeasureItem) -> dict[str, Any]:
    return {
        "no": item.no,
        "name": item.name,
        "spec": item.spec,
        "quantity": item.quantity,
        "condition": item.condition,
        "place": item.place,
        "disposal": Fate(item.fate).zh if item.fate else None,
        "remark": item.given_to,
    }
