"""Which papers an act upon a measure issues, and with which blocks beside those of the case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import papers as case_papers
from enforcement.case.models import CaseFile
from enforcement.law.measure_terms import Fate, MeasureEvent, MeasureKind
from enforcement.law.measures import MeasureStep
from enforcement.measure.models import Measure, MeasureEntry, MeasureItem

LAPSED: Final = "期限届满未作处理决定，自动解除。"
FREED: Final = "自动解除，返还当事人"


def issue_of(
    session: Session,
    actor: Actor,
    case: CaseFile,
    measure: Measure,
    items: list[MeasureItem],
    step: MeasureStep,
    kept: dict[str, Any],
) -> None:
    """Issue the papers of a step; kept -- what the history keeps of the act."""
    if not step.papers:
        return
    named = kept.get("items")
    chosen = [one for one in items if one.no in named] if isinstance(named, list) else items
    blocks: dict[str, Any] = {
        "act": kept,
        "measure": _measure(measure) | _before(step, kept),
        "preservation": _preservation(measure, kept),
        "items": [_item(one, step) for one in chosen],
        "opinions": _opinions(session, measure),
        "release": {"reason": kept.get("reason") or LAPSED},
        "extension": {"reason": kept.get("reason"), "until_on": _iso(measure.due_on)},
        "expert": _expert(kept),
        "handover": _handover(chosen, kept),
    }
    for code in step.papers:
        case_papers.issue(session, actor, case, code, blocks)


def _measure(measure: Measure) -> dict[str, Any]:
    """Return the block `measure`: kind, number, reason, basis, place, first and last day."""
    return {
        "number": measure.number,
        "kind": MeasureKind(measure.kind).zh,
        "reason": measure.reason,
        "basis": measure.basis,
        "place": measure.place,
        "from_on": _taken_on(measure),
        "until_on": _iso(measure.due_on),
        "taken_at": _iso(measure.taken_at) if measure.confirm_until else None,
        "urgent": measure.confirm_until is not None,
    }


def _before(step: MeasureStep, kept: dict[str, Any]) -> dict[str, Any]:
    """Return the last day as it was before an extension."""
    return {"until_on": kept["before_on"]} if step.event is MeasureEvent.EXTEND else {}


def _preservation(measure: Measure, kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": measure.number,
        "reason": measure.reason,
        "place": measure.place,
        "from_on": _taken_on(measure),
        "until_on": _iso(measure.due_on),
        "result": kept.get("reason"),
    }


def _item(item: MeasureItem, step: MeasureStep) -> dict[str, Any]:
    free = FREED if step.event is MeasureEvent.LAPSE else None
    return {
        "no": item.no,
        "name": item.name,
        "spec": item.spec,
        "quantity": item.quantity,
        "condition": item.condition,
        "place": item.place,
        "disposal": Fate(item.fate).zh if item.fate else free,
        "remark": item.given_to,
    }


def _opinions(session: Session, measure: Measure) -> list[dict[str, Any]]:
    """Return who proposed or took the measure and what the head said, in order."""
    roles = {
        MeasureEvent.PROPOSE: "officer",
        MeasureEvent.REPORT: "officer",
        MeasureEvent.APPROVE: "head",
        MeasureEvent.REFUSE: "head",
        MeasureEvent.CONFIRM: "head",
        MeasureEvent.DISAGREE: "head",
    }
    mine = (
        MeasureEntry.county_code == measure.county_code,
        MeasureEntry.measure_id == measure.id,
        MeasureEntry.event.in_([str(event) for event in roles]),
    )
    return [
        {
            "role": roles[MeasureEvent(entry.event)],
            "name": entry.by_name,
            "opinion": entry.detail.get("opinion") or entry.detail.get("reason") or "",
            "at": _iso(entry.at),
        }
        for entry in session.scalars(select(MeasureEntry).where(*mine).order_by(MeasureEntry.seq))
    ]


def _expert(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "institute": kept.get("institute"),
        "question": kept.get("question"),
        "from_on": kept.get("from_on"),
        "until_on": kept.get("to_on"),
    }


def _handover(items: list[MeasureItem], kept: dict[str, Any]) -> dict[str, Any]:
    fates = dict.fromkeys(Fate(one.fate).zh for one in items if one.fate)
    return {
        "kind": "、".join(fates) or "返还",
        "recipient": kept.get("receiver"),
        "at": kept.get("at"),
        "reason": kept.get("condition"),
    }


def _taken_on(measure: Measure) -> str | None:
    return _iso(clock.local_day(measure.taken_at)) if measure.taken_at else None


def _iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(clock.ZONE).isoformat()
    return value.isoformat() if value is not None else None
