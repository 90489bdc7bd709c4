"""Calls of programs at the telephone: take a report, ask what a number reported before."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.calls import services
from enforcement.db import transaction
from enforcement.incident.intake import Report
from enforcement.incident.shown import shown
from enforcement.law.terms import Urgency
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("calls_api", __name__, description="来电登记")


class CallSchema(ma.Schema):
    """What a caller says; lon, lat in degrees, WGS 84; a village where there is no point."""

    category = ma.fields.Str(required=True, validate=validate.Length(1, 20))
    description = ma.fields.Str(required=True, validate=validate.Length(1, 2000))
    occurred_at = ma.fields.AwareDateTime(required=True)
    urgency = ma.fields.Str(
        load_default="normal", validate=validate.OneOf([str(one) for one in Urgency])
    )
    reporter_phone = ma.fields.Str(load_default=None, allow_none=True)
    reporter_name = ma.fields.Str(load_default=None, allow_none=True)
    village_code = ma.fields.Str(load_default=None, allow_none=True)
    place = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 200))
    lon = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class CallerSchema(ma.Schema):
    """The number that calls."""

    reporter_phone = ma.fields.Str(required=True, validate=validate.Length(1, 30))


@blp.route("/calls", methods=["POST"])
@requires(Permission.INCIDENT_DISPATCH)
@blp.arguments(CallSchema)
def take(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Take a caller's report; the same key gives the same incident."""
    key = body.pop("key")
    what = Report(**body | {"urgency": Urgency(body["urgency"])})
    with transaction() as session:
        taken = services.take(session, current_actor(), what, key=key)
        return shown(taken.incident), 200 if taken.again else 201


@blp.route("/calls/history", methods=["POST"])
@requires(Permission.INCIDENT_DISPATCH)
@blp.arguments(CallerSchema)
def history(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a number reported before; in the body, for addresses are logged; audited."""
    with transaction() as session:
        found = services.caller(session, current_actor(), body["reporter_phone"])
        return {"incidents": [shown(one) for one in found]}
