"""Acts upon swaps: ask another to take one's shift, agree, approve; nobody approves his own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, once, permissions
from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.terms import N_
from enforcement.people.models import Person
from enforcement.permissions import Permission
from enforcement.roster import problems, queries, reach
from enforcement.roster.entries import remember
from enforcement.roster.guard import refusing
from enforcement.roster.models import DutyShift, DutySwap
from enforcement.roster.shifts import ONE_PLACE, TAKEN
from enforcement.roster.swap_queries import OPEN, ask_for, get_swap
from enforcement.roster.terms import ShiftState, SwapState

TWICE: Final = N_("该班次已有一份换班申请。")


@dataclass(frozen=True)
class SwapIn:
    """A swap as a person asks for it: to whom, or for which shift of another in exchange."""

    to_person_id: uuid.UUID | None = None
    other_shift_id: uuid.UUID | None = None
    reason: str = ""


def ask_swap(
    session: Session,
    actor: Actor,
    shift_id: uuid.UUID,
    what: SwapIn,
    *,
    key: str | None = None,
) -> DutySwap:
    """Ask another person to take one's shift, or to exchange it for a shift of his.

    Refused at once where he, or the asker for the other shift, could not have it. Raises
    InvalidInputError, NotFoundError, NotPermittedError, StepNotAllowedError.
    """
    permissions.check(actor, Permission.ROSTER_READ)
    earlier = once.claim(session, actor, key, "roster:ask_swap", [shift_id, vars(what)])
    if earlier is not None:
        return get_swap(session, actor, earlier)
    shift = queries.get_shift(session, actor.county_code, shift_id)
    if shift.person_id != actor.person_id:
        raise NotPermittedError(_("只能为自己的班次申请换班。"))
    other = _other(session, actor, what)
    to_person = other.person_id if other else what.to_person_id
    if to_person is None or to_person == actor.person_id:
        raise InvalidInputError("to_person_id", _("请选择换班的对方。"))
    if session.get(Person, (actor.county_code, to_person)) is None:
        raise InvalidInputError("to_person_id", _("没有这个人员。"))
    swap = DutySwap(
        county_code=actor.county_code, id=uuid7(), shift_id=shift.id, shift_version=shift.version,
        from_person_id=actor.person_id, to_person_id=to_person,
        other_shift_id=other.id if other else None, other_version=other.version if other else None,
        reason=what.reason.strip(), state=SwapState.ASKED, asked_at=clock.now(session), version=1,
    )  # fmt: skip
    _check(session, swap, shift, other)
    with refusing(session, "uq_duty_swap_open", _(TWICE)):
        session.add(swap)
    _remember(session, actor, swap, shift, "ask_swap", reason=what.reason)
    once.done(session, actor, key, swap.id)
    return swap


def _other(session: Session, actor: Actor, what: SwapIn) -> DutyShift | None:
    if what.other_shift_id is None:
        return None
    other = queries.get_shift(session, actor.county_code, what.other_shift_id)
    if other.person_id is None or what.to_person_id not in (None, other.person_id):
        raise InvalidInputError("other_shift_id", _("换回的班次不是对方的班次。"))
    return other


def _check(session: Session, swap: DutySwap, shift: DutyShift, other: DutyShift | None) -> None:
    """Raise where a shift is over or changed since, or somebody could not have what he gets."""
    now = clock.now(session)
    both = [(shift, swap.shift_version, swap.from_person_id)]
    if other is not None:
        both.append((other, swap.other_version or 0, swap.to_person_id))
    for row, version, person in both:
        if row.state != ShiftState.PLANNED or row.starts_at <= now:
            raise StepNotAllowedError(_("班次已经开始或者已取消，不能换班。"))
        if row.version != version or row.person_id != person:
            raise StepNotAllowedError(_("申请之后班次已有变化，请重新申请。"))
    asks = [ask_for(shift, swap.to_person_id)]
    if other is not None:
        asks.append(ask_for(other, swap.from_person_id))
    found = problems.judge(
        session, swap.county_code, asks, ignored=[row.id for row, _v, _p in both]
    )
    for reasons, field in zip(found, ("to_person_id", "other_shift_id"), strict=False):
        if reasons:
            raise InvalidInputError(
                field, _("不能换班：%(why)s。", why=problems.said(reasons)),
                problems=[str(one) for one in reasons],
            )  # fmt: skip


def answer_swap(
    session: Session, actor: Actor, swap_id: uuid.UUID, agree: bool, *, note: str = ""
) -> DutySwap:
    """Agree to take over the other's shift, or refuse; only the person asked may.

    Raises NotFoundError, NotPermittedError, StepNotAllowedError, InvalidInputError.
    """
    permissions.check(actor, Permission.ROSTER_READ)
    swap, shift, other = _locked(session, actor, swap_id, SwapState.ASKED)
    if actor.person_id != swap.to_person_id:
        raise NotPermittedError(_("只有被请求的人可以答复。"))
    if agree:
        _check(session, swap, shift, other)
    swap.state = SwapState.AGREED if agree else SwapState.REFUSED
    return _decided(session, actor, swap, shift, "agree_swap" if agree else "decline_swap", note)


def withdraw_swap(session: Session, actor: Actor, swap_id: uuid.UUID) -> DutySwap:
    """Take a swap back that one has asked for; raises as `answer_swap`."""
    permissions.check(actor, Permission.ROSTER_READ)
    swap, shift, _other_shift = _locked(session, actor, swap_id, *OPEN)
    if actor.person_id != swap.from_person_id:
        raise NotPermittedError(_("只有申请人可以撤回。"))
    swap.state = SwapState.WITHDRAWN
    return _decided(session, actor, swap, shift, "withdraw_swap", "")


def decide_swap(
    session: Session, actor: Actor, swap_id: uuid.UUID, approve: bool, *, note: str = ""
) -> DutySwap:
    """Approve a swap that both agreed to, or refuse it; the people change places at once.

    Neither of the two may approve. All rules are asked again. Raises as `answer_swap`.
    """
    permissions.check(actor, Permission.ROSTER_CHANGE)
    swap, shift, other = _locked(session, actor, swap_id, SwapState.AGREED)
    _check_decider(session, actor, swap, shift, other)
    if approve:
        _check(session, swap, shift, other)
        _exchange(session, swap, shift, other)
    elif not note.strip():
        raise InvalidInputError("note", _("不批准的，请写明理由。"))
    swap.state = SwapState.APPROVED if approve else SwapState.REFUSED
    event = "approve_swap" if approve else "refuse_swap"
    return _decided(session, actor, swap, shift, event, note)


def _check_decider(
    session: Session, actor: Actor, swap: DutySwap, shift: DutyShift, other: DutyShift | None
) -> None:
    if actor.person_id in (swap.from_person_id, swap.to_person_id):
        raise NotPermittedError(_("不能审批自己的换班。"))
    for row in filter(None, (shift, other)):
        reach.check_change(session, actor, row.unit_id)


def _exchange(session: Session, swap: DutySwap, shift: DutyShift, other: DutyShift | None) -> None:
    """Let the two change places; first nobody has the shifts, as both may be at one time."""
    both = [(shift, swap.to_person_id)] + ([(other, swap.from_person_id)] if other else [])
    with refusing(session, ONE_PLACE, _(TAKEN)):
        for row, _person in both:
            row.person_id, row.by_hand, row.version = None, True, row.version + 1
        session.flush()
        for row, person in both:
            row.person_id = person


def _locked(
    session: Session, actor: Actor, swap_id: uuid.UUID, *states: SwapState
) -> tuple[DutySwap, DutyShift, DutyShift | None]:
    """Return a swap and its shifts, locked in the order of their ids."""
    swap = get_swap(session, actor, swap_id, lock=True)
    if SwapState(swap.state) not in states:
        raise StepNotAllowedError(_("该申请现为“%(state)s”。", state=label(SwapState(swap.state))))
    ids = sorted(filter(None, (swap.shift_id, swap.other_shift_id)))
    rows = {one: queries.get_shift(session, actor.county_code, one, lock=True) for one in ids}
    other = rows[swap.other_shift_id] if swap.other_shift_id else None
    return swap, rows[swap.shift_id], other


def _decided(
    session: Session, actor: Actor, swap: DutySwap, shift: DutyShift, event: str, note: str
) -> DutySwap:
    swap.decided_by, swap.decided_by_name = actor.account_id, actor.name
    swap.decided_at, swap.note = clock.now(session), note.strip()
    swap.version += 1
    session.flush()
    _remember(session, actor, swap, shift, event, note=note.strip())
    return swap


def _remember(
    session: Session, actor: Actor, swap: DutySwap, shift: DutyShift, event: str, **detail: Any
) -> None:
    remember(
        session, actor, "swap", swap.id, event, unit_id=shift.unit_id, shift_id=str(shift.id),
        to_person_id=str(swap.to_person_id),
        other_shift_id=str(swap.other_shift_id) if swap.other_shift_id else None, **detail,
    )  # fmt: skip
