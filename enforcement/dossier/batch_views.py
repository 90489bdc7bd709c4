"""Pages: order a day's papers as one PDF, watch it being made, cancel it, open it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField
from wtforms.validators import DataRequired

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.dossier import batch
from enforcement.dossier.models import PrintJob
from enforcement.errors import InvalidInputError
from enforcement.fields import mark
from enforcement.i18n import _, _l
from enforcement.law.dossier import PrintState
from enforcement.people.unit_queries import list_open
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("print", __name__)


class OrderForm(FlaskForm):
    """Which unit's papers of which day."""

    unit = SelectField(_l("单位"), validators=[DataRequired()])
    on = DateField(_l("日期"), validators=[DataRequired()])


@bp.route("/prints", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_READ)
def index() -> ResponseReturnValue:
    """Order papers, and see one's orders."""
    actor = current_actor()
    with transaction() as session:
        form = OrderForm()
        form.unit.choices = _units(session, actor)
        if request.method == "GET":
            form.on.data = clock.today(session)
        if form.validate_on_submit() and form.on.data:
            try:
                job = batch.order(session, actor, form.unit.data, form.on.data)
                return redirect(url_for("print.detail", job_id=job.id))
            except InvalidInputError as error:
                mark(form, error)
        jobs = batch.recent(session, actor)
    page = render_template("dossier/prints.html", form=form, jobs=jobs, states=PrintState)
    return page, 422 if form.is_submitted() else 200


def _units(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the actor's unit and those below it, each with its code."""
    units = [
        one
        for one in list_open(session, actor.county_code, clock.today(session))
        if one.code.startswith(actor.unit_code)
    ]
    return [(one.code, f"{'　' * one.code.count('.')}{one.name}") for one in units]


@bp.get("/prints/<uuid:job_id>")
@requires(Permission.DOCUMENT_READ)
def detail(job_id: uuid.UUID) -> ResponseReturnValue:
    """Show how far an order is; the page asks again by itself until it has ended."""
    with transaction() as session:
        job = batch.find(session, current_actor(), job_id)
    if request.accept_mimetypes.best == "application/json":
        return shown(job)
    return render_template("dossier/print.html", job=job, states=PrintState)


@bp.post("/prints/<uuid:job_id>/cancel")
@requires(Permission.DOCUMENT_READ)
def cancel(job_id: uuid.UUID) -> ResponseReturnValue:
    """Stop an order."""
    with transaction() as session:
        batch.cancel(session, current_actor(), job_id)
    flash(_("已取消打印任务。"), "success")
    return redirect(url_for("print.detail", job_id=job_id))


@bp.get("/prints/<uuid:job_id>.pdf")
@requires(Permission.DOCUMENT_READ)
def pdf(job_id: uuid.UUID) -> Response:
    """Return the whole of an order that is done."""
    with transaction() as session:
        job = batch.find(session, current_actor(), job_id)
        data = batch.whole(job)
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="papers.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def shown(job: PrintJob) -> dict[str, Any]:
    """Return an order as JSON."""
    return {"id": str(job.id), "state": job.state, "done": job.done, "total": job.total}
