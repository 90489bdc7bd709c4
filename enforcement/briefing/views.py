"""Pages: the map report, its map in a frame, its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from enforcement.briefing import drawn, out, services, wording
from enforcement.briefing.figures import Briefing
from enforcement.briefing.report_page import page, wanted
from enforcement.briefing.weekly_views import bp  # with the pages of links and weekly reports
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.security import map_answer
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/briefing")
@requires(Permission.REPORT_READ)
def index() -> str:
    """Show the map report that is asked for, and the links to reports."""
    with transaction() as session:
        return page(session, services.make(session, current_actor(), wanted()))


@bp.get("/briefing/frame")
@requires(Permission.REPORT_READ)
def frame() -> Response:
    """Return the map of a report, for a frame."""
    with transaction() as session:
        about = services.outline(session, current_actor(), wanted())
        made = drawn.frame(session, about)
    return map_answer(made.target, title=wording.title(about), legend=made.legend,
                      legend_title=wording.event_word(about), note=made.note)  # fmt: skip


def _file(make: Callable[[Session, Briefing], Any], kind: str, suffix: str) -> Response:
    """Answer with a file of the report."""
    with transaction() as session:
        briefing = services.make(session, current_actor(), wanted())
        data = make(session, briefing)
    asked = briefing.asked
    named = f"briefing-{asked.subject.code or asked.county_code}-{asked.period.first}.{suffix}"
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/briefing.xlsx")
@requires(Permission.REPORT_READ)
def workbook() -> Response:
    """Return the report as a workbook."""
    return _file(lambda _session, briefing: out.as_book(briefing), TYPES["xlsx"], "xlsx")


@bp.get("/briefing.pdf")
@requires(Permission.REPORT_READ)
def paper() -> Response:
    """Return the report as PDF, on A4 or A3."""
    size = request.args.get("paper") or "a4"
    return _file(lambda session, briefing: out.as_pdf(session, briefing, size),
                 "application/pdf", "pdf")  # fmt: skip


@bp.get("/briefing.html")
@requires(Permission.REPORT_READ)
def file() -> Response:
    """Return the report as one file that opens without any network."""
    actor = current_actor()
    return _file(lambda session, briefing: drawn.as_html(session, actor, briefing),
                 "text/html", "html")  # fmt: skip
