"""Calls: a township's monthly report as figures and as PDF."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response

from enforcement.api_document import file
from enforcement.db import transaction
from enforcement.overview import report
from enforcement.overview.rota_api import blp  # with the other calls of the slice
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["blp"]


class ReportQuery(ma.Schema):
    """Which township and month; without them the caller's first township and this month."""

    township = ma.fields.Str(load_default=None)
    month = ma.fields.Str(load_default=None, metadata={"example": "2026-03"})


@blp.route("/report")
@requires(Permission.REPORT_READ)
@blp.arguments(ReportQuery, location="query")
def get_report(query: dict[str, Any]) -> dict[str, Any]:
    """Figures of a township's month."""
    with transaction() as session:
        return report.as_json(
            report.make(session, current_actor(), query["township"], query["month"])
        )


@blp.route("/report.pdf")
@blp.doc(responses=file("application/pdf"))
@requires(Permission.REPORT_READ)
@blp.arguments(ReportQuery, location="query")
def get_report_pdf(query: dict[str, Any]) -> Response:
    """Return the report as PDF."""
    with transaction() as session:
        made = report.make(session, current_actor(), query["township"], query["month"])
        return Response(report.as_pdf(session, made).pdf, mimetype="application/pdf")
