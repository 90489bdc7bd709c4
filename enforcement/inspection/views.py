"""Pages: inspections of enterprises, one with gates and history, the sign at the gate, results."""

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
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document import sealing, sign_views
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _, label
from enforcement.incident.forms import whole
from enforcement.inspection import acts, choosing, making, queries, services
from enforcement.inspection.facts import facts_of, following
from enforcement.inspection.models import Inspection
from enforcement.inspection.public_views import bp as public_bp
from enforcement.law.errors import LawError
from enforcement.law.inspection_terms import (
    InspectionEvent,
    InspectionResult,
    InspectionSource,
    InspectionState,
)
from enforcement.law.inspections import step_of
from enforcement.law.matters import matter
from enforcement.law.paper_signing import HAND_SIGNED
from enforcement.law.paperwork import PAPERS
from enforcement.law.terms import Passed
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

bp = Blueprint("inspection", __name__)
sign_views.register(bp, "/inspections/<uuid:inspection_id>", "inspection_id", services.to_sign)
MORE = (public_bp,)
ProposeForm = form_of("ProposeForm", acts.PROPOSE)
FORMS = {event: form_of(f"{event}_inspection", fields) for event, fields in acts.FIELDS.items()}


@bp.get("/inspections")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the inspections that the person may see."""
    state = request.args.get("state")
    with transaction() as session:
        after = read_cursor(request.args.get("after"))
        rows = queries.list_page(session, current_actor(), state=state, after=after)
        today = clock.today(session)
    return render_template(
        "inspection/list.html", rows=rows, states=InspectionState, results=InspectionResult,
        sources=InspectionSource, chosen=state, today=today,
        next=next_page([row.inspection for row in rows], queries.PAGE, "proposed_at"),
    )  # fmt: skip


@bp.route("/inspections/new", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def propose() -> ResponseReturnValue:
    """Propose an inspection."""
    actor = current_actor()
    with transaction() as session:
        form = ProposeForm(key=str(uuid.uuid4()))
        choosing.fill(session, actor, form)
        made, error = None, _invalid(form)
        if form.is_submitted() and error is None:
            try:
                made = services.propose(
                    session, actor, values_of(form, acts.PROPOSE), key=form.key.data or None
                )
            except (DomainError, LawError) as refused:
                error = refused
        if made is None:
            return _form_page("inspection/propose.html", form, error)
        flash(_("已报请检查%(number)s。", number=made.number), "success")
        return redirect(url_for(".detail", inspection_id=made.id))


@bp.get("/inspections/<uuid:inspection_id>")
@requires(Permission.CASE_READ)
def detail(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Show one inspection: whom, what, what may follow, its papers and history."""
    actor = current_actor()
    with transaction() as session:
        row = queries.get(session, actor, inspection_id)
        return render_template("inspection/detail.html", **_context(session, actor, row))


def _context(session: Session, actor: Actor, row: Inspection) -> dict[str, Any]:
    today = clock.today(session)
    enterprise = making.known_enterprise(session, row)
    facts = facts_of(session, row, enterprise, today, {})
    case = session.get(CaseFile, (row.county_code, row.case_id)) if row.case_id else None
    return {
        "row": row, "state": InspectionState(row.state), "enterprise": enterprise,
        "matter": matter(row.matter_code), "today": today, "officers": facts.officers,
        "facts": facts, "joins": queries.joins(session, row), "made_case": case,
        "steps": [
            (one, allows(actor, services.permission_of(one.step.event))
             and services.problem(session, actor, row, one.step) is None)
            for one in following(session, row, enterprise, today)
        ],
        "papers": documents.list_of_inspection(session, row.county_code, row.id),
        "kinds": PAPERS, "hand_signed": HAND_SIGNED,
        "history": queries.history(session, row), "events": InspectionEvent,
        "results": InspectionResult, "sources": InspectionSource, "passed": Passed,
        "fields": {**acts.FIELDS, InspectionEvent.PROPOSE: acts.PROPOSE},
        "words": {"source": InspectionSource},
    }  # fmt: skip


@bp.route("/inspections/<uuid:inspection_id>/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def act(inspection_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Show and take the form of one act."""
    chosen = next((one for one in FORMS if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        row = queries.get(session, actor, inspection_id)
        known = _known(session, row, chosen)
        form = FORMS[chosen](**known, key=str(uuid.uuid4()), version=row.version)
        gate = request.values.get("gate") or None
        error = _carry_out(session, actor, row, chosen, form, gate) if form.is_submitted() else None
        if error is not None or not form.is_submitted():
            step = step_of(InspectionState(row.state), chosen)
            context = _context(session, actor, row)
            return _form_page(
                "inspection/act.html", form, error, event=chosen, step=step, gate=gate, **context
            )
        flash(_("已办理：%(act)s。", act=label(chosen)), "success")
    return redirect(url_for(".detail", inspection_id=inspection_id))


def _known(session: Session, row: Inspection, event: InspectionEvent) -> dict[str, Any]:
    """Return what a form holds before anybody types."""
    now = clock.now(session).astimezone(clock.ZONE).replace(second=0, microsecond=0, tzinfo=None)
    if event is InspectionEvent.NOTIFY:
        return {"at": now}
    if event is InspectionEvent.RECORD:
        entered = row.entered_at.astimezone(clock.ZONE) if row.entered_at else None
        place = making.known_enterprise(session, row).address
        start = entered.replace(second=0, microsecond=0, tzinfo=None) if entered else now
        return {"from_at": start, "to_at": now, "place": place}
    return {}


def _carry_out(
    session: Session,
    actor: Actor,
    row: Inspection,
    event: InspectionEvent,
    form: FlaskForm,
    gate: str | None,
) -> Exception | None:
    """Carry out what a sent form says; return why it could not be, None where it was."""
    wrong = _invalid(form)
    if wrong is not None:
        return wrong
    try:
        services.carry_out(
            session, actor, row.id, event, values_of(form, acts.FIELDS[event]), gate_code=gate,
            key=form.key.data or None, version=whole(form.version.data),
        )  # fmt: skip
    except (DomainError, LawError) as error:
        return error
    return None


def _invalid(form: FlaskForm) -> Exception | None:
    if form.is_submitted() and not form.validate():
        return InvalidInputError("form", errors_of(form))
    return None


def _form_page(
    template: str, form: FlaskForm, error: Exception | None, **context: Any
) -> ResponseReturnValue:
    mark(form, error)
    page = render_template(template, form=form, why=str(error) if error else None, **context)
    return page, status_of(error) if error is not None else 200


@bp.get("/inspections/gate/<key>")
@requires(Permission.CASE_READ)
def gate(key: str) -> ResponseReturnValue:
    """Show the enterprise whose sign was read (扫码入企): what may be entered, earlier visits."""
    actor = current_actor()
    with transaction() as session:
        enterprise = queries.at_gate(session, actor, key)
        rows = queries.of_enterprise(session, actor, enterprise)
        year = clock.today(session).year
        return render_template(
            "inspection/gate.html", enterprise=enterprise, rows=rows, states=InspectionState,
            results=InspectionResult, sources=InspectionSource,
            used=queries.used(session, enterprise, year),
        )  # fmt: skip


@bp.get("/inspections/<uuid:inspection_id>/sign")
@requires(Permission.CASE_READ)
def sign(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Show the sign for the enterprise's gate, to be printed."""
    from enforcement.codes import picture

    with transaction() as session:
        row = queries.get(session, current_actor(), inspection_id)
        enterprise = making.known_enterprise(session, row)
    address = url_for(".gate", key=enterprise.gate_code, _external=True)
    return render_template(
        "inspection/sign.html", row=row, enterprise=enterprise, picture=picture(address)
    )


@bp.get("/inspections/<uuid:inspection_id>/documents/<uuid:document_id>.pdf")
@requires(Permission.DOCUMENT_READ)
def pdf(inspection_id: uuid.UUID, document_id: uuid.UUID) -> Response:
    """Return the bytes of a paper, as they were issued; ?copy=written: with handwriting."""
    with transaction() as session:
        row = queries.get(session, current_actor(), inspection_id)
        paper = documents.get_document(session, row.county_code, document_id)
        if paper.inspection_id != row.id:
            queries.missing()
        sha256 = sealing.hash_of(session, paper, request.args.get("copy"))
        return files.as_pdf(paper.county_code, sha256, paper.code)
