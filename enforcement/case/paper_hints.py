"""What a form of a paper is filled with beforehand, beside the blocks of the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.facts import facts_of, open_steps
from enforcement.case.models import CaseFile
from enforcement.document.queries import list_of_case
from enforcement.i18n import reason_of
from enforcement.law.paperwork import paper
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.law.time_limits import limit


def hints(
    session: Session,
    actor: Actor,
    case: CaseFile,
    code: str,
    blocks: dict[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """Return blocks that a person may change before the paper is issued."""
    party, organ, plea = blocks.get("party", {}), blocks["organ"], blocks.get("plea", {})
    today, now = (
        clock.local_day(at).isoformat(),
        at.astimezone(clock.ZONE).isoformat("T", "minutes"),
    )
    found: dict[str, Any] = {
        "reply": {"to": "举报人", "matter": case.act},
        "request": {"holder": party.get("name")},
        "sampling": {"at": now, "place": case.place},
        "education": {"at": now, "place": case.place},
        "address": {"postal": party.get("address"), "phone": party.get("phone")},
        "demolition": {"order_number": blocks.get("correction", {}).get("number")},
        "inspection": {
            "enterprise": party.get("name"), "address": party.get("address"),
            "uscc": party.get("uscc"), "basis": blocks["law"].get("basis"),
        },
        "record": {"place": case.place},
        "act": {"place": case.place, "person": party.get("name")},
        "handover": {"at": now},
        "execution": {"at": now, "basis": "《中华人民共和国行政强制法》第三十七条"},
        "service": _service(session, case, organ, at),
        "points": [{"point": plea["content"]}] if plea.get("content") else [],
        "opinions": [{"role": "officer", "name": actor.name, "at": now}],
        "archive": _archive(session, actor, case, today),
    }  # fmt: skip
    if code == "D37":
        found["gates"] = _gates(session, case, at)
    return found


def _service(
    session: Session, case: CaseFile, organ: dict[str, Any], at: datetime
) -> dict[str, Any]:
    """Return the last outward paper with a number, to be served by public notice (民诉95)."""
    papers = [
        one for one in list_of_case(session, case.county_code, case.id)
        if one.number and not paper(one.code).internal and one.code not in ("D41", "D70")
    ]  # fmt: skip
    last = papers[-1] if papers else None
    return {
        "paper_name": paper(last.code).name if last else None,
        "paper_number": last.number if last else None,
        "days": str(limit("public_notice", clock.local_day(at)).days),
        "collect_at": organ.get("address"),
    }


def _archive(session: Session, actor: Actor, case: CaseFile, today: str) -> dict[str, Any]:
    pages = sum(one.pages for one in list_of_case(session, case.county_code, case.id))
    return {"pages": str(pages), "by_name": actor.name, "on": today}


def _gates(session: Session, case: CaseFile, at: datetime) -> list[dict[str, Any]]:
    """Return the conditions of the decision as they stand (the form's ticks, 罚57)."""
    facts = facts_of(session, case, clock.local_day(at))
    return [
        {"title": gate.title, "open": gate.open, "reason": reason_of(gate)}
        for step, gates in open_steps(facts, CaseState(case.state))
        if step.event is CaseEvent.DECIDE
        for gate in gates
    ]
