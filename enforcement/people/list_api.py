"""Calls: the four lists as spreadsheets: templates, import with a preview, export."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from enforcement.api_document import SHEETS, file
from enforcement.db import transaction
from enforcement.people import schemas
from enforcement.people.api_blueprint import blp
from enforcement.people.import_views import check_suffix, file_answer, kind_of
from enforcement.people.imports import exporting, running
from enforcement.people.imports.lists import TABLES
from enforcement.permissions import Permission, requires
from enforcement.sheets.writing import template
from enforcement.sign_in import current_actor


@blp.route("/people/imports/<string:kind>", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.ImportQuery, location="query")
def import_list(query: dict[str, Any], kind: str) -> tuple[dict[str, Any], int]:
    """Say what the file in the body would do; with `apply` do it, unless a row is refused."""
    found, data, actor = kind_of(kind), request.get_data(), current_actor()
    with transaction() as session:
        if query["apply"]:
            seen = running.apply(session, actor, found, data, query["name"], digest=query["digest"])
        else:
            seen = running.preview(session, actor, found, data, query["name"])
    return seen.as_json(), 422 if seen.problems else 200


@blp.route("/people/imports/<string:kind>/template.<string:suffix>")
@blp.doc(responses=file(*SHEETS))
@requires(Permission.PEOPLE_READ)
def list_template(kind: str, suffix: str) -> Response:
    """Return an empty list to fill in."""
    check_suffix(suffix)
    found = kind_of(kind)
    return file_answer(template(TABLES[found], suffix), f"{found}-template", suffix)


@blp.route("/people/exports/<string:kind>.<string:suffix>")
@blp.doc(responses=file(*SHEETS))
@requires(Permission.PEOPLE_READ)
def export_list(kind: str, suffix: str) -> Response:
    """Return a list as it is, numbers masked."""
    check_suffix(suffix)
    found = kind_of(kind)
    with transaction() as session:
        data = exporting.export(session, current_actor(), found, suffix)
    return file_answer(data, str(found), suffix)


@blp.route("/people/exports/<string:kind>.<string:suffix>", methods=["POST"])
@blp.doc(responses=file(*SHEETS))
@requires(Permission.PERSONAL_READ)
@blp.arguments(schemas.ExportBody)
def export_whole_list(body: dict[str, Any], kind: str, suffix: str) -> Response:
    """Return a list with whole numbers, for a reason that is logged."""
    check_suffix(suffix)
    found = kind_of(kind)
    with transaction() as session:
        data = exporting.export(session, current_actor(), found, suffix, reason=body["reason"])
    return file_answer(data, str(found), suffix)
