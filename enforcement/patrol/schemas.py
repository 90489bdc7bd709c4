"""What steps on lists look like when they are sent: by the page's script and by the API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from marshmallow import validate

from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.patrol.assigning import Step

MOST_STEPS = 2000


class StepSchema(ma.Schema):
    """One step: `squad` (code) and `place`, or null to take it off all lists; or `lock`."""

    ref = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    squad = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    place = ma.fields.Int(load_default=None, allow_none=True, validate=validate.Range(0, 2000))
    lock = ma.fields.Bool(load_default=None, allow_none=True)


def made(rows: Sequence[dict[str, Any]]) -> list[Step]:
    """Return loaded rows as steps."""
    return [Step(**row) for row in rows]


def steps_of(text: str) -> list[Step]:
    """Return the steps of a JSON list; raises InvalidInputError."""
    try:
        rows = json.loads(text)
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_STEPS:
            raise InvalidInputError("steps", _("提交的内容有误：%(fields)s", fields="steps"))
        return made(StepSchema(many=True).load(rows))
    except ma.ValidationError as error:
        fields = "、".join(str(one) for one in fields_of(error.messages) or {"steps": 1})
        raise InvalidInputError("steps", _("提交的内容有误：%(fields)s", fields=fields)) from None
    except (ValueError, RecursionError):
        raise InvalidInputError("steps", _("提交的内容不是JSON对象。")) from None
