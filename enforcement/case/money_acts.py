"""The act upon the money of a case: issue the payment notice."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.case import money, papers, queries
from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.errors import NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
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


def _locked(session: Session, actor: Actor, case_id: uuid.UUID) -> CaseFile:
    permissions.check(actor, Permission.CASE_WORK)
    case = queries.get(session, actor, case_id, lock=True)
    if actor.person_id not in (case.officer_a_id, case.officer_b_id):
        raise NotPermittedError(_("只有本案的两名承办人员可以办理。"))
    return case


def _audit(session: Session, actor: Actor, case: CaseFile, act: str, **more: str) -> None:
    session.flush()
    audit.record(session, case.county_code, act, "case", case.number, actor=actor, **more)
