"""Page: the money of a case, how the surcharge is counted; the payment notice."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import money, money_acts, queries
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.money import PauseGround
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("case_money", __name__)


@bp.get("/cases/<uuid:case_id>/money")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def detail(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show what is owed in a case today, and how it was counted."""
    actor = current_actor()
    with transaction() as session:
        return _page(session, actor, queries.get(session, actor, case_id))


def _page(session: Session, actor: Actor, case: CaseFile, why: str | None = None) -> str:
    today = clock.today(session)
    return render_template(
        "case/money.html", case=case, money=money.of_case(session, case, today), today=today,
        grounds=PauseGround, extra=money.owed(session, case, today), why=why,
        officer=actor.person_id in (case.officer_a_id, case.officer_b_id),
    )  # fmt: skip


@bp.post("/cases/<uuid:case_id>/money/notice")
@requires(Permission.CASE_WORK)
def notice(case_id: uuid.UUID) -> ResponseReturnValue:
    """Issue the payment notice."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        try:
            with session.begin_nested():
                money_acts.notice(session, actor, case_id)
        except (DomainError, LawError) as error:
            return _page(session, actor, case, str(error)), status_of(error)
        flash(_("已制作缴款通知书。"), "success")
    return redirect(url_for(".detail", case_id=case_id))
