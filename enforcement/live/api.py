"""Calls upon live positions: who is where."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from enforcement.db import transaction
from enforcement.live import board, nearest
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("live_api", __name__, description="在岗位置")


@blp.route("/live")
@requires(Permission.LIVE_READ)
def units() -> Response:
    """People on duty and vehicles in reach, with their newest positions; each call is logged."""
    with transaction() as session:
        found = board.look(session, current_actor(), "api")
    return Response(found.as_json(), mimetype="application/json")


@blp.route("/incidents/<uuid:incident_id>/nearest")
@requires(Permission.INCIDENT_DISPATCH)
def near(incident_id: uuid.UUID) -> dict[str, Any]:
    """Who on duty is nearest to an incident by travel time, and what speaks for each; logged."""
    with transaction() as session:
        found = nearest.find(session, current_actor(), incident_id)
        return {"candidates": [nearest.as_json(one) for one in found]}
