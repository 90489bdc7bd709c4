"""Page: the clock of a case, with the forms that exclude time, end that and extend the period."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import people, queries, timing
from enforcement.case.clock_api import do_exclude, do_extend
from enforcement.case.clock_fields import END, EXCLUDE, EXTEND
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _
from enforcement.incident.forms import whole
from enforcement.law.delegation import TIME_EVENT
from enforcement.law.timing import Excluded
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor
from enforcement.timing import clocks

bp = Blueprint("case_clock", __name__)
ExcludeForm = form_of("ExcludeForm", EXCLUDE)
EndForm = form_of("EndForm", END)
ExtendForm = form_of("ExtendForm", EXTEND)
Act = Callable[[Session, Actor, dict[str, Any]], Any]


@bp.get("/cases/<uuid:case_id>/clock")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def detail(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show the clock of a case and what may be done upon it."""
    with transaction() as session:
        actor = current_actor()
        return _page(session, actor, queries.get(session, actor, case_id))


def _page(
    session: Session,
    actor: Actor,
    case: CaseFile,
    wrong: tuple[str, FlaskForm] | None = None,
    why: str | None = None,
) -> str:
    today = clock.today(session)
    officer = actor.person_id in (case.officer_a_id, case.officer_b_id)
    lent = people.order_of(session, actor, TIME_EVENT, today) is not None
    head = (allows(actor, Permission.CASE_APPROVE) or lent) and not officer
    empty = {
        "exclude": ExcludeForm(formdata=None, version=case.version),
        "end": EndForm(formdata=None, version=case.version, last_on=today),
        "extend": ExtendForm(formdata=None, version=case.version),
    }
    return render_template(
        "case/clock.html", case=case, clock=timing.clock_of(session, case, today), today=today,
        running=clocks.open_exclusions(session, case.county_code, case.id),
        officer=officer, head=head, kinds=Excluded, sent=wrong, empty=empty, why=why,
    )  # fmt: skip


@bp.post("/cases/<uuid:case_id>/clock/exclude")
@requires(Permission.CASE_READ)
def exclude(case_id: uuid.UUID) -> ResponseReturnValue:
    """Let time not count."""
    return _do(case_id, "exclude", ExcludeForm(), EXCLUDE, lambda session, actor, said: do_exclude(
        session, actor, case_id, said), _("已登记，办案期限停止计算。"))  # fmt: skip


@bp.post("/cases/<uuid:case_id>/clock/<uuid:exclusion_id>/end")
@requires(Permission.CASE_READ)
def end(case_id: uuid.UUID, exclusion_id: uuid.UUID) -> ResponseReturnValue:
    """End excluded time."""

    def act(session: Session, actor: Actor, said: dict[str, Any]) -> None:
        timing.end(session, actor, case_id, exclusion_id, said["last_on"], said["paper"],
                   version=said["version"])  # fmt: skip

    return _do(case_id, str(exclusion_id), EndForm(), END, act, _("已恢复计算办案期限。"))


@bp.post("/cases/<uuid:case_id>/clock/extend")
@requires(Permission.CASE_READ)
def extend(case_id: uuid.UUID) -> ResponseReturnValue:
    """Lengthen the period."""
    return _do(case_id, "extend", ExtendForm(), EXTEND, lambda session, actor, said: do_extend(
        session, actor, case_id, said), _("已延长办案期限。"))  # fmt: skip


def _do(
    case_id: uuid.UUID, name: str, form: FlaskForm, fields: Any, act: Act, done: str
) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        error: DomainError | None = None
        if not form.validate():
            error = InvalidInputError("form", errors_of(form))
        else:
            said = values_of(form, fields) | {"version": whole(form.version.data)}
            try:
                with session.begin_nested():
                    act(session, actor, said)
            except DomainError as refused:
                error = refused
        if error is not None:
            mark(form, error)
            case = queries.get(session, actor, case_id)
            return _page(session, actor, case, (name, form), str(error)), status_of(error)
    flash(done, "success")
    return redirect(url_for(".detail", case_id=case_id))
