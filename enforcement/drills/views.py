"""Pages: drills of reachability, their reports, and starting one."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.drills import exporting, queries, services
from enforcement.drills.forms import DrillForm
from enforcement.fields import errors_of
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.settings import queries as settings
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

bp = Blueprint("drills", __name__)


@bp.get("/drills")
@requires(Permission.DRILL_RUN)
def index() -> ResponseReturnValue:
    """List the drills, the newest first."""
    return _index(DrillForm(formdata=None, key=str(uuid.uuid4())))


def _index(form: DrillForm, why: str | None = None) -> str:
    county, after = current_actor().county_code, read_cursor(request.args.get("after"))
    with transaction() as session:
        rows = queries.list_drills(session, county, after=after)
        running = queries.find_running(session, county)
        values = settings.values(session, county)
    if form.hours.data is None:
        form.hours.data = values["drill_hours"]
    return render_template(
        "drills/list.html", rows=rows, running=running, form=form, why=why,
        monthly=values["drill_monthly"] == 1, first=after is None,
        next=next_page([row.drill for row in rows], queries.PAGE, "started_at"),
    )  # fmt: skip


@bp.post("/drills")
@requires(Permission.DRILL_RUN)
def start() -> ResponseReturnValue:
    """Start a drill of all points and duty phones."""
    form = DrillForm()
    if not form.validate():
        return _index(form, errors_of(form)), 422
    with transaction() as session:
        drill = services.start(
            session, current_actor(), hours=form.hours.data, key=form.key.data or None
        )
    flash(_("演练已开始。"), "success")
    return redirect(url_for(".detail", drill_id=drill.id))


@bp.get("/drills/<uuid:drill_id>")
@requires(Permission.DRILL_RUN)
def detail(drill_id: uuid.UUID) -> ResponseReturnValue:
    """Show who answered, who did not, and how long it took."""
    with transaction() as session:
        drill = queries.get(session, current_actor().county_code, drill_id)
        found = queries.report(session, drill)
    form = DrillForm(formdata=None, key=str(uuid.uuid4()))
    return render_template("drills/detail.html", found=found, drill=drill, form=form)


@bp.post("/drills/<uuid:drill_id>/retest")
@requires(Permission.DRILL_RUN)
def retest(drill_id: uuid.UUID) -> ResponseReturnValue:
    """Ask those again who were silent."""
    key = request.form.get("key") or None
    with transaction() as session:
        drill = services.start(session, current_actor(), retest_of=drill_id, key=key)
    flash(_("复测已开始。"), "success")
    return redirect(url_for(".detail", drill_id=drill.id))


@bp.get("/drills/<uuid:drill_id>/export.xlsx")
@requires(Permission.DRILL_RUN)
def export(drill_id: uuid.UUID) -> Response:
    """Return a drill's report as a spreadsheet; `by=township` gives the counts."""
    return _file(drill_id, "xlsx")


@bp.get("/drills/<uuid:drill_id>/export.csv")
@requires(Permission.DRILL_RUN)
def export_csv(drill_id: uuid.UUID) -> Response:
    """Return the same as CSV."""
    return _file(drill_id, "csv")


def _file(drill_id: uuid.UUID, suffix: str) -> Response:
    counts = request.args.get("by") == "township"
    make = exporting.by_township if counts else exporting.spreadsheet
    with transaction() as session:
        drill = queries.get(session, current_actor().county_code, drill_id)
        data = make(queries.report(session, drill), suffix)
    answer = Response(data, mimetype=TYPES[suffix])
    name = f"drill{'-townships' if counts else ''}.{suffix}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
