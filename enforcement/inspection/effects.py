"""What an act of an inspection changes beside its state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import services as cases
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.inspection import queries
from enforcement.inspection.models import Enterprise, Inspection, InspectionJoin
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionResult, InspectionState
from enforcement.law.terms import Passed
from enforcement.law.time_limits import due_on
from enforcement.timing import calendars

Said = dict[str, Any]
Effect = Callable[[Session, Actor, Inspection, Enterprise, Said], Said]


def _join(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    if any(join.unit_id == actor.unit_id for join, _name in queries.joins(session, row)):
        raise StepNotAllowedError(_("本单位已经并入这次检查。"))
    session.add(
        InspectionJoin(
            county_code=row.county_code, id=uuid7(), inspection_id=row.id, unit_id=actor.unit_id,
            unit_code=actor.unit_code, person_id=actor.person_id, content=said["content"].strip(),
            at=clock.now(session),
        )
    )  # fmt: skip
    return {"unit": actor.unit_name}


def _notify(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    if not row.from_on <= clock.local_day(said["at"]) <= row.until_on:
        raise InvalidInputError("at", _("检查时间应当在批准的期间内。"))
    return {}


def _enter(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    row.visits += 1
    row.entered_at = row.entered_at or clock.now(session)
    return {"visit": row.visits}


def _record(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    if said["to_at"] < said["from_at"]:
        raise InvalidInputError("to_at", _("结束时间不能早于开始时间。"))
    if said["to_at"] > clock.now(session):
        raise InvalidInputError("to_at", _("时间不能在将来。"))
    return {}


def _conclude(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    row.result, row.findings = InspectionResult(said["result"]), said["findings"].strip()
    row.concluded_on = clock.today(session)
    if row.result == InspectionResult.ORDERED:
        row.corrections, row.correct_until = said["corrections"], said["correct_until"]
        row.state = InspectionState.CORRECTING
        return {}
    row.publish_due_on = _publish_due(session, row, row.concluded_on)
    if row.result == InspectionResult.LEAD:
        return _to_case(session, actor, row, enterprise, said["act"])
    return {}


def _recheck(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    row.visits += 1
    row.rechecked = Passed(said["result"])
    row.publish_due_on = _publish_due(session, row, clock.today(session))
    kept: Said = {"visit": row.visits, "done_at": clock.now(session)}
    if row.rechecked == Passed.FAILED:
        act = f"责令限期改正，逾期未改正：{row.corrections}"
        return kept | _to_case(session, actor, row, enterprise, act, _order(session, row, said))
    return kept


def _order(session: Session, row: Inspection, said: Said) -> Said:
    """Return the order to put right and the failed look at it, as the case's course reads them."""
    return {
        "ordered_on": row.concluded_on, "until_on": row.correct_until, "demand": row.corrections,
        "seen_on": clock.today(session), "findings": said["findings"], "result": said["result"],
    }  # fmt: skip


def _publish(
    session: Session, actor: Actor, row: Inspection, enterprise: Enterprise, said: Said
) -> Said:
    row.published_at = clock.now(session)
    late = row.publish_due_on is not None and clock.today(session) > row.publish_due_on
    return {"late": True} if late else {}


def _publish_due(session: Session, row: Inspection, start: date) -> date | None:
    """Return the last working day for publishing, None where no calendar reaches so far."""
    try:
        known = calendars.current(session, row.county_code)
        return due_on("publication_other", start, known).raw
    except CalendarExhaustedError:
        return None


def _to_case(
    session: Session,
    actor: Actor,
    row: Inspection,
    enterprise: Enterprise,
    act: str,
    order: Said | None = None,
) -> Said:
    """Register the lead of a case (P1) from what the inspection found."""
    case = cases.register_found(
        session,
        actor,
        {
            "matter_code": row.matter_code, "act": act, "place": enterprise.address,
            "acted_on": clock.today(session), "found_by": row.number,
        },
        village_code=enterprise.village_code,
        order=order,
    )  # fmt: skip
    row.case_id = case.id
    return {"case": case.number}


EFFECTS: Final[dict[E, Effect]] = {
    E.JOIN: _join, E.NOTIFY: _notify, E.ENTER: _enter, E.RECORD: _record, E.CONCLUDE: _conclude,
    E.RECHECK: _recheck, E.PUBLISH: _publish,
}  # fmt: skip
