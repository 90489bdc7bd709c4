"""Acts upon the money of a case: stop the surcharge, let it go on, issue the payment notice."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.case import money, papers, queries
from enforcement.case.models import CaseFile
from enforcement.case.money_models import SurchargePause
from enforcement.document.models import Document
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.money import PauseGround
from enforcement.permissions import Permission


def notice(session: Session, actor: Actor, case_id: uuid.UUID) -> Document:
    """Issue the payment notice (D44): what is owed today and what was paid, with receipts.

    Raises NotPermittedError for others than the officers, StepNotAllowedError without a fine.
    """
    case = _locked(session, actor, case_id)
    if not case.fine_yuan or case.served_on is None:
        raise StepNotAllowedError(_("本案没有已经送达的罚款决定。"))
    found = money.of_case(session, case, clock.today(session))
    paid = [
        {"paid_on": one.paid_on.isoformat(), "amount_yuan": f"{one.amount_yuan:.2f}",
         "receipt": one.number}
        for one in found.receipts
    ]  # fmt: skip
    more = {"payments": paid} if paid else {}
    made = papers.issue(session, actor, case, "D44", more)
    _audit(session, actor, case, "money:notice", number=str(made.number))
    return made


def pause(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    ground: PauseGround,
    from_on: date,
    paper: str,
) -> SurchargePause:
    """Stop the surcharge from the day a reconsideration or lawsuit was accepted (罚73第三款).

    paper -- number of the notice. Raises NotPermittedError for others than the officers,
    StepNotAllowedError where it stands already, InvalidInputError.
    """
    case = _locked(session, actor, case_id)
    if not case.fine_yuan or case.served_on is None:
        raise StepNotAllowedError(_("本案没有已经送达的罚款决定。"))
    if not case.served_on <= from_on <= clock.today(session):
        raise InvalidInputError("from_on", _("受理日期应当在送达之后，且不能在将来。"))
    if not paper.strip():
        raise InvalidInputError("paper", _("必填。"))
    for one in money.pauses(session, case):
        if one.until_on is None:
            raise StepNotAllowedError(_("加处罚款已经停止计算。"))
        if one.until_on >= from_on:
            raise InvalidInputError("from_on", _("与已登记的期间重叠。"))
    row = SurchargePause(
        county_code=case.county_code, id=uuid7(), case_id=case.id, ground=ground, from_on=from_on,
        paper=paper.strip(), by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    _audit(session, actor, case, "money:pause", ground=ground, from_on=from_on.isoformat())
    return row


def go_on(session: Session, actor: Actor, case_id: uuid.UUID, until_on: date) -> SurchargePause:
    """Let the surcharge run again after the last day of the reconsideration or lawsuit."""
    case = _locked(session, actor, case_id)
    row = next((one for one in money.pauses(session, case) if one.until_on is None), None)
    if row is None:
        raise StepNotAllowedError(_("加处罚款没有停止计算。"))
    if not row.from_on <= until_on <= clock.today(session):
        raise InvalidInputError("until_on", _("终结日期应当在受理之后，且不能在将来。"))
    row.until_on = until_on
    _audit(session, actor, case, "money:go_on", until_on=until_on.isoformat())
    return row


def _locked(session: Session, actor: Actor, case_id: uuid.UUID) -> CaseFile:
    permissions.check(actor, Permission.CASE_WORK)
    case = queries.get(session, actor, case_id, lock=True)
    if actor.person_id not in (case.officer_a_id, case.officer_b_id):
        raise NotPermittedError(_("只有本案的两名承办人员可以办理。"))
    return case


def _audit(session: Session, actor: Actor, case: CaseFile, act: str, **more: str) -> None:
    session.flush()
    audit.record(session, case.county_code, act, "case", case.number, actor=actor, **more)
