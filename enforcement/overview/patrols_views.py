"""Pages: the report on patrols, its table as Excel, its paper, its map as one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.overview import patrols, patrols_map, patrols_out
from enforcement.overview.alarm_views import bp  # with the pages of the balance and notices
from enforcement.overview.patrols import Report
from enforcement.overview.patrols_by import By
from enforcement.periods import read_day
from enforcement.permissions import Permission, requires
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/report/patrols")
@requires(Permission.REPORT_READ)
def patrol_report() -> str:
    """Show the report on patrols of a period."""
    actor = current_actor()
    with transaction() as session:
        report = _asked(session)
        today = clock.today(session)
    return render_template(
        "overview/patrols.html", report=report, offered=patrols.offered(actor), today=today,
        columns=patrols_out.columns_of(report), notes=patrols_out.NOTES,
        asked={"by": str(report.by), "first": report.period.first, "last": report.period.last},
    )  # fmt: skip


def _asked(session: Session) -> Report:
    """Return the report that the address asks for; raises InvalidInputError that names a field."""
    named = request.args.get("by") or None
    if named is not None and named not in {str(one) for one in By}:
        raise InvalidInputError("by", _("没有这种汇总方式。"))
    by = By(named) if named else None
    first, last = (read_day(name, request.args.get(name)) for name in ("first", "last"))
    return patrols.make(session, current_actor(), by, first, last)


def _file(make: Callable[[Session, Report], Any], kind: str, suffix: str) -> Response:
    """Answer with a file of the report."""
    with transaction() as session:
        report = _asked(session)
        data = make(session, report)
    name = f"patrols-{report.period.first}-{report.period.last}.{suffix}"
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/report/patrols.xlsx")
@requires(Permission.REPORT_READ)
def patrol_report_book() -> Response:
    """Return the report as a workbook."""
    return _file(lambda _session, report: patrols_out.as_book(report), TYPES["xlsx"], "xlsx")


@bp.get("/report/patrols.pdf")
@requires(Permission.REPORT_READ)
def patrol_report_pdf() -> Response:
    """Return the report as PDF."""
    return _file(patrols_out.as_pdf, "application/pdf", "pdf")


@bp.get("/report/patrols.html")
@requires(Permission.REPORT_READ)
def patrol_report_map() -> Response:
    """Return the report's map as one file that opens without any network."""
    actor = current_actor()
    return _file(
        lambda session, report: patrols_map.as_html(session, actor, report), "text/html", "html"
    )
