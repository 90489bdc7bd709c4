"""Acts: ask to see one object, agree or refuse, end it; it ends by itself at its end time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock, due, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.glass import queries, telling
from enforcement.glass.models import GlassGrant, GlassKind, GlassState
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.terms import Role
from enforcement.permissions import Permission

TASK: Final = "glass:end"
LONGEST_TEXT: Final = 500


@dataclass(frozen=True)
class Request:
    """What somebody asks to see: the number people say (AJ…, SJ…), why, and until when."""

    kind: GlassKind
    number: str
    reason: str
    until: datetime


def ask(session: Session, actor: Actor, what: Request) -> GlassGrant:
    """Ask to see one case or incident until a moment, at most the setting's hours from now.

    A second person decides. Raises NotPermittedError, InvalidInputError (number, reason, until).
    """
    permissions.check(actor, Permission.GLASS_ASK)
    now, number = clock.now(session), what.number.strip().upper()
    reason = _said("reason", what.reason)
    _check_until(session, actor, what.until, now)
    found = queries.find_object(session, actor.county_code, what.kind, number)
    if found is None:
        raise InvalidInputError("number", _("没有这个编号的%(kind)s。", kind=label(what.kind)))
    row = GlassGrant(
        county_code=actor.county_code, id=uuid7(), account_id=actor.account_id,
        person_id=actor.person_id, name=actor.name, role=actor.role, unit_name=actor.unit_name,
        kind=what.kind, case_id=found if what.kind is GlassKind.CASE else None,
        incident_id=found if what.kind is GlassKind.INCIDENT else None, number=number,
        reason=reason, asked_at=now, until=what.until, state=GlassState.ASKED,
    )  # fmt: skip
    session.add(row)
    session.flush()
    due.schedule(session, row.county_code, TASK, row.id, "end", row.until)
    telling.record(session, "glass:ask", row, actor, reason=reason, until=row.until.isoformat())
    telling.auditors(session, row, "glass_asked")
    telling.deciders(session, row)
    return row


def _said(field: str, words: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise InvalidInputError(field, _("请写明理由，最多%(n)d个字。", n=LONGEST_TEXT))
    return said


def _check_until(session: Session, actor: Actor, until: datetime, now: datetime) -> None:
    if until <= now:
        raise InvalidInputError("until", _("截止时间应当在现在之后。"))
    most = queries.longest(session, actor.county_code)
    if until > now + most:
        hours = most // timedelta(hours=1)
        raise InvalidInputError("until", _("最多查看%(n)d小时，请把截止时间提前。", n=hours))


def decide(
    session: Session, actor: Actor, grant_id: uuid.UUID, *, agree: bool, reason: str
) -> GlassGrant:
    """Agree to a request or refuse it, with the reason; the first of two deciders counts.

    Raises NotFoundError, NotPermittedError (one's own, or one of one's own role),
    StepNotAllowedError (decided, or its time is over), InvalidInputError("reason").
    """
    permissions.check(actor, Permission.GLASS_DECIDE)
    row = queries.get(session, actor.county_code, grant_id, lock=True)
    _check_decider(actor, row)
    now = clock.now(session)
    if row.state != GlassState.ASKED:
        raise StepNotAllowedError(_("这条申请已经有了结果，请刷新页面。"))
    if row.until <= now:
        raise StepNotAllowedError(_("这条申请的截止时间已过，需要时请申请人重新申请。"))
    row.decided_why = _said("reason", reason)
    row.state = GlassState.AGREED if agree else GlassState.REFUSED
    row.decided_by_person, row.decided_name, row.decided_at = actor.person_id, actor.name, now
    session.flush()
    if not agree:
        due.cancel(session, row.county_code, row.id, TASK)
    word = "agreed" if agree else "refused"
    act = "glass:agree" if agree else "glass:refuse"
    telling.record(session, act, row, actor, reason=row.decided_why)
    telling.auditors(session, row, f"glass_{word}")
    telling.asker(session, row, f"glass_mine_{word}")
    return row


def may_decide(actor: Actor, row: GlassGrant) -> bool:
    """Tell whether a decider may decide on this very request."""
    return actor.person_id != row.person_id and actor.role in telling.deciders_of(Role(row.role))


def _check_decider(actor: Actor, row: GlassGrant) -> None:
    if actor.person_id == row.person_id or actor.account_id == row.account_id:
        raise NotPermittedError(_("不能决定自己的申请，须由另一人决定。"))
    if actor.role not in telling.deciders_of(Role(row.role)):
        raise NotPermittedError(_("安全管理员的申请由行政机关负责人决定。"))


def end(session: Session, actor: Actor, grant_id: uuid.UUID) -> GlassGrant:
    """End a grant before its time: its asker does, or who agreed to it; a request is taken back.

    Raises NotFoundError (absent, or neither of them), StepNotAllowedError (ended before).
    """
    permissions.check(actor, Permission.SELF)
    row = queries.get(session, actor.county_code, grant_id, lock=True)
    mine = actor.account_id == row.account_id
    if not mine and actor.person_id != row.decided_by_person:
        raise NotFoundError(_("没有这条应急授权，或者您无权查看。"))
    now = clock.now(session)
    if row.state not in (GlassState.ASKED, GlassState.AGREED) or row.until <= now:
        raise StepNotAllowedError(_("这条应急授权已经结束。"))
    waited = row.state == GlassState.ASKED
    row.state = GlassState.LAPSED if waited else GlassState.ENDED
    row.ended_at, row.ended_name = now, actor.name
    session.flush()
    due.cancel(session, row.county_code, row.id, TASK)
    telling.record(session, "glass:end", row, actor)
    telling.auditors(session, row, "glass_ended")
    if not mine:
        telling.asker(session, row, "glass_mine_ended")
    return row


def lapse(session: Session, step: DueStep) -> None:
    """Note that a grant's time is over, and tell it: it opened nothing since that very moment."""
    row = queries.get(session, step.county_code, step.subject_id, lock=True)
    if row.state not in (GlassState.ASKED, GlassState.AGREED):
        return
    row.state, row.ended_at = GlassState.LAPSED, row.until
    session.flush()
    telling.record(session, "glass:lapse", row, None)
    telling.auditors(session, row, "glass_ended")
    telling.asker(session, row, "glass_mine_ended")
