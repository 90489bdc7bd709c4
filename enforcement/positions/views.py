"""Pages: the register of devices, and what is kept of oneself."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.positions import choices, gps, gpx_files, look_views, own, queries, registry
from enforcement.positions.forms import DeviceForm, GpxForm
from enforcement.positions.models import Protocol
from enforcement.sign_in import current_actor

bp = Blueprint("positions", __name__)
MORE = (gps.bp, look_views.bp)
"""Blueprints beside `bp`: what devices call, where others are and were."""


@bp.get("/devices")
@requires(Permission.DEVICE_MANAGE)
def devices() -> ResponseReturnValue:
    """List the devices in service, the newest first."""
    return _page(DeviceForm())


def _page(form: DeviceForm, why: str | None = None, key: str = "", ident: str = "") -> str:
    after = request.args.get("after", type=uuid.UUID)
    with transaction() as session:
        actor = current_actor()
        rows = queries.list_devices(session, actor, after=after)
        form.person.choices = choices.people(session, actor)
    return render_template(
        "positions/devices.html", form=form, why=why, rows=rows, key=key, ident=ident,
        more=rows[-1].device.id if len(rows) == queries.PAGE else None,
    )  # fmt: skip


@bp.post("/devices")
@requires(Permission.DEVICE_MANAGE)
def add() -> ResponseReturnValue:
    """Register a device; its key is shown once."""
    form, why, status = DeviceForm(), None, 422
    with transaction() as session:
        form.person.choices = choices.people(session, current_actor())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                device, key = registry.add(
                    session, current_actor(), form.ident.data or "", Protocol(form.protocol.data),
                    person_id=uuid.UUID(form.person.data) if form.person.data else None,
                    label=form.label.data, strict=bool(form.strict.data),
                )  # fmt: skip
            return _page(DeviceForm(formdata=None), key=key, ident=device.ident)
        except DomainError as error:
            mark(form, error)
            why, status = str(error), status_of(error)
    return _page(form, why), status


@bp.post("/devices/<uuid:device_id>/retire")
@requires(Permission.DEVICE_MANAGE)
def retire(device_id: uuid.UUID) -> ResponseReturnValue:
    """Take a device out of service."""
    with transaction() as session:
        device = registry.retire(session, current_actor(), device_id)
        flash(_("%(ident)s已停用。", ident=device.ident), "success")
    return redirect(url_for(".devices"))


@bp.post("/devices/<uuid:device_id>/key")
@requires(Permission.DEVICE_MANAGE)
def new_key(device_id: uuid.UUID) -> ResponseReturnValue:
    """Give a device a new key, shown once."""
    with transaction() as session:
        device, key = registry.give_key(session, current_actor(), device_id)
    return _page(DeviceForm(formdata=None), key=key, ident=device.ident)


@bp.get("/positions/mine")
@requires(Permission.SELF)
def mine() -> ResponseReturnValue:
    """Show a person all that is kept of his own positions on a day."""
    return _mine(GpxForm())


def _mine(form: GpxForm, why: str | None = None) -> str:
    with transaction() as session:
        today = clock.today(session)
        try:
            day = date.fromisoformat(request.args.get("on", ""))
        except ValueError:
            day = today
        told = own.day(session, current_actor(), day)
    return render_template("positions/mine.html", form=form, why=why, day=day, told=told)


@bp.post("/positions/mine")
@requires(Permission.SELF)
def hand_in() -> ResponseReturnValue:
    """Take a recorded track of the person's own."""
    form = GpxForm()
    if not form.validate_on_submit():
        return _mine(form), 422
    try:
        with transaction() as session:
            name = form.file.data.filename or "track.gpx"
            kept = gpx_files.take(session, current_actor(), form.file.data.read(), name)
    except DomainError as error:
        mark(form, error)
        return _mine(form, str(error)), status_of(error)
    flash(_("新存%(new)d个位置，已有%(known)d个，不在岗未存%(off)d个。", new=kept.stored,
            known=kept.known, off=kept.off_duty), "success")  # fmt: skip
    return redirect(url_for(".mine"))
