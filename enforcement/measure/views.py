"""Pages: the list of measures, one with its items, gates and custody, the form of each act."""

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
from enforcement.case import people, recordings
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.evidence import queries as evidence
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _, label
from enforcement.incident.forms import whole
from enforcement.law.errors import LawError
from enforcement.law.measure_terms import Fate, MeasureEvent, MeasureKind, MeasureState
from enforcement.law.measures import step_of
from enforcement.measure import acts, defaults, queries, services
from enforcement.measure.facts import following
from enforcement.measure.models import Measure
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("measure", __name__)
MAKING = {event: form_of(f"{event}_measure", fields) for event, fields in acts.MAKING.items()}
FORMS = {event: form_of(f"{event}_measure", fields) for event, fields in acts.FIELDS.items()}


@bp.get("/measures")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the measures of the cases that the person may see."""
    state, kind = request.args.get("state"), request.args.get("kind")
    with transaction() as session:
        after = read_cursor(request.args.get("after"))
        rows = queries.list_page(session, current_actor(), state=state, kind=kind, after=after)
        today = clock.today(session)
    return render_template(
        "measure/list.html", rows=rows, states=MeasureState, kinds=MeasureKind,
        chosen={"state": state or None, "kind": kind or None}, today=today,
        next=next_page([row.measure for row in rows], queries.PAGE, "proposed_at"),
    )  # fmt: skip


@bp.get("/measures/<uuid:measure_id>")
@requires(Permission.CASE_READ)
def detail(measure_id: uuid.UUID) -> ResponseReturnValue:
    """Show one measure: its items, what may follow, its history and custody log."""
    actor = current_actor()
    with transaction() as session:
        measure, case = queries.get(session, actor, measure_id)
        return render_template("measure/detail.html", **_context(session, actor, measure, case))


def _context(session: Session, actor: Actor, measure: Measure, case: CaseFile) -> dict[str, Any]:
    now = clock.now(session)
    today = clock.local_day(now)
    items = queries.items(session, measure)
    return {
        "measure": measure, "case": case, "kind": MeasureKind(measure.kind),
        "state": MeasureState(measure.state), "items": items, "fates": Fate, "today": today,
        "steps": [
            {"step": one.step, "gates": one.gates, "open": one.open,
             "may": people.may(session, actor, case, one.step, today)}
            for one in following(session, case, measure, items, now)
        ],
        "history": queries.history(session, measure),
        "custody": queries.custody(session, measure),
        "lacking": {
            one.entry_id: one for one in _lacking(session, case) if one.measure_id == measure.id
        },
        "events": MeasureEvent, "kinds": MeasureKind, "fields": {**acts.FIELDS, **acts.MAKING},
    }  # fmt: skip


def _lacking(session: Session, case: CaseFile) -> list[recordings.Act]:
    items = evidence.of_case(session, case.county_code, case.id)
    return recordings.lacking(session, case, [], items)


@bp.route("/cases/<uuid:case_id>/measures/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def make(case_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Propose a measure of a case, or enter one that was taken at once in danger."""
    chosen = next((one for one in MAKING if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        case = cases.get(session, actor, case_id)
        known = defaults.of_new(case, clock.now(session))
        form = MAKING[chosen](**known, key=str(uuid.uuid4()))
        made, error = None, _invalid(form)
        if form.is_submitted() and error is None:
            try:
                said = values_of(form, acts.MAKING[chosen])
                made = services.make(
                    session, actor, case_id, chosen, said, key=form.key.data or None
                )
            except (DomainError, LawError) as refused:
                error = refused
        if made is None:
            return _form_page("measure/make.html", form, error, case=case, event=chosen)
        flash(_("已登记措施%(number)s。", number=made.number), "success")
        return redirect(url_for(".detail", measure_id=made.id))


@bp.route("/measures/<uuid:measure_id>/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def act(measure_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Show and take the form of one act."""
    chosen = next((one for one in FORMS if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        measure, case = queries.get(session, actor, measure_id)
        known = defaults.of_act(measure, chosen, clock.now(session))
        form = FORMS[chosen](**known, key=str(uuid.uuid4()), version=measure.version)
        error = _carry_out(session, actor, measure, chosen, form) if form.is_submitted() else None
        if error is not None or not form.is_submitted():
            row = step_of(MeasureKind(measure.kind), MeasureState(measure.state), chosen)
            context = _context(session, actor, measure, case)
            return _form_page("measure/act.html", form, error, event=chosen, row=row, **context)
        flash(_("已办理：%(act)s。", act=label(chosen)), "success")
    return redirect(url_for(".detail", measure_id=measure_id))


def _carry_out(
    session: Session, actor: Actor, measure: Measure, event: MeasureEvent, form: FlaskForm
) -> Exception | None:
    """Carry out what a sent form says; return why it could not be, None where it was."""
    wrong = _invalid(form)
    if wrong is not None:
        return wrong
    photo = request.files.get("photo")
    try:
        services.carry_out(
            session, actor, measure.id, event, values_of(form, acts.FIELDS[event]),
            key=form.key.data or None, version=whole(form.version.data),
            photo=photo.read() if photo and photo.filename else None,
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


@bp.get("/measures/<uuid:measure_id>/photos/<string:key>")
@requires(Permission.CASE_READ)
def photo(measure_id: uuid.UUID, key: str) -> Response:
    """Return a picture of the custody log of a measure."""
    with transaction() as session:
        measure, _case = queries.get(session, current_actor(), measure_id)
        found = [
            entry.photo_sha256 for entry, _no in queries.custody(session, measure)
            if entry.photo_sha256 and entry.photo_sha256.hex() == key
        ]  # fmt: skip
        if not found:
            queries.missing()
        data = files.read(measure.county_code, found[0])
    answer = Response(data, mimetype=files.check_image(data, "photo"))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
