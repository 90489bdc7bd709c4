"""Page: what waits for the person, the nearest limit first."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.law.terms import IncidentState
from enforcement.law.time_limits import LIMITS
from enforcement.law.waiting import Duty
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.todo import queries

bp = Blueprint("todo", __name__)


@bp.get("/todo")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List what waits for the person."""
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor(), after=read_cursor(request.args.get("after"))
        )
        today = clock.today(session)
    return render_template(
        "todo/index.html", rows=rows, today=today, duties=Duty, states=IncidentState,
        limits={row.id: row for row in LIMITS}, next=next_page(rows, queries.PAGE, "until_at"),
        further=bool(request.args.get("after")),
    )  # fmt: skip
