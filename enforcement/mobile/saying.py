"""What a phone says as JSON: read against a schema, refused in words."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _


class MomentSchema(Schema):
    """When something was done by the phone's clock, and where (degrees, WGS 84), under a key."""

    key = fields.Str(required=True, validate=validate.Length(1, 100))
    occurred_at = fields.AwareDateTime(required=True)
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    accuracy_m = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000)
    )


def said(schema: Schema) -> dict[str, Any]:
    """Return what the request's JSON says; raises InvalidInputError, which names the fields."""
    body = request.get_json(silent=True)
    try:
        found: dict[str, Any] = schema.load(body if isinstance(body, dict) else {})
    except ValidationError as error:
        wrong = fields_of({"json": error.messages})
        first = next(iter(wrong), "json")
        message = _("提交的内容有误：%(fields)s", fields="、".join(wrong))
        raise InvalidInputError(first, message, fields=wrong) from None
    return found
