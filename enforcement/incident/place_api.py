"""Calls: villages near a border point, confirming one of them, correcting a position."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.incident import places, queries
from enforcement.incident.shown import shown
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("incident_api", __name__, description="事件")  # api.py adds its calls


class ConfirmPlaceBody(ma.Schema):
    """The village that holds the point, as a person on the spot says."""

    village_code = ma.fields.Str(required=True, validate=validate.Length(12, 12))
    version = ma.fields.Int(load_default=None, allow_none=True)


class PlaceQuery(ma.Schema):
    """Another position, degrees in WGS 84."""

    lon = ma.fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(required=True, validate=validate.Range(-90, 90))


class MoveBody(PlaceQuery):
    """Another position and why it is the right one."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))
    version = ma.fields.Int(load_default=None, allow_none=True)


@blp.route("/incidents/<uuid:incident_id>/place-choices")
@requires(Permission.INCIDENT_READ)
def place_choices(incident_id: Any) -> dict[str, Any]:
    """Villages within the county's confirming distance, with who would answer."""
    with transaction() as session:
        incident = queries.get(session, current_actor(), incident_id)
        return {"choices": [asdict(one) for one in places.choices(session, incident)]}


@blp.route("/incidents/<uuid:incident_id>/confirm-place", methods=["POST"])
@requires(Permission.INCIDENT_READ)
@blp.arguments(ConfirmPlaceBody)
def confirm_place(body: dict[str, Any], incident_id: Any) -> dict[str, Any]:
    """Confirm which village a point near a border belongs to."""
    with transaction() as session:
        return shown(places.confirm(session, current_actor(), incident_id, **body))


@blp.route("/incidents/<uuid:incident_id>/move")
@requires(Permission.INCIDENT_READ)
@blp.arguments(PlaceQuery, location="query")
def preview_move(query: dict[str, Any], incident_id: Any) -> dict[str, Any]:
    """Say what another position would change; nothing is stored."""
    with transaction() as session:
        seen = places.preview_move(session, current_actor(), incident_id, **query)
        return {
            "village_code": seen.found.village_code,
            "responsible_unit_code": seen.found.unit_code,
            "border_m": round(seen.found.border_m, 1),
            "confirm": seen.found.confirm,
            "changes": [asdict(one) for one in seen.changes],
        }


@blp.route("/incidents/<uuid:incident_id>/move", methods=["POST"])
@requires(Permission.INCIDENT_READ)
@blp.arguments(MoveBody)
def move(body: dict[str, Any], incident_id: Any) -> dict[str, Any]:
    """Correct the position of an incident."""
    with transaction() as session:
        return shown(places.move(session, current_actor(), incident_id, **body))
