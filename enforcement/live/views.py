"""Pages: where the units on duty are now, on a map and as a list beside it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.live import board
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("live", __name__)


@bp.get("/live")
@requires(Permission.POSITION_READ)
def index() -> ResponseReturnValue:
    """Show the units on duty; opening the page is one logged look."""
    with transaction() as session:
        found = board.look(session, current_actor(), "live")
    return render_template("live/index.html", board=found, rows=json.loads(found.units))


@bp.get("/live/now")
@requires(Permission.POSITION_READ)
def now() -> ResponseReturnValue:
    """Return where they are now, for the open page: the same look going on."""
    with transaction() as session:
        found = board.look(session, current_actor(), None)
    answer = Response(found.as_json(), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
