"""Pages: the list of cases, one case with its gates, the form of each act, papers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.actor import Actor
from enforcement.api import next_page, read_cursor
from enforcement.case import (
    acts,
    assigning,
    choosing,
    diary,
    exhibit_views,
    money_views,
    paper_views,
    queries,
    remedy_views,
    services,
    weighing,
)
from enforcement.case.act_fields import CIRCUMSTANCES
from enforcement.case.clock_views import bp as clock_bp
from enforcement.case.defaults import defaults_of, register_defaults
from enforcement.case.detail import detail_of
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document import sealing
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _, label
from enforcement.incident import queries as incidents
from enforcement.incident.forms import whole
from enforcement.law import procedure
from enforcement.law.errors import LawError
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("case", __name__)
MORE = (clock_bp, exhibit_views.bp, remedy_views.bp, money_views.bp, paper_views.bp)
RegisterForm = form_of("RegisterForm", acts.REGISTER)
FORMS = {event: form_of(f"{event}_form", fields) for event, fields in acts.FIELDS.items()}


@bp.get("/cases")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the cases that the person may see."""
    state = request.args.get("state")
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor(), state=state, after=read_cursor(request.args.get("after"))
        )
        today = clock.today(session)
    return render_template(
        "case/list.html",
        rows=rows,
        states=CaseState,
        chosen=state,
        today=today,
        next=next_page([row.case for row in rows], queries.PAGE, "registered_at"),
    )


@bp.get("/cases/<uuid:case_id>")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def detail(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show one case: where it stands, what may follow and which gates are open."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        return render_template("case/detail.html", **detail_of(session, actor, case))


@bp.route("/incidents/<uuid:incident_id>/case", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def register(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Turn an incident into a case."""
    actor = current_actor()
    with transaction() as session:
        incident = incidents.get(session, actor, incident_id)
        made = queries.find_of_incident(session, actor.county_code, incident_id)
        if made is not None and request.method == "GET":
            return redirect(url_for(".detail", case_id=made.id))
        known = queries.find_of_incident(session, incident.county_code, incident.id)
        if known is not None and request.method == "GET":
            return redirect(url_for(".detail", case_id=known.id))
        form = RegisterForm(**register_defaults(session, incident), key=str(uuid.uuid4()))
        case, error = None, None
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    case = services.register(
                        session,
                        actor,
                        incident_id,
                        values_of(form, acts.REGISTER),
                        key=form.key.data,
                    )
            except (DomainError, LawError) as refused:
                error = refused
        if case is None:
            return _form_page("case/register.html", form, error, incident=incident)
        flash(_("已登记线索，案件编号%(number)s。", number=case.number), "success")
        return redirect(url_for(".detail", case_id=case.id))


@bp.route("/cases/<uuid:case_id>/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def act(case_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Show and take the form of one act."""
    chosen = next((one for one in FORMS if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        form = _form(session, actor, case, chosen)
        sent = form.is_submitted() and "compute" not in request.form
        error = _carry_out(session, actor, case, chosen, form) if sent else None
        if error is not None or not sent:
            shown = detail_of(session, actor, queries.get(session, actor, case_id))
            row = procedure.step_for(CaseState(case.state), chosen)
            return _form_page(
                "case/act.html",
                form,
                error,
                event=chosen,
                asked=_asked(shown["history"], row),
                **shown,
                **_weighed(session, case, chosen, form),
                **_suggested(session, actor, case, chosen),
                row=row,
            )
        flash(_("已办理：%(act)s。", act=label(chosen)), "success")
        _warn(session, case, chosen)
    return redirect(url_for(".detail", case_id=case_id))


def _asked(history: list[CaseEntry], row: procedure.Step | None) -> list[CaseEntry]:
    """Return what was proposed and said since, for whoever reviews or approves it."""
    if row is None or row.by not in (procedure.REVIEW, procedure.APPROVE, procedure.LEGAL):
        return []
    starts = [n for n, one in enumerate(history) if one.event.startswith("propose_")]
    return history[starts[-1] :] if starts else []


def _suggested(session: Session, actor: Actor, case: CaseFile, event: CaseEvent) -> dict[str, Any]:
    """Return whom a case may be given to, where the form asks for that."""
    if event is not CaseEvent.ASSIGN:
        return {}
    return {"suggestion": assigning.suggest(session, actor, case)}


def _weighed(session: Session, case: CaseFile, event: CaseEvent, form: FlaskForm) -> dict[str, Any]:
    """Return tier, range and similar decisions as the form says the circumstances."""
    if event not in weighing.SHOWN_FOR:
        return {}
    told = [field for field in CIRCUMSTANCES if field.name in form]
    return {
        "weighed": weighing.weigh(session, case, values_of(form, told)),
        "circumstances": [field.name for field in CIRCUMSTANCES],
    }


def _warn(session: Session, case: CaseFile, event: CaseEvent) -> None:
    """Tell at once where a proposed fine strays from those of similar cases (同案同罚)."""
    entry = queries.last_entry(session, case, event)
    middle = entry.detail.get("strays_from") if entry else None
    if middle:
        text = _("罚款数额明显偏离同类案件的中位数%(yuan)s元，审批人将看到此提示。", yuan=middle)
        flash(text, "warning")


def _form(session: Session, actor: Actor, case: CaseFile, event: CaseEvent) -> FlaskForm:
    today = clock.now(session)
    form = FORMS[event](
        **defaults_of(session, case, event, today), key=str(uuid.uuid4()), version=case.version
    )
    choosing.fill(session, actor, case, form)
    return form


def _carry_out(
    session: Session, actor: Actor, case: CaseFile, event: CaseEvent, form: FlaskForm
) -> Exception | None:
    """Carry out what a sent form says; return why it could not be, None where it was."""
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        services.carry_out(
            session,
            actor,
            case.id,
            event,
            values_of(form, acts.FIELDS[event]),
            key=form.key.data or None,
            version=whole(form.version.data),
        )
    except (DomainError, LawError) as error:
        return error
    return None


def _form_page(
    template: str, form: FlaskForm, error: Exception | None, **context: Any
) -> ResponseReturnValue:
    mark(form, error)
    page = render_template(template, form=form, why=str(error) if error else None, **context)
    if error is not None:
        return page, status_of(error)
    computing = "compute" in request.form
    return page, 422 if form.is_submitted() and not computing else 200


@bp.get("/cases/<uuid:case_id>/diary.pdf")
@requires(Permission.CASE_READ)
def diary_pdf(case_id: uuid.UUID) -> Response:
    """Return the story of a case as PDF; who took it is recorded."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        made = diary.as_pdf(session, actor, case)
        name = f"{case.number}-diary.pdf"
    answer = Response(made.pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/cases/<uuid:case_id>/documents/<uuid:document_id>.pdf")
@opens_by_grant("case_id")
@requires(Permission.DOCUMENT_READ)
def pdf(case_id: uuid.UUID, document_id: uuid.UUID) -> Response:
    """Return the bytes of a paper, as they were issued; ?copy=written, sealed, signed: those."""
    with transaction() as session:
        case = queries.get(session, current_actor(), case_id)
        row = documents.get_document(session, case.county_code, document_id)
        if not documents.is_of_case(session, row, case.id):
            queries.missing()
        sha256 = sealing.hash_of(session, row, request.args.get("copy"))
        return files.as_pdf(row.county_code, sha256, row.code)
