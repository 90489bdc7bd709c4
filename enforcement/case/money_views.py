"""Page: the money of a case, how the surcharge is counted, the forms that stop and resume it."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import money, queries
from enforcement.case.models import CaseFile
from enforcement.case.money_api import ACTS, do
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.money import PauseGround
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("case_money", __name__)
FORMS = {act: form_of(f"{act}_money", fields) for act, fields in ACTS.items()}


@bp.get("/cases/<uuid:case_id>/money")
@requires(Permission.CASE_READ)
def detail(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show what is owed in a case today, and how it was counted."""
    actor = current_actor()
    with transaction() as session:
        return _page(session, actor, queries.get(session, actor, case_id))


def _page(
    session: Session, actor: Actor, case: CaseFile, sent: FlaskForm | None = None,
    act: str = "", why: str | None = None,
) -> str:  # fmt: skip
    today = clock.today(session)
    found = money.of_case(session, case, today)
    forms = {name: form(formdata=None) for name, form in FORMS.items()}
    if sent is not None:
        forms[act] = sent
    return render_template(
        "case/money.html", case=case, money=found, today=today, grounds=PauseGround, sheets=forms,
        extra=money.owed(session, case, today), why=why, act=act,
        officer=actor.person_id in (case.officer_a_id, case.officer_b_id),
        running=next((one for one in found.pauses if one.until_on is None), None),
    )  # fmt: skip


@bp.post("/cases/<uuid:case_id>/money/<act>")
@requires(Permission.CASE_WORK)
def carry_out(case_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Stop the surcharge, let it go on, or issue the payment notice."""
    if act not in ACTS:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        form = FORMS[act]()
        error: Exception | None = None
        if not form.validate():
            error = InvalidInputError("form", errors_of(form))
        else:
            try:
                with session.begin_nested():
                    do(session, actor, case_id, act, values_of(form, ACTS[act]))
            except (DomainError, LawError) as refused:
                error = refused
        if error is not None:
            mark(form, error)
            return _page(session, actor, case, form, act, str(error)), status_of(error)
        flash(_("已办理。"), "success")
    return redirect(url_for(".detail", case_id=case_id))
