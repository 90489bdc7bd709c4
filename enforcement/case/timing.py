"""Acts upon the clock of a case: exclude time, end that, extend the period; and the clock itself.

Officers of the case record tests, appraisals, hearings and notices; suspending the case and every
extension is the head's, who is never an officer of the case.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock, history, permissions
from enforcement.actor import Actor
from enforcement.case import people, queries
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.errors import NotPermittedError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.law.delegation import TIME_EVENT
from enforcement.law.terms import CaseEvent
from enforcement.law.timing import Approval, Clock, Excluded
from enforcement.permissions import Permission
from enforcement.timing import clocks, services, waiting
from enforcement.timing.models import CaseExclusion, CaseExtension


def clock_of(session: Session, case: CaseFile, today: date) -> Clock | None:
    """Return the clock of a filed case that is not decided yet, None for any other."""
    if case.filed_on is None or case.decided_on is not None:
        return None
    return clocks.decision_clock(
        session, case.county_code, case.id, case.matter_code, case.filed_on, today
    )


def exclude(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    kind: Excluded,
    reason: str,
    paper: str,
    first_on: date,
    *,
    version: int | None = None,
) -> CaseExclusion:
    """Let time not count from a day on (C9).

    Raises NotFoundError, NotPermittedError, StaleVersionError, StepNotAllowedError,
    InvalidInputError; then nothing has changed.
    """
    _check(session, actor, kind)
    case, running = _running(session, actor, case_id, version)
    _check_side(session, actor, case, approves=kind is Excluded.SUSPENSION)
    row = services.exclude(
        session, actor, case.id, running, kind, reason, paper, first_on, clock.today(session)
    )
    said = {"kind": kind, "first_on": first_on, "reason": row.reason, "paper": row.paper}
    _remember(session, actor, case, CaseEvent.EXCLUDE_TIME, said)
    return row


def end(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    exclusion_id: uuid.UUID,
    last_on: date,
    paper: str,
    *,
    version: int | None = None,
) -> CaseExclusion:
    """End excluded time; raises as `exclude`."""
    kind = _kind(session, actor, exclusion_id)
    _check(session, actor, kind)
    case, _clock = _running(session, actor, case_id, version)
    _check_side(session, actor, case, approves=kind is Excluded.SUSPENSION)
    row = services.end(session, actor, case.id, exclusion_id, last_on, paper, clock.today(session))
    said = {"kind": row.kind, "first_on": row.first_on, "last_on": last_on, "paper": row.end_paper}
    _remember(session, actor, case, CaseEvent.END_EXCLUSION, said)
    return row


def extend(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    approval: Approval,
    reason: str,
    *,
    days: int | None = None,
    paper: str | None = None,
    version: int | None = None,
) -> CaseExtension:
    """Lengthen the period in which the case has to be decided (R9); raises as `exclude`."""
    _check(session, actor, Excluded.SUSPENSION)
    case, running = _running(session, actor, case_id, version)
    _check_side(session, actor, case, approves=True)
    row = services.extend(
        session, actor, case.id, running, approval, days, reason, paper, clock.today(session)
    )
    said = {"approval": approval, "days": row.days, "reason": row.reason, "paper": row.paper}
    _remember(session, actor, case, CaseEvent.EXTEND_PERIOD, said)
    return row


def _check(session: Session, actor: Actor, kind: Excluded | None) -> None:
    """Raise NotPermittedError unless role or order lets the actor do this."""
    if kind is Excluded.SUSPENSION:
        today, permission = clock.today(session), Permission.CASE_APPROVE
        people.check_right(session, actor, TIME_EVENT, permission, today)
    else:
        permissions.check(actor, Permission.CASE_WORK)


def _check_side(session: Session, actor: Actor, case: CaseFile, *, approves: bool) -> None:
    mine = actor.person_id in (case.officer_a_id, case.officer_b_id)
    if approves and mine:
        raise NotPermittedError(_("承办人员不得审核、审批自己办理的案件。"))
    lent = approves and not permissions.allows(actor, Permission.CASE_APPROVE)
    if lent and people.has_worked(session, actor, case):
        raise NotPermittedError(_("您在本案中承办或者审核过，不得代行审批。"))
    if not approves and not mine:
        raise NotPermittedError(_("只有本案的两名承办人员可以办理。"))


def _kind(session: Session, actor: Actor, exclusion_id: uuid.UUID) -> Excluded | None:
    row = session.get(CaseExclusion, (actor.county_code, exclusion_id))
    return Excluded(row.kind) if row else None


def _running(
    session: Session, actor: Actor, case_id: uuid.UUID, version: int | None
) -> tuple[CaseFile, Clock]:
    """Return the locked case and its clock; raises where none runs or somebody was first."""
    case = queries.get(session, actor, case_id, lock=True)
    if version is not None and version != case.version:
        raise StaleVersionError(
            _("该案件刚被他人办理，请刷新后再操作。"),
            your_version=version,
            current={"version": case.version, "state": case.state},
        )
    found = clock_of(session, case, clock.today(session))
    if found is None:
        raise StepNotAllowedError(
            _("案件%(number)s没有正在计算的办案期限。", number=case.number),
            article=services.ARTICLE,
        )
    return case, found


def _signer(session: Session, actor: Actor, event: CaseEvent, said: dict[str, Any]) -> Actor:
    """Return the actor as history names him: who stands in for the head says so."""
    approves = event is CaseEvent.EXTEND_PERIOD or said.get("kind") == Excluded.SUSPENSION
    order = people.order_of(session, actor, TIME_EVENT, clock.today(session)) if approves else None
    if order is None:
        return actor
    return replace(actor, name=_("%(who)s（代%(head)s）", who=actor.name, head=order.for_name))


def _remember(
    session: Session, actor: Actor, case: CaseFile, event: CaseEvent, said: dict[str, Any]
) -> None:
    """Write history, project the net due day (none while the clock stands), tell who waits."""
    found = clock_of(session, case, clock.today(session))
    stands = found is None or found.stopped_on is not None
    case.decision_due_on = None if found is None or stands else found.raw
    case.version += 1
    said |= {"decision_due_on": case.decision_due_on}
    signer = _signer(session, actor, event, said)
    history.append(
        session, CaseEntry.case_id, case, event, signer, clock.now(session), said,
        article=services.ARTICLE,
    )  # fmt: skip
    waiting.refresh(session, case.county_code, [case])
