"""Pages: editions of boundaries, who answers for what, imports, looking up a place."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import alarms, clock
from enforcement.db import transaction
from enforcement.errors import DomainError
from enforcement.i18n import _
from enforcement.jurisdiction import acts, maps, queries, routing, terms
from enforcement.jurisdiction.forms import ActivateForm, ImportForm, PlaceForm
from enforcement.jurisdiction.plan_views import bp  # with the other pages of the slice
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.routing import Routing
from enforcement.permissions import Permission, allows, requires
from enforcement.security import map_answer
from enforcement.sign_in import current_actor

MOST = 60
"""Duties on the first page; all of them have a page of their own."""


@bp.get("/jurisdiction")
@requires(Permission.JURISDICTION_READ)
def index() -> ResponseReturnValue:
    """Show editions, the map of squads, and the unit that answers for a place."""
    actor = current_actor()
    form, found, why = PlaceForm(request.args), None, None
    with transaction() as session:
        if request.args and form.validate():
            found, why = _look_up(session, form)
        editions = queries.list_editions(session, actor.county_code)
        duties = queries.list_duties(session, actor.county_code, clock.today(session), limit=MOST)
        may = allows(actor, Permission.ALARM_READ)  # administrators start on this page
        open_alarms = alarms.count_open(session, actor.county_code) if may else 0
    return render_template(
        "jurisdiction/index.html",
        editions=editions,
        form=form,
        found=found,
        why=why,
        duties=duties,
        more=len(duties) == MOST,
        words=terms,
        open_alarms=open_alarms,
    )


def _look_up(session: object, form: PlaceForm) -> tuple[Routing | None, str | None]:
    try:
        day = form.on.data or clock.today(session)  # type: ignore[arg-type]
        return routing.locate(session, form.lon.data, form.lat.data, day), None  # type: ignore[arg-type]
    except DomainError as error:
        return None, str(error)


@bp.get("/jurisdiction/map")
@requires(Permission.JURISDICTION_READ)
def squads_map() -> Response:
    """Show the map of squads as a page of its own, for a frame."""
    with transaction() as session:
        made = maps.county_map(
            session, current_actor().county_code, clock.today(session), with_squads=True
        )
    return map_answer(made.target, title=_("辖区图"), legend=made.legend, note=made.note)


@bp.route("/jurisdiction/import", methods=["GET", "POST"])
@requires(Permission.JURISDICTION_CHANGE)
def import_file() -> ResponseReturnValue:
    """Import divisions or boundaries from a file; refused rows are listed."""
    form, result = ImportForm(), None
    if form.validate_on_submit():
        result = _import(form)
        if result.edition_id is not None:
            flash(_("已导入%(n)d行。", n=result.accepted), "success")
    status = 422 if form.is_submitted() and not (result and result.edition_id) else 200
    return render_template("jurisdiction/import.html", form=form, result=result), status


def _import(form: ImportForm) -> ImportResult:
    data, name = form.file.data.read(), form.file.data.filename or "file"
    actor = current_actor()
    with transaction() as session:
        if form.kind.data == "divisions":
            return acts.import_divisions(
                session, actor, data, name, skip_rejected=form.skip_rejected.data
            )
        return acts.import_boundaries(
            session,
            actor,
            data,
            name,
            skip_rejected=form.skip_rejected.data,
            activate=form.activate.data,
        )


@bp.post("/jurisdiction/editions/<uuid:edition_id>/activate")
@requires(Permission.JURISDICTION_CHANGE)
def activate(edition_id: uuid.UUID) -> ResponseReturnValue:
    """Put a draft edition in force, by default from today."""
    form = ActivateForm()
    with transaction() as session:
        edition = acts.activate(
            session,
            current_actor(),
            edition_id,
            from_day=form.from_day.data,
            accept_problems=form.accept_problems.data,
        )
        flash(_("新界线自%(day)s起启用。", day=edition.valid_from), "success")
    return redirect(url_for(".index"))
