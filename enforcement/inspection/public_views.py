"""The public page of published results of inspections."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from enforcement.api import next_page, read_cursor
from enforcement.caching import shared
from enforcement.citizen.queries import counties, county_of
from enforcement.db import transaction
from enforcement.inspection import queries
from enforcement.law.inspection_terms import InspectionResult, InspectionSource
from enforcement.law.matters import matters
from enforcement.law.terms import Passed
from enforcement.permissions import requires

bp = Blueprint("public_inspections", __name__, url_prefix="/public")


@bp.get("/inspections")
@requires(None)
@shared
def inspections() -> ResponseReturnValue:
    """List the county's published results, the newest first."""
    with transaction() as session:
        county = county_of(session, request.args.get("county"), None)
        if county is None:
            return render_template(
                "publication/counties.html", rows=counties(session),
                endpoint="public_inspections.inspections",
            )  # fmt: skip
        after = read_cursor(request.args.get("after"))
        rows = queries.public_page(session, county.county_code, after=after)
    return render_template(
        "inspection/public.html", rows=rows, here=county, matters=matters(),
        results=InspectionResult, sources=InspectionSource, passed=Passed,
        next=next_page([row.inspection for row in rows], queries.PAGE, "published_at"),
    )  # fmt: skip
