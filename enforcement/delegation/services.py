"""Acts: the head names who approves while he is on leave, and takes that back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from enforcement import audit, clock, files, permissions
from enforcement.actor import Actor
from enforcement.delegation import queries
from enforcement.delegation.models import ApprovalOrder
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.delegation import Approvals
from enforcement.permissions import Permission

LONGEST: Final = timedelta(days=366)
PDF: Final = b"%PDF-"


@dataclass(frozen=True)
class OrderIn:
    """An order as the head gives it; paper -- bytes of the signed order, PDF or picture."""

    number: str
    reason: str
    to_id: uuid.UUID
    from_on: date
    until_on: date
    approvals: tuple[Approvals, ...]
    paper: bytes


def make(session: Session, actor: Actor, what: OrderIn) -> ApprovalOrder:
    """Let another person give the actor's own approvals between two days.

    Raises NotPermittedError (a right that was lent cannot be lent on), InvalidInputError.
    """
    permissions.check(actor, Permission.CASE_APPROVE)
    today = clock.today(session)
    _check(what, today)
    people = {one.id: one for one in queries.list_candidates(session, actor, today)}
    if what.to_id not in people:
        raise InvalidInputError("to_id", _("代行人应当是其他负责人或者大队长，并有可用的账号。"))
    kept = files.store(
        session, actor.county_code, what.paper, name=what.number.strip(),
        media_type=_media_type(what.paper), actor=actor,
    )  # fmt: skip
    row = ApprovalOrder(
        county_code=actor.county_code, id=uuid7(), number=what.number.strip(),
        reason=what.reason.strip(), for_id=actor.person_id, for_name=actor.name,
        to_id=what.to_id, to_name=people[what.to_id].name, from_on=what.from_on,
        until_on=what.until_on, approvals=[str(one) for one in what.approvals],
        sha256=kept.sha256, by=actor.account_id, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "delegation:make", row, to=row.to_name, until_on=str(row.until_on))
    return row


def revoke(session: Session, actor: Actor, order_id: uuid.UUID, reason: str) -> ApprovalOrder:
    """Take an order back from now on; what was approved under it stands.

    Raises NotFoundError, NotPermittedError (another head's), InvalidInputError,
    StepNotAllowedError (taken back already).
    """
    permissions.check(actor, Permission.CASE_APPROVE)
    row = queries.get(session, actor.county_code, order_id)
    if row.for_id != actor.person_id:
        raise NotPermittedError(_("只有作出决定的负责人可以收回。"))
    if row.revoked_at is not None:
        raise StepNotAllowedError(_("该决定已经收回。"))
    if not reason.strip():
        raise InvalidInputError("reason", _("必填。"))
    row.revoked_at, row.revoked_by_name = clock.now(session), actor.name
    row.revoked_because = reason.strip()
    session.flush()
    _audit(session, actor, "delegation:revoke", row, reason=row.revoked_because)
    return row


def _check(what: OrderIn, today: date) -> None:
    for name in ("number", "reason"):
        if not getattr(what, name).strip():
            raise InvalidInputError(name, _("必填。"))
    if what.from_on < today:
        raise InvalidInputError("from_on", _("不能从过去的日期开始代行。"))
    if not what.from_on <= what.until_on <= what.from_on + LONGEST:
        raise InvalidInputError("until_on", _("截止日期应当不早于开始日期，且不超过一年。"))
    if not what.approvals:
        raise InvalidInputError("approvals", _("请选择代行哪些审批。"))
    if not what.paper:
        raise InvalidInputError("paper", _("请附上签署的书面决定。"))


def _media_type(paper: bytes) -> str:
    return "application/pdf" if paper.startswith(PDF) else files.check_image(paper, "paper")


def _audit(session: Session, actor: Actor, act: str, row: ApprovalOrder, **detail: str) -> None:
    audit.record(
        session, row.county_code, act, "approval_order", str(row.id), actor=actor,
        number=row.number, **detail,
    )  # fmt: skip
