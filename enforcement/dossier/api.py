"""Calls: what stands in a case's file, its volumes, its package."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, send_file
from flask_smorest import Blueprint

from enforcement.api_document import file
from enforcement.db import transaction
from enforcement.dossier import services
from enforcement.dossier.contents import Contents
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.dossier import Volume
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("dossier_api", __name__, description="案卷")


def shown(contents: Contents) -> dict[str, Any]:
    """Return the indexes of both volumes as JSON."""
    return {
        str(volume): {
            "pages": contents.pages(volume),
            "entries": [
                {
                    "chapter": one.chapter, "title": one.title, "number": one.number,
                    "dated_on": one.dated_on.isoformat() if one.dated_on else None,
                    "page": one.page, "pages": one.pages, "remark": one.remark,
                }
                for one in entries
            ],
        }
        for volume, entries in contents.volumes.items()
    }  # fmt: skip


@blp.route("/cases/<uuid:case_id>/dossier")
@requires(Permission.DOCUMENT_READ)
def contents(case_id: uuid.UUID) -> dict[str, Any]:
    """Return the indexes of both volumes with their pages."""
    with transaction() as session:
        return shown(services.look(session, current_actor(), case_id).contents)


@blp.route("/cases/<uuid:case_id>/dossier/<string:volume>.pdf")
@blp.doc(responses=file("application/pdf"))
@requires(Permission.DOCUMENT_READ)
def volume(case_id: uuid.UUID, volume: str) -> Response:
    """Return a volume (main or secondary) as one PDF."""
    if volume not in list(Volume):
        raise NotFoundError(_("没有这一卷。"))
    with transaction() as session:
        pdf = services.take_volume(session, current_actor(), case_id, Volume(volume))
    return Response(pdf, mimetype="application/pdf")


@blp.route("/cases/<uuid:case_id>/dossier.zip")
@blp.doc(responses=file("application/zip"))
@requires(Permission.DOCUMENT_READ)
def package(case_id: uuid.UUID) -> Response:
    """Return the whole file as a BagIt package with a manifest of hashes."""
    with transaction() as session:
        out = services.take_package(session, current_actor(), case_id)
    return send_file(out, mimetype="application/zip")
