"""Pages: a case's file, its volumes and package, a paper as a draft to edit."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.case import queries as cases
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document.render import render_text
from enforcement.dossier import batch_views, services
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.dossier import SHELVES, Volume
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("dossier", __name__)
MORE = (batch_views.bp,)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/cases/<uuid:case_id>/dossier")
@requires(Permission.DOCUMENT_READ)
def index(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show both volumes' indexes with their pages."""
    with transaction() as session:
        found = services.look(session, current_actor(), case_id)
    return render_template(
        "dossier/index.html", case=found.case, contents=found.contents, volumes=Volume,
        shelves=SHELVES,
    )  # fmt: skip


@bp.get("/cases/<uuid:case_id>/dossier/<volume>.pdf")
@requires(Permission.DOCUMENT_READ)
def volume(case_id: uuid.UUID, volume: str) -> Response:
    """Return a volume as one PDF."""
    if volume not in list(Volume):
        raise NotFoundError(_("没有这一卷。"))
    with transaction() as session:
        pdf = services.take_volume(session, current_actor(), case_id, Volume(volume))
    return _private(Response(pdf, mimetype="application/pdf"), f"{volume}.pdf")


@bp.get("/cases/<uuid:case_id>/dossier.zip")
@requires(Permission.DOCUMENT_READ)
def package(case_id: uuid.UUID) -> Response:
    """Return the whole file as a package with a manifest of hashes."""
    with transaction() as session:
        out = services.take_package(session, current_actor(), case_id)
    return _private(send_file(out, mimetype="application/zip"), "dossier.zip", how="attachment")


@bp.get("/cases/<uuid:case_id>/documents/<uuid:document_id>.docx")
@requires(Permission.DOCUMENT_READ)
def draft(case_id: uuid.UUID, document_id: uuid.UUID) -> Response:
    """Return what a paper says as a draft that can be edited."""
    from enforcement.document.editable import to_docx

    config: Config = current_app.extensions["enforcement.config"]
    with transaction() as session:
        case = cases.get(session, current_actor(), case_id)
        row = documents.get_document(session, case.county_code, document_id)
        if row.case_id != case.id:
            cases.missing()
    text = render_text(
        row.code, row.inputs, number=row.number, issued_at=row.issued_at.astimezone(clock.ZONE),
        font_dirs=config.font_dirs,
    )  # fmt: skip
    return _private(Response(to_docx(text), mimetype=DOCX), f"{row.code}.docx", how="attachment")


def _private(answer: Any, name: str, *, how: str = "inline") -> Response:
    response: Response = answer
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
