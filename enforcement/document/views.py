"""Pages: what each paper is and must state."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.document import numbering, public_views
from enforcement.law.paperwork import PAPERS
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("document", __name__)
MORE = (public_views.bp,)


@bp.get("/papers")
@requires(Permission.DOCUMENT_READ)
def papers() -> ResponseReturnValue:
    """List the papers with article, signers and required fields."""
    return render_template("document/papers.html", papers=PAPERS.values())


@bp.get("/papers/numbers")
@requires(Permission.DOCUMENT_READ)
def numbers() -> ResponseReturnValue:
    """Show the register of numbers: each number of a series and what became of it."""
    county = current_actor().county_code
    with transaction() as session:
        known = numbering.all_series(session, county)
        chosen = _chosen([series for series, _last in known])
        before = request.args.get("before", type=int)
        rows = numbering.register(session, county, chosen, before=before) if chosen else []
    return render_template(
        "document/numbers.html", known=known, chosen=chosen, rows=rows, kinds=PAPERS,
        next=rows[-1].n if rows and rows[-1].n > 1 else None, first=before is None,
    )  # fmt: skip


def _chosen(known: list[numbering.Series]) -> numbering.Series | None:
    """Return the series that ?series= names, "organ/word/year"; the first one without it."""
    asked = request.args.get("series")
    found = [one for one in known if f"{one.organ}/{one.word}/{one.year}" == asked]
    return next(iter(found or known), None)
