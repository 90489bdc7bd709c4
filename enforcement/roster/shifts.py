"""Acts upon single shifts: add one, put a person on it or take him off, cancel it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, once
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import N_
from enforcement.people.models import Person
from enforcement.roster import problems, queries, reach
from enforcement.roster.entries import remember
from enforcement.roster.guard import refusing
from enforcement.roster.models import DutyShift
from enforcement.roster.pattern import check_years
from enforcement.roster.problems import Ask
from enforcement.roster.terms import LONGEST, MAX_AHEAD, DutyKind, Problem, ShiftState

ONE_PLACE: Final = "ex_duty_shift_person"
TAKEN: Final = N_("该人员同一时间已有其他班次（可能刚由他人安排），请刷新后重试。")


@dataclass(frozen=True)
class ShiftIn:
    """A shift as a person states it; without a person it is an open slot."""

    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
    person_id: uuid.UUID | None = None


def add_shift(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    what: ShiftIn,
    *,
    reason: str = "",
    accept_short_rest: bool = False,
    key: str | None = None,
) -> DutyShift:
    """Add a shift to a unit's roster by hand.

    Raises InvalidInputError, NotFoundError, NotPermittedError, StepNotAllowedError.
    """
    unit = reach.check_change(session, actor, unit_id)
    earlier = once.claim(session, actor, key, "roster:add_shift", [unit_id, vars(what)])
    if earlier is not None:
        return queries.get_shift(session, actor.county_code, earlier)
    _check_span(what, clock.now(session))
    ask = _ask(unit.id, what.kind, what.starts_at, what.ends_at, what.person_id)
    _check_person(session, actor.county_code, ask, accept_short_rest, reason)
    shift = _new(session, actor, unit.id, what)
    with refusing(session, ONE_PLACE, _(TAKEN)):
        session.add(shift)
    _remember(session, actor, shift, "add_shift", reason)
    once.done(session, actor, key, shift.id)
    return shift


def _new(session: Session, actor: Actor, unit_id: uuid.UUID, what: ShiftIn) -> DutyShift:
    return DutyShift(
        county_code=actor.county_code, id=uuid7(), unit_id=unit_id, kind=what.kind,
        person_id=what.person_id, starts_at=what.starts_at, ends_at=what.ends_at, by_hand=True,
        made_by=actor.account_id, made_at=clock.now(session),
    )  # fmt: skip


def _check_span(what: ShiftIn, now: datetime) -> None:
    check_years("starts_at", what.starts_at)
    check_years("ends_at", what.ends_at)
    if what.ends_at <= what.starts_at:
        raise InvalidInputError("ends_at", _("结束时间须晚于开始时间。"))
    if what.ends_at - what.starts_at > LONGEST:
        raise InvalidInputError("ends_at", _("一个班次最长24小时，且结束须晚于开始。"))
    if what.ends_at <= now:
        raise InvalidInputError("starts_at", _("该时段已经过去，不能补排班次。"))
    if what.starts_at > now + MAX_AHEAD:
        raise InvalidInputError("starts_at", _("最多提前%(n)d天排班。", n=MAX_AHEAD.days))


def set_shift(
    session: Session,
    actor: Actor,
    shift_id: uuid.UUID,
    person_id: uuid.UUID | None,
    *,
    version: int | None = None,
    reason: str = "",
    accept_short_rest: bool = False,
    key: str | None = None,
) -> DutyShift:
    """Put a person on a shift, replace the one who had it, or (None) leave it an open slot.

    A shift that has begun is cut now: what was stays as it was, and the rest is the shift that is
    returned. Raises InvalidInputError, NotFoundError, NotPermittedError, StaleVersionError,
    StepNotAllowedError (over or cancelled).
    """
    shift = queries.get_shift(session, actor.county_code, shift_id, lock=True)
    reach.check_change(session, actor, shift.unit_id)
    what = [shift_id, person_id, version]
    earlier = once.claim(session, actor, key, "roster:set_shift", what)
    if earlier is not None:
        return queries.get_shift(session, actor.county_code, earlier)
    now = clock.now(session)
    _check_open(shift, version, now)
    if person_id == shift.person_id:
        raise InvalidInputError("person_id", _("该班次现在就是这样安排的。"))
    begins = max(shift.starts_at, _minute(now))
    ask = _ask(shift.unit_id, shift.kind, begins, shift.ends_at, person_id, shift.id)
    _check_person(session, actor.county_code, ask, accept_short_rest, reason)
    before = shift.person_id
    with refusing(session, ONE_PLACE, _(TAKEN)):
        shift = _from_now(session, actor, shift, now)
        shift.person_id, shift.by_hand, shift.version = person_id, True, shift.version + 1
    _remember(
        session,
        actor,
        shift,
        "set_shift",
        reason,
        before=queries.person_name(session, actor.county_code, before),
    )
    once.done(session, actor, key, shift.id)
    return shift


def cancel_shift(
    session: Session,
    actor: Actor,
    shift_id: uuid.UUID,
    *,
    version: int | None = None,
    reason: str,
) -> DutyShift:
    """Take a shift off the roster with a reason; one that has begun ends now.

    Raises as `set_shift`.
    """
    shift = queries.get_shift(session, actor.county_code, shift_id, lock=True)
    reach.check_change(session, actor, shift.unit_id)
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    now = clock.now(session)
    _check_open(shift, version, now)
    cut = _minute(now)
    if shift.starts_at < cut:
        shift.ends_at = cut
    else:
        shift.state = ShiftState.CANCELLED
    shift.by_hand, shift.version = True, shift.version + 1
    session.flush()
    _remember(session, actor, shift, "cancel_shift", reason)
    return shift


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _check_open(shift: DutyShift, version: int | None, now: datetime) -> None:
    if version is not None and version != shift.version:
        raise StaleVersionError(
            _("该班次已被他人更改，请刷新后重试。"), your_version=version, current=shift.version
        )
    if shift.state == ShiftState.CANCELLED:
        raise StepNotAllowedError(_("该班次已取消。"))
    if shift.ends_at <= now:
        raise StepNotAllowedError(_("该班次已经结束，不能更改。"))


def _ask(
    unit_id: uuid.UUID,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    person_id: uuid.UUID | None,
    shift_id: uuid.UUID | None = None,
) -> Ask | None:
    return Ask(person_id, unit_id, kind, starts_at, ends_at, shift_id) if person_id else None


def _check_person(
    session: Session, county_code: str, ask: Ask | None, accept_short_rest: bool, reason: str
) -> None:
    """Raise InvalidInputError where something speaks against a person for a shift."""
    if ask is None:
        return
    if session.get(Person, (county_code, ask.person_id)) is None:
        raise InvalidInputError("person_id", _("没有这个人员。"))
    [found] = problems.judge(session, county_code, [ask])
    left = [one for one in found if not (one is Problem.REST and accept_short_rest)]
    if left:
        raise InvalidInputError(
            "person_id", _("不能安排此人：%(why)s。", why=problems.said(left)),
            problems=[str(one) for one in left],
        )  # fmt: skip
    if Problem.REST in found and not reason.strip():
        raise InvalidInputError("reason", _("休息不足仍要安排的，请写明理由。"))


def _from_now(session: Session, actor: Actor, shift: DutyShift, now: datetime) -> DutyShift:
    """Return the part of a shift that is still to come, a row of its own where it has begun."""
    cut = _minute(now)
    if shift.starts_at >= cut:
        return shift
    rest = ShiftIn(DutyKind(shift.kind), cut, shift.ends_at)
    shift.ends_at, shift.by_hand, shift.version = cut, True, shift.version + 1
    session.flush()
    _remember(session, actor, shift, "cut_shift", "")
    new = _new(session, actor, shift.unit_id, rest)
    new.version = 0
    session.add(new)
    return new


def _remember(
    session: Session, actor: Actor, shift: DutyShift, event: str, reason: str, **more: Any
) -> None:
    remember(
        session, actor, "shift", shift.id, event, unit_id=shift.unit_id, kind=shift.kind,
        starts_at=shift.starts_at, ends_at=shift.ends_at,
        person=queries.person_name(session, shift.county_code, shift.person_id),
        reason=reason.strip(), **more,
    )  # fmt: skip
