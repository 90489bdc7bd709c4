"""Pages: where the units on duty are now, on a map and as a list beside it."""

from __future__ import annotations

import json
import uuid

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.incident import queries as incidents
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.live import board, calls, nearest
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("live", __name__)


@bp.get("/live")
@requires(Permission.LIVE_READ)
def index() -> ResponseReturnValue:
    """Show the units on duty; opening the page is one logged look."""
    with transaction() as session:
        found = board.look(session, current_actor(), "live")
    return render_template("live/index.html", board=found, rows=json.loads(found.units))


@bp.get("/live/now")
@requires(Permission.LIVE_READ)
def now() -> ResponseReturnValue:
    """Return where they are now, for the open page: the same look going on."""
    with transaction() as session:
        found = board.look(session, current_actor(), None)
    answer = Response(found.as_json(), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/live/calls")
@requires(Permission.LIVE_READ)
def open_calls() -> ResponseReturnValue:
    """Return the calls for help that are open, and who works alone and does not answer."""
    actor = current_actor()
    with transaction() as session:
        found = {"sos": calls.list_open(session, actor), "alone": calls.list_alone(session, actor)}
    return found, 200, {"Cache-Control": "no-store"}


@bp.get("/live/nearest/<uuid:incident_id>")
@requires(Permission.INCIDENT_DISPATCH)
def near(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show who is nearest to an incident and why he may be sent, alone or as part of the desk."""
    actor = current_actor()
    with transaction() as session:
        incident = incidents.get(session, actor, incident_id)
        found = nearest.find(session, actor, incident_id)
        state = IncidentState(incident.state)
        may = IncidentEvent.ASSIGN in law.events_from(state)
        return render_template(
            "live/nearest.html", incident=incident, found=found, may=may, state=state,
            key=str(uuid.uuid4()),
        )  # fmt: skip
