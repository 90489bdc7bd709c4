"""Positions that the phone's own page sends while its person is on duty (JSON)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.mobile.blueprint import bp
from enforcement.permissions import Permission, requires
from enforcement.positions import registry
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.sign_in import current_actor

MOST = 500


class PositionSchema(ma.Schema):
    """One position: degrees in WGS 84, metres, m/s, degrees of course; when it was fixed."""

    at = fields.AwareDateTime(required=True)
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    accuracy_m = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0))
    speed_mps = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0))
    course_deg = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 360))


class PositionsSchema(ma.Schema):
    """What the phone kept since it last sent."""

    positions = fields.List(
        fields.Nested(PositionSchema), required=True, validate=validate.Length(1, MOST)
    )


@bp.post("/m/send/positions")
@requires(Permission.INCIDENT_REPORT)
def send_positions() -> ResponseReturnValue:
    """Keep the person's positions on duty; sent twice, they are kept once."""
    try:
        told: dict[str, Any] = PositionsSchema().load(request.get_json(silent=True) or {})
    except ma.ValidationError as error:
        wrong = fields_of(error.messages_dict)
        message = _("提交的内容有误：%(fields)s", fields="、".join(wrong))
        raise InvalidInputError("positions", message) from error
    readings = [Reading(one["lon"], one["lat"], one["at"], accuracy_m=one["accuracy_m"],
                        speed_mps=one["speed_mps"], course_deg=one["course_deg"])
                for one in told["positions"]]  # fmt: skip
    with transaction() as session:
        kept = take(session, registry.phone_of(session, current_actor()), readings)
    return {"stored": kept.stored, "known": kept.known, "off_duty": kept.off_duty}, 201
