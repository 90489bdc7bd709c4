"""Calls of the devices at village points; the key of the point signs them, there is no token."""

from __future__ import annotations

import json
import uuid
from typing import Any

import marshmallow as ma
from flask import request
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.law.terms import Urgency
from enforcement.permissions import requires
from enforcement.points import hearing, pressing, register_api
from enforcement.points.api_blueprint import blp as blp
from enforcement.points.models import VillagePoint
from enforcement.points.pressing import Press
from enforcement.points.signing import HEADER, signed_point

PARTS = (register_api,)
"""The modules whose routes join the blueprint."""
LARGEST = 4096  # bytes of a body


class PressBody(ma.Schema):
    """A press: which button, when by the device's clock, a nonce of its own, a test or not."""

    class Meta:
        """Devices of later makes may say more."""

        unknown = ma.EXCLUDE

    button = ma.fields.Str(required=True, validate=validate.OneOf(["red", "green"]))
    at = ma.fields.AwareDateTime(load_default=None, allow_none=True)
    nonce = ma.fields.Str(required=True, validate=validate.Length(1, 100))
    test = ma.fields.Bool(load_default=False)


def _signed(session: Session, point_id: uuid.UUID) -> tuple[VillagePoint, bytes]:
    """Return the point that signed this request, and the bytes that it signed."""
    if request.method == "POST":
        body = request.get_data() if (request.content_length or 0) <= LARGEST else b""
    else:
        body = request.full_path.rstrip("?").encode()
    return signed_point(session, point_id, body, request.headers.get(HEADER)), body


@blp.route("/points/<uuid:point_id>/press", methods=["POST"])
@requires(None)
def press(point_id: Any) -> dict[str, Any]:
    """Take a press; X-Signature: sha256=HMAC-SHA256(key, raw body) in hex. Sent twice, one press.

    The body is JSON: button red or green, at (ISO with offset), nonce, test.
    """
    with transaction() as session:
        point, body = _signed(session, point_id)
        said = _read(body)
        what = Press(Urgency(said["button"]), said["nonce"], said["at"], said["test"])
        return pressing.press(session, point, what)


def _read(body: bytes) -> dict[str, Any]:
    """Return what a signed body says; raises InvalidInputError, naming the field."""
    try:
        said: dict[str, Any] = PressBody().load(json.loads(body))
    except ma.ValidationError as error:
        wrong = fields_of(error.messages)
        message = _("提交的内容有误：%(fields)s", fields="、".join(filter(None, wrong)))
        raise InvalidInputError(next(iter(wrong), "body"), message) from None
    except (ValueError, RecursionError):
        raise InvalidInputError("body", _("提交的内容不是JSON对象。")) from None
    if "\x00" in said["nonce"]:
        raise InvalidInputError("nonce", _("提交的内容有误：%(fields)s", fields="nonce"))
    return said


@blp.route("/points/<uuid:point_id>/heartbeat", methods=["POST"])
@requires(None)
def heartbeat(point_id: Any) -> dict[str, Any]:
    """Say that the device is there; the raw body is signed. The answer tells the time."""
    with transaction() as session:
        point, _body = _signed(session, point_id)
        return pressing.beat(session, point)


@blp.route("/points/<uuid:point_id>/status")
@requires(None)
def status(point_id: Any) -> dict[str, Any]:
    """Who was told of the last press of each button, and who heard; path and query are signed."""
    with transaction() as session:
        point, _body = _signed(session, point_id)
        return hearing.status(session, point)
