"""Checking in at a checkpoint from the phone: page, plain form, and what its queue sends."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from marshmallow import fields, validate
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _, _l, label
from enforcement.incident.intake import Photo
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import MomentSchema, said
from enforcement.patrol.terms import VisitWay
from enforcement.permissions import Permission, requires
from enforcement.proof import checking, queries
from enforcement.proof.checking import Said
from enforcement.proof.models import CheckIn
from enforcement.proof.terms import CHECK_INS
from enforcement.sign_in import current_actor
from enforcement.uploads import read_hash


class CheckInForm(FlaskForm):
    """How somebody is at a checkpoint: its code, or a photo of it; where he stands."""

    way = RadioField(_l("签到方式"), choices=lambda: [(str(one), label(one)) for one in CHECK_INS])
    code = StringField(_l("巡查码"), validators=[Optional(), Length(max=300)])
    beat_id = SelectField(_l("点位"), choices=[], validate_choice=False)
    photo = FileField(_l("现场照片"))
    note = StringField(_l("情况说明"), validators=[Optional(), Length(max=500)])
    lon = HiddenField()
    lat = HiddenField()
    accuracy_m = HiddenField()
    key = HiddenField()


class SendSchema(MomentSchema):
    """A check-in from the queue; photos -- SHA-256 of one that was uploaded before."""

    way = fields.Str(required=True, validate=validate.OneOf([str(one) for one in CHECK_INS]))
    code = fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 300))
    beat_id = fields.UUID(load_default=None, allow_none=True)
    note = fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 500))
    photos = fields.List(fields.Str(), load_default=list, validate=validate.Length(0, 1))


@bp.route("/m/checkin", methods=["GET", "POST"])
@requires(Permission.PATROL_WALK)
def checkin() -> ResponseReturnValue:
    """Check in at a checkpoint; ?code= is what was scanned."""
    form = CheckInForm(
        way=VisitWay.QR, code=request.args.get("code", ""), key=str(uuid.uuid4())
    )  # fmt: skip
    actor, error = current_actor(), None
    with transaction() as session:
        rows = queries.today(session, actor)
    form.beat_id.choices = [("", _("请选择")), *((str(one.beat_id), one.name) for one in rows)]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                key = form.key.data or str(uuid.uuid4())
                row = checking.check_in(session, actor, _of(form, clock.now(session)), key=key)
                flash(told(row), "success" if row.within is not False else "warning")
            return redirect(url_for(".checkin"))
        except DomainError as refused:
            error = refused
            mark(form, error)
    why = str(error) if error else (errors_of(form) if form.is_submitted() else None)
    page = render_template("mobile/checkin.html", form=form, rows=rows, why=why)
    return page, (status_of(error) if error else 422) if why else 200


def told(row: CheckIn) -> str:
    """Return what a person is told of his check-in."""
    if row.distance_m is None:
        return _("已签到，没有取得位置。")
    metres = round(row.distance_m)
    if row.within:
        return _("已签到，距点位%(n)d米。", n=metres)
    return _("已签到，但距点位%(n)d米，超出范围，会标出来由中队长核对。", n=metres)


def _of(form: CheckInForm, now: Any) -> Said:
    lon, lat, accuracy = (
        _number(name, form[name].data) for name in ("lon", "lat", "accuracy_m")
    )  # fmt: skip
    sent = form.photo.data
    photo = Photo(sent.filename, sent.read()) if sent and sent.filename else None
    beat = form.beat_id.data if form.way.data == VisitWay.PHOTO else None
    try:
        beat_id = uuid.UUID(beat) if beat else None
    except ValueError:
        raise InvalidInputError("beat_id", _("请选择点位。")) from None
    return Said(VisitWay(form.way.data), now, form.code.data or None, beat_id, lon, lat, accuracy,
                photo=photo, note=form.note.data or None)  # fmt: skip


def _number(name: str, words: str | None) -> float | None:
    if not words:
        return None
    try:
        found = float(words)
    except ValueError:
        raise InvalidInputError(name, _("位置不是数字。")) from None
    if not abs(found) <= (1e6 if name == "accuracy_m" else 180):
        raise InvalidInputError(name, _("位置不是数字。"))
    return found


@bp.post("/m/send/checkin")
@requires(Permission.PATROL_WALK)
def send_checkin() -> ResponseReturnValue:
    """Take a check-in from the phone's queue, once for its key."""
    body = said(SendSchema())
    key, photos, way = body.pop("key"), body.pop("photos"), VisitWay(body.pop("way"))
    stored = read_hash(photos[0]) if photos else None
    with transaction() as session:
        row = checking.check_in(session, current_actor(), Said(way, stored=stored, **body), key=key)
        return {"id": str(row.id), "number": "", "said": told(row)}, 201
