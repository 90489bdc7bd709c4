"""Pages: the form with which a dispatcher takes a call, and what the caller reported before."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.calls import services
from enforcement.calls.forms import CallForm
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.incident.models import Incident
from enforcement.jurisdiction import maps
from enforcement.law.errors import LawError
from enforcement.law.terms import IncidentState
from enforcement.permissions import Permission, requires
from enforcement.points.queries import villages
from enforcement.security import map_answer
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy
from gis.errors import GisError

bp = Blueprint("calls", __name__)
Refusal = (DomainError, LawError, GisError)


@bp.route("/desk/call", methods=["GET", "POST"])
@requires(Permission.INCIDENT_DISPATCH)
def call() -> ResponseReturnValue:
    """Take a call; the button "查来电记录" shows what the number reported before."""
    actor, error, found = current_actor(), None, None
    with transaction() as session:
        form = CallForm(occurred_at=_minute(clock.now(session)), key=str(uuid.uuid4()))
        form.village_code.choices = {"": [("", "—")], **dict(villages(session, actor.county_code))}
    looks = request.form.get("act") == "look"
    try:
        if looks:
            found = _look(form.reporter_phone.data)
        elif form.validate_on_submit():
            return _take(form)
    except Refusal as refused:
        error = refused
        mark(form, error)
    why = str(error) if error else None
    if not (why or looks) and form.is_submitted():
        why = errors_of(form)
    page = render_template(
        "calls/call.html", form=form, why=why, found=found, categories=taxonomy.mine().known,
        states=IncidentState,
    )  # fmt: skip
    return page, (status_of(error) if error else 422) if why else 200


def _minute(now: datetime) -> datetime:
    return now.astimezone(clock.ZONE).replace(second=0, microsecond=0, tzinfo=None)


def _look(number: str | None) -> list[Incident]:
    with transaction() as session:
        return services.caller(session, current_actor(), number)


def _take(form: CallForm) -> ResponseReturnValue:
    with transaction() as session:
        taken = services.take(session, current_actor(), form.report(), key=form.key.data or None)
        incident = taken.incident
    flash(_("已登记，编号%(number)s。", number=incident.number), "success")
    return redirect(url_for("incident.detail", incident_id=incident.id))


@bp.post("/desk/call/history")
@requires(Permission.INCIDENT_DISPATCH)
def history() -> ResponseReturnValue:
    """Return what a number reported before, as a piece of the page."""
    found = _look(request.form.get("reporter_phone"))
    return render_template(
        "calls/history.html", found=found, categories=taxonomy.mine().known, states=IncidentState
    )


@bp.get("/desk/call/map")
@requires(Permission.INCIDENT_DISPATCH)
def pick_map() -> Response:
    """Return the county's map, on which a click picks a place."""
    with transaction() as session:
        made = maps.county_map(session, current_actor().county_code, clock.today(session))
    return map_answer(made.target, title=_("选择位置"), note=made.note, pick=())
