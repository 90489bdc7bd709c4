"""Acts upon leave: ask for it, decide, take it back; approving frees the person's shifts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, once, permissions
from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.terms import N_
from enforcement.people.models import Person, Post, Unit
from enforcement.permissions import Permission
from enforcement.roster import freeing, reach
from enforcement.roster.entries import remember
from enforcement.roster.guard import refusing
from enforcement.roster.models import DutyLeave
from enforcement.roster.pattern import check_years
from enforcement.roster.terms import MAX_AHEAD, LeaveKind, LeaveState

TWICE: Final = N_("该时段已有另一份请假申请。")


@dataclass(frozen=True)
class LeaveIn:
    """Leave as a person asks for it."""

    kind: LeaveKind
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


def ask_leave(
    session: Session,
    actor: Actor,
    what: LeaveIn,
    *,
    person_id: uuid.UUID | None = None,
    key: str | None = None,
) -> DutyLeave:
    """Ask for leave, for oneself or (who may change his roster) for another person.

    Leave that began in the past needs a reason. Raises InvalidInputError, NotPermittedError,
    StepNotAllowedError (another application for the same time).
    """
    permissions.check(actor, Permission.ROSTER_READ)
    whose = person_id or actor.person_id
    earlier = once.claim(session, actor, key, "roster:ask_leave", [whose, vars(what)])
    if earlier is not None:
        return get_leave(session, actor, earlier)
    if whose != actor.person_id and not _reaches(session, actor, whose):
        raise NotPermittedError(_("只能为自己或者本单位人员请假。"))
    _check(what, clock.now(session))
    leave = DutyLeave(
        county_code=actor.county_code, id=uuid7(), person_id=whose, starts_at=what.starts_at,
        ends_at=what.ends_at, kind=what.kind, reason=what.reason.strip(),
        asked_by=actor.account_id, asked_at=clock.now(session),
    )  # fmt: skip
    with refusing(session, "ex_duty_leave_person", _(TWICE)):
        session.add(leave)
    _remember(session, actor, leave, "ask_leave", reason=what.reason)
    once.done(session, actor, key, leave.id)
    return leave


def _check(what: LeaveIn, now: datetime) -> None:
    check_years("starts_at", what.starts_at)
    check_years("ends_at", what.ends_at)
    if what.ends_at <= what.starts_at:
        raise InvalidInputError("ends_at", _("结束时间须晚于开始时间。"))
    if what.ends_at - what.starts_at > MAX_AHEAD or what.starts_at > now + MAX_AHEAD:
        raise InvalidInputError("ends_at", _("请假时间太长或者太远。"))
    if now - what.starts_at > MAX_AHEAD:
        raise InvalidInputError("starts_at", _("请假时间太早。"))
    if what.starts_at < now and not what.reason.strip():
        raise InvalidInputError("reason", _("补办已经开始的请假，须写明理由。"))


def decide_leave(
    session: Session,
    actor: Actor,
    leave_id: uuid.UUID,
    approve: bool,
    *,
    note: str = "",
    version: int | None = None,
    freed: int | None = None,
) -> DutyLeave:
    """Approve or refuse an application; approving turns the person's shifts into open slots.

    freed -- how many shifts the approver was shown; another number by now is refused. Nobody
    decides on his own leave. A refusal needs a note. Raises NotFoundError, NotPermittedError,
    InvalidInputError, StaleVersionError, StepNotAllowedError.
    """
    permissions.check(actor, Permission.ROSTER_CHANGE)
    leave = get_leave(session, actor, leave_id, lock=True)
    _check_decider(session, actor, leave)
    if version is not None and version != leave.version:
        raise StaleVersionError(_("该申请已有变化，请刷新后重试。"), current=leave.version)
    _check_state(leave, LeaveState.ASKED)
    if not approve and not note.strip():
        raise InvalidInputError("note", _("不批准的，请写明理由。"))
    parts = freeing.parts(session, leave, clock.now(session), lock=True) if approve else []
    if freed is not None and approve and freed != len(parts):
        raise StaleVersionError(_("受影响的班次有变化，请刷新后重试。"), current=len(parts))
    leave.state = LeaveState.APPROVED if approve else LeaveState.REFUSED
    leave.decided_by, leave.decided_by_name = actor.account_id, actor.name
    leave.decided_at, leave.note = clock.now(session), note.strip()
    leave.version += 1
    freeing.free(session, actor, leave, parts)
    _remember(session, actor, leave, f"{leave.state}_leave", note=note, freed=len(parts))
    return leave


def cancel_leave(session: Session, actor: Actor, leave_id: uuid.UUID) -> DutyLeave:
    """Take leave back: what was asked is dropped, what has begun ends now (销假).

    The person himself, or who may decide on it. Shifts that were freed stay open slots. Raises
    NotFoundError, NotPermittedError, StepNotAllowedError.
    """
    permissions.check(actor, Permission.ROSTER_READ)
    leave = get_leave(session, actor, leave_id, lock=True)
    if leave.person_id != actor.person_id:
        _check_decider(session, actor, leave)
    now = clock.now(session)
    _check_state(leave, LeaveState.ASKED, LeaveState.APPROVED)
    begun = leave.state == LeaveState.APPROVED and leave.starts_at < now
    if begun and leave.ends_at <= now:
        raise StepNotAllowedError(_("该请假已经结束。"))
    if begun:
        leave.ends_at = now
    else:
        leave.state = LeaveState.CANCELLED
    leave.version += 1
    session.flush()
    _remember(session, actor, leave, "end_leave" if begun else "cancel_leave")
    return leave


def get_leave(
    session: Session, actor: Actor, leave_id: uuid.UUID, *, lock: bool = False
) -> DutyLeave:
    """Return leave of the actor himself or of people within his reach; raises NotFoundError."""
    query = select(DutyLeave).where(visible(actor), DutyLeave.id == leave_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该请假申请，或者您无权查看。"))
    return found


@dataclass(frozen=True)
class LeaveRow:
    """An application as a list shows it; `decides` where the reader may decide on it."""

    leave: DutyLeave
    person_name: str
    decides: bool


def list_leave(session: Session, actor: Actor, limit: int = 60) -> list[LeaveRow]:
    """Return the leave that the actor sees, what waits first, then the latest."""
    query = (
        select(DutyLeave, Person.name, _within(DutyLeave.person_id, actor))
        .join(
            Person,
            and_(Person.county_code == DutyLeave.county_code, Person.id == DutyLeave.person_id),
        )
        .where(visible(actor))
        .order_by((DutyLeave.state == LeaveState.ASKED).desc(), DutyLeave.id.desc())
        .limit(limit)
    )
    return [
        LeaveRow(row, name, reached and row.person_id != actor.person_id)
        for row, name, reached in session.execute(query)
    ]


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return whose leave the actor sees: his own, and that of people whose roster he changes."""
    return and_(
        DutyLeave.county_code == actor.county_code,
        (DutyLeave.person_id == actor.person_id) | _within(DutyLeave.person_id, actor),
    )


def _within(person: ColumnElement[uuid.UUID] | object, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a person holds a post, today or later, in a unit he changes."""
    return exists(
        select(Post.id)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Post.county_code == actor.county_code,
            Post.person_id == person,
            or_(Post.valid_to.is_(None), Post.valid_to > clock.sql_today()),
            reach.changeable(actor),
        )
    )


def _reaches(session: Session, actor: Actor, person_id: uuid.UUID) -> bool:
    query = select(Person.id).where(
        Person.county_code == actor.county_code, Person.id == person_id, _within(Person.id, actor)
    )
    return session.scalar(query) is not None


def may_decide(session: Session, actor: Actor, leave: DutyLeave) -> bool:
    """Tell whether the actor may decide on an application: never on his own."""
    return leave.person_id != actor.person_id and _reaches(session, actor, leave.person_id)


def _check_decider(session: Session, actor: Actor, leave: DutyLeave) -> None:
    if leave.person_id == actor.person_id:
        raise NotPermittedError(_("不能审批自己的请假。"))
    if not may_decide(session, actor, leave):
        raise NotPermittedError(_("您不能审批该人员的请假。"))


def _check_state(leave: DutyLeave, *states: LeaveState) -> None:
    if LeaveState(leave.state) not in states:
        raise StepNotAllowedError(
            _("该申请现为“%(state)s”。", state=label(LeaveState(leave.state)))
        )


def _remember(session: Session, actor: Actor, leave: DutyLeave, event: str, **detail: Any) -> None:
    remember(
        session, actor, "leave", leave.id, event, person_id=str(leave.person_id), kind=leave.kind,
        starts_at=leave.starts_at, ends_at=leave.ends_at, **detail,
    )  # fmt: skip
