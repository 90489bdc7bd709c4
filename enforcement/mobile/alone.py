"""Lone working on the phone: begin, "I am well", end; with or without a network or scripts."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import said
from enforcement.permissions import Permission, requires
from enforcement.safety import queries
from enforcement.safety.alone import Word
from enforcement.safety.api import ACTS, AloneActSchema
from enforcement.safety.models import AloneWatch
from enforcement.settings import queries as settings
from enforcement.sign_in import current_actor


class AloneSchema(AloneActSchema):
    """A word from the phone's queue, always under a key."""

    key = fields.Str(required=True, validate=validate.Length(1, 100))


@bp.route("/m/alone", methods=["GET", "POST"])
@requires(Permission.INCIDENT_REPORT)
def alone() -> ResponseReturnValue:
    """Show one's timer, and take a word from a plain form; what is refused is said on the page."""
    why, status = "", 200
    if request.method == "POST":
        try:
            _plain()
            return redirect(url_for(".alone"))
        except DomainError as error:
            why, status = str(error), status_of(error)
    actor = current_actor()
    with transaction() as session:
        row = queries.find_open(session, actor)
        now = clock.now(session)
        known = settings.values(session, actor.county_code)
    page = render_template(
        "mobile/alone.html", row=row, now=now, why=why, key=str(uuid.uuid4()),
        minutes=known["alone_minutes"], warn=known["alone_warn_minutes"],
    )  # fmt: skip
    return page, status


def _plain() -> None:
    act = ACTS.get(request.form.get("act", ""), ACTS["well"])
    text = request.form.get("minutes", "")
    what = Word(request.form.get("place", ""), int(text) if text.isdecimal() else None)
    with transaction() as session:
        row = act(session, current_actor(), what, key=request.form.get("key") or None)
        state = row.state
    flash(_("已记录，到点再询问。") if state == "open" else _("单独执勤已结束。"), "success")


@bp.post("/m/send/alone")
@requires(Permission.INCIDENT_REPORT)
def send_alone() -> ResponseReturnValue:
    """Take a word from the phone's queue; the same key changes nothing more."""
    told = said(AloneSchema())
    act, key = ACTS[told.pop("act")], told.pop("key")
    with transaction() as session:
        row = act(session, current_actor(), Word(**told), key=key)
        return {"id": str(row.id), "number": "", **_state(row)}, 201


@bp.get("/m/send/alone")
@requires(Permission.INCIDENT_REPORT)
def alone_status() -> ResponseReturnValue:
    """Tell one's timer and the server's moment."""
    with transaction() as session:
        row = queries.find_open(session, current_actor())
        now = clock.now(session)
    answer = {"now": now.isoformat(), "watch": _state(row) if row else None}
    return answer, 200, {"Cache-Control": "no-store"}


def _state(row: AloneWatch) -> dict[str, object]:
    return {
        "place": row.place, "minutes": row.minutes, "state": row.state,
        "ask_at": row.ask_at.isoformat(), "alarmed": row.alarmed_at is not None,
        "answered": row.answered_at is not None, "escalated": row.escalated_at is not None,
    }  # fmt: skip
