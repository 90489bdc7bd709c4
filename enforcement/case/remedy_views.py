"""Page: reconsiderations and lawsuits against decisions, the nearest day to reply first."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.api import next_page, read_cursor
from enforcement.case import remedies
from enforcement.db import transaction
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.law.terms import CaseState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("remedy", __name__)


@bp.get("/remedies")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the remedies that run, or with ?ended=1 those that ended."""
    ended = request.args.get("ended") == "1"
    with transaction() as session:
        rows = remedies.list_page(
            session, current_actor(), ended=ended, after=read_cursor(request.args.get("after"))
        )
        today = clock.today(session)
    return render_template(
        "case/remedies.html", rows=rows, ended=ended, today=today, kinds=RemedyKind,
        outcomes=RemedyOutcome, states=CaseState, unknown=remedies.UNKNOWN,
        next=next_page(rows, remedies.PAGE, "sort_at"),
        further=bool(request.args.get("after")),
    )  # fmt: skip
