"""The on-duty switch of the phone."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from enforcement import clock
from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import MomentSchema, said
from enforcement.permissions import Permission, requires
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from enforcement.sign_in import current_actor


class PresenceSchema(MomentSchema):
    """Whether a person begins (true) or ends (false) work."""

    present = fields.Bool(required=True)


@bp.post("/m/presence")
@requires(Permission.ROSTER_READ)
def switch() -> ResponseReturnValue:
    """Begin or end work without scripts: now, and without a position."""
    present = request.form.get("present") == "yes"
    with transaction() as session:
        what = Presence(present, clock.now(session))
        presence.record(session, current_actor(), what, key=request.form.get("key") or None)
    flash(_("已上岗。") if present else _("已下岗，不再记录位置。"), "success")
    return redirect(url_for(".home"))


@bp.post("/m/send/presence")
@requires(Permission.ROSTER_READ)
def send_presence() -> ResponseReturnValue:
    """Take the beginning or the end of work from the phone's queue."""
    told = said(PresenceSchema())
    key = told.pop("key")
    with transaction() as session:
        row = presence.record(session, current_actor(), Presence(**told), key=key)
        return {"id": str(row.id), "number": ""}, 201
