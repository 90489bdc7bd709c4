"""What an act upon an incident carries, read the same from pages, calls and commands."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import marshmallow as ma
from marshmallow import validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.incident.intake import MOST_PHOTOS, Photo
from enforcement.incident.said import Said
from enforcement.law.terms import Outside, Urgency
from enforcement.people.models import Unit


class PhotoSchema(ma.Schema):
    """A photo, its bytes in base64."""

    name = ma.fields.Str(required=True, validate=validate.Length(1, 200))
    content = ma.fields.Str(required=True)


class SaidSchema(ma.Schema):
    """Words and whatever else an act needs; handler -- a unit's code, other -- a number."""

    note = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 2000))
    handler = ma.fields.Str(load_default=None, allow_none=True)
    person_id = ma.fields.UUID(load_default=None, allow_none=True)
    other = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 40))
    passed_to = ma.fields.Enum(Outside, by_value=True, load_default=None, allow_none=True)
    category = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 20))
    urgency = ma.fields.Enum(Urgency, by_value=True, load_default=None, allow_none=True)
    until = ma.fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=clock.ZONE)
    score = ma.fields.Int(load_default=None, allow_none=True, validate=validate.Range(1, 5))
    version = ma.fields.Int(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class ActSchema(SaidSchema):
    """The same with photos of the result, as other systems send them."""

    photos = ma.fields.List(
        ma.fields.Nested(PhotoSchema), load_default=list, validate=validate.Length(0, MOST_PHOTOS)
    )


def decoded(sent: Sequence[Mapping[str, str]]) -> list[Photo]:
    """Return photos that came in base64; raises InvalidInputError."""
    try:
        return [Photo(one["name"], base64.b64decode(one["content"], validate=True)) for one in sent]
    except binascii.Error:
        raise InvalidInputError("photos", _("照片内容不是base64编码。")) from None


def said_of(
    session: Session, actor: Actor, told: Mapping[str, Any], photos: Sequence[Photo] = ()
) -> Said:
    """Return what was said, the unit looked up; raises InvalidInputError for an unknown one."""
    names = ("note", "person_id", "other", "passed_to", "category", "urgency", "until", "score")
    given: dict[str, Any] = {name: told.get(name) for name in names}
    unit = _unit(session, actor, told["handler"]) if told.get("handler") else None
    return Said(photos=photos, handler=unit, **given)


def _unit(session: Session, actor: Actor, code: str) -> Unit:
    today = clock.today(session)
    unit = session.scalars(
        select(Unit).where(Unit.county_code == actor.county_code, Unit.code == code)
    ).one_or_none()
    if unit is None or (unit.valid_to is not None and unit.valid_to <= today):
        raise InvalidInputError("handler", _("没有这个单位，或者已经撤销。"))
    return unit


def from_form(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a page's form, typed; raises InvalidInputError naming the first."""
    given = {name: text for name, text in form.items() if text.strip()}
    try:
        told: dict[str, Any] = SaidSchema(unknown=ma.EXCLUDE).load(given)
    except ma.ValidationError as error:
        wrong = fields_of({"json": error.messages})
        first = next(iter(wrong), "note")
        message = _("提交的内容有误：%(fields)s", fields="、".join(wrong))
        raise InvalidInputError(first, message, fields=wrong) from None
    return told
