"""Pages: who works alone and is asked after, and what rings."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.safety import alone, post_views, queries
from enforcement.sign_in import current_actor

bp = Blueprint("safety", __name__)
MORE = (post_views.bp,)


@bp.get("/alone")
@requires(Permission.SAFETY_ANSWER)
def index() -> ResponseReturnValue:
    """List the timers that run within reach, those that ring first."""
    with transaction() as session:
        rows = queries.list_open(session, current_actor())
        away = queries.list_away(session, current_actor())
        now = clock.now(session)
    return render_template("safety/alone.html", rows=rows, away=away, now=now)


@bp.get("/alone/<uuid:watch_id>")
@requires(Permission.SAFETY_ANSWER)
def detail(watch_id: uuid.UUID) -> ResponseReturnValue:
    """Show one timer with what was said and rung."""
    with transaction() as session:
        row = queries.get(session, current_actor(), watch_id)
        entries = alone.history_of(session, row)
        now = clock.now(session)
    return render_template("safety/detail.html", row=row, entries=entries, now=now)


@bp.post("/alone/<uuid:watch_id>/answer")
@requires(Permission.SAFETY_ANSWER)
def answer(watch_id: uuid.UUID) -> ResponseReturnValue:
    """Take an alarm upon oneself."""
    with transaction() as session:
        alone.answer(session, current_actor(), watch_id, request.form.get("words", ""))
    flash(_("已记录，不再上报县指挥中心。"), "success")
    return redirect(url_for(".index"))
