"""Pages: what each paper is and must state."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from enforcement.law.paperwork import PAPERS
from enforcement.permissions import Permission, requires

bp = Blueprint("document", __name__)


@bp.get("/papers")
@requires(Permission.DOCUMENT_READ)
def papers() -> ResponseReturnValue:
    """List the papers with article, signers and required fields."""
    return render_template("document/papers.html", papers=PAPERS.values())
