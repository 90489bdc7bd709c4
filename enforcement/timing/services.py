"""Records on the clock of a case: excluded time, its end, extensions.

The caller (slice `case`) has found and locked the case, knows who may act and writes its history.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from enforcement import audit
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.articles import APL
from enforcement.law.timing import EXTENDING, Approval, Clock, Excluded
from enforcement.settings import queries as settings
from enforcement.settings.terms import limit_key
from enforcement.timing.models import CaseExclusion, CaseExtension

LONGEST = 200
ARTICLE = APL[60].zh


def exclude(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    clock: Clock,
    kind: Excluded,
    reason: str,
    paper: str,
    first_on: date,
    today: date,
) -> CaseExclusion:
    """Let time not count from a day on; never without a reason, that day and a paper (C9).

    Raises InvalidInputError, StepNotAllowedError (the profile knows no such kind, or one runs).
    """
    if kind not in clock.profile.excludes:
        raise StepNotAllowedError(
            _("本案的期限规则不扣除“%(kind)s”时间。", kind=label(kind)), article=ARTICLE
        )
    if not clock.started < first_on <= today:
        raise InvalidInputError("first_on", _("开始日期应当在立案之后，且不能在将来。"))
    if first_on > clock.raw:
        raise InvalidInputError("first_on", _("期限已于%(day)s届满，不能再扣除。", day=clock.raw))
    if any(one.kind is kind and (one.last or today) >= first_on for one in clock.spans):
        raise StepNotAllowedError(
            _("该期间的“%(kind)s”时间已经登记。", kind=label(kind)), article=ARTICLE
        )
    row = CaseExclusion(
        county_code=actor.county_code, id=uuid7(), case_id=case_id, kind=str(kind),
        reason=_words("reason", reason), paper=_words("paper", paper), first_on=first_on,
        by=actor.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "timing:exclude", case_id, kind=str(kind), first_on=str(first_on))
    return row


def end(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    exclusion_id: uuid.UUID,
    last_on: date,
    paper: str,
    today: date,
) -> CaseExclusion:
    """End excluded time with its last day and the paper that shows it.

    Raises NotFoundError, InvalidInputError, StepNotAllowedError (it has ended already).
    """
    row = session.get(CaseExclusion, (actor.county_code, exclusion_id), with_for_update=True)
    if row is None or row.case_id != case_id:
        raise NotFoundError(_("没有这段扣除的期间。"))
    if row.last_on is not None:
        raise StepNotAllowedError(_("这段期间已于%(day)s结束。", day=row.last_on), article=ARTICLE)
    if not row.first_on <= last_on <= today:
        raise InvalidInputError("last_on", _("结束日期应当不早于开始日期，且不能在将来。"))
    row.last_on, row.end_paper = last_on, _words("paper", paper)
    row.ended_by = actor.account_id
    session.flush()
    _audit(session, actor, "timing:end", case_id, kind=row.kind, last_on=str(last_on))
    return row


def extend(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    clock: Clock,
    approval: Approval,
    days: int | None,
    reason: str,
    paper: str | None,
    today: date,
) -> CaseExtension:
    """Lengthen the period: once by the head, once more by collective discussion (R9).

    days -- None takes the county's figure, which is also the most. Raises InvalidInputError,
    StepNotAllowedError: the period is over, the way was used, or the head's comes first.
    """
    used = {one.approval for one in clock.extensions}
    if today > clock.raw and clock.stopped_on is None:
        text = _("期限已于%(day)s届满，不能再延长。", day=clock.raw)
        raise StepNotAllowedError(text, article=ARTICLE)
    if approval in used:
        text = _("已经“%(how)s”延长过一次。", how=label(approval))
        raise StepNotAllowedError(text, article=ARTICLE)
    if approval is Approval.COLLECTIVE and Approval.HEAD not in used:
        raise StepNotAllowedError(
            _("须先经负责人批准延长，仍不能办结的才由集体讨论决定。"), article=ARTICLE
        )
    most = settings.value(session, actor.county_code, limit_key(EXTENDING[approval]))
    if not 0 < (days := most if days is None else days) <= most:
        raise InvalidInputError("days", _("延长的天数应当在1到%(most)d之间。", most=most))
    if approval is Approval.COLLECTIVE:
        paper = _words("paper", paper or "")
    row = CaseExtension(
        county_code=actor.county_code, id=uuid7(), case_id=case_id, approval=str(approval),
        days=days, reason=_words("reason", reason), paper=(paper or "").strip() or None,
        granted_on=today, by=actor.account_id, by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "timing:extend", case_id, approval=str(approval), days=days)
    return row


def _words(name: str, text: str) -> str:
    found = text.strip()
    if not found:
        told = _("请写明理由。") if name == "reason" else _("请写明文书名称或者文号。")
        raise InvalidInputError(name, told)
    if len(found) > LONGEST:
        raise InvalidInputError(name, _("最多%(n)d个字。", n=LONGEST))
    return found


def _audit(
    session: Session, actor: Actor, act: str, case_id: uuid.UUID, **detail: str | int
) -> None:
    audit.record(session, actor.county_code, act, "case", str(case_id), actor=actor, **detail)
