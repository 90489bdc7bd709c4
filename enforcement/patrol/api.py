"""Calls: send a squad to an incident, read patrols, start them, visit stops."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.patrol import beat_api, plan_api, queries, road_api, services
from enforcement.patrol.models import Patrol
from enforcement.patrol.services import Found
from enforcement.patrol.terms import FindingKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("patrol_api", __name__, description="巡查")


class SendSchema(ma.Schema):
    """Which squad, on which day."""

    squad_id = ma.fields.UUID(required=True)
    patrol_on = ma.fields.Date(required=True)
    instructions = ma.fields.Str(load_default="", validate=validate.Length(0, 2000))
    version = ma.fields.Int(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class FindingSchema(ma.Schema):
    """What a visit brought about."""

    kind = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in FindingKind]))
    text = ma.fields.Str(required=True, validate=validate.Length(1, 1000))
    number = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 60))


class VisitSchema(ma.Schema):
    """What was found at a stop."""

    outcome = ma.fields.Str(required=True, validate=validate.Length(1, 2000))
    arrived_at = ma.fields.AwareDateTime(load_default=None, allow_none=True)
    left_at = ma.fields.AwareDateTime(load_default=None, allow_none=True)
    again_on = ma.fields.Date(load_default=None, allow_none=True)
    findings = ma.fields.List(
        ma.fields.Nested(FindingSchema), load_default=[], validate=validate.Length(max=20)
    )


def shown(patrol: Patrol) -> dict[str, Any]:
    """Return a patrol as JSON."""
    return plain_row(
        patrol,
        "id",
        "number",
        "squad_id",
        "squad_code",
        "patrol_on",
        "state",
        "instructions",
        "version",
    )


@blp.route("/incidents/<uuid:incident_id>/patrol", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(SendSchema)
def send(body: dict[str, Any], incident_id: Any) -> tuple[dict[str, Any], int]:
    """Assign a squad to an incident and put it on the squad's patrol of a day."""
    with transaction() as session:
        return shown(services.send(session, current_actor(), incident_id, **body)), 201


@blp.route("/patrols")
@requires(Permission.PATROL_READ)
def list_patrols() -> dict[str, Any]:
    """Patrols that the caller may see, the latest day first."""
    with transaction() as session:
        found = queries.list_recent(session, current_actor())
        return {"patrols": [shown(patrol) | {"squad_name": name} for patrol, name in found]}


@blp.route("/patrols/<uuid:patrol_id>")
@requires(Permission.PATROL_READ)
def get_patrol(patrol_id: Any) -> dict[str, Any]:
    """One patrol with its stops."""
    with transaction() as session:
        patrol = queries.get(session, current_actor(), patrol_id)
        stops = queries.stops(session, patrol.county_code, [patrol.id])[patrol.id]
        return shown(patrol) | {
            "stops": [
                plain_row(
                    stop,
                    "seq",
                    "incident_id",
                    "village_code",
                    "lon",
                    "lat",
                    "visited_at",
                    "outcome",
                )
                | {"incident_number": incident.number if incident else None}
                for stop, incident in stops
            ]
        }


@blp.route("/patrols/<uuid:patrol_id>/stops/<int:seq>/visit", methods=["POST"])
@requires(Permission.PATROL_WALK)
@blp.arguments(VisitSchema)
def visit(body: dict[str, Any], patrol_id: Any, seq: int) -> dict[str, Any]:
    """Record a visited stop."""
    with transaction() as session:
        found = [Found(FindingKind(one["kind"]), one["text"], one["number"])
                 for one in body.pop("findings")]  # fmt: skip
        stop = services.visit(session, current_actor(), patrol_id, seq, findings=found, **body)
        return plain_row(stop, "seq", "visited_at", "outcome", "arrived_at", "left_at", "again_on")


def _register(act: str, permission: Permission) -> None:
    @requires(permission)
    def carry_out(patrol_id: Any) -> dict[str, Any]:
        with transaction() as session:
            return shown(services.move(session, current_actor(), patrol_id, act))

    carry_out.__name__ = f"{act}_patrol"
    carry_out.__doc__ = f"{act.capitalize()} a patrol."
    blp.route(f"/patrols/<uuid:patrol_id>/{act}", methods=["POST"])(carry_out)


for _act in services.MOVES:
    _register(_act, Permission.PATROL_ASSIGN if _act == "cancel" else Permission.PATROL_WALK)

MORE = (beat_api.blp, plan_api.blp, road_api.blp)
