"""Calls: the benchmark in force; what a file would do to it, and the same done."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint

from enforcement.db import transaction
from enforcement.discretion import importing, queries, writing
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("discretion_api", __name__, description="裁量基准")


class ImportQuery(ma.Schema):
    """The name of the file in the body, and whether to apply it."""

    name = ma.fields.Str(required=True, metadata={"description": "file name, .xlsx or .csv"})
    apply = ma.fields.Bool(load_default=False)
    digest = ma.fields.Str(load_default=None, metadata={"description": "plan that was seen"})


@blp.route("/discretion")
@requires(Permission.POWER_READ)
def get_benchmark() -> dict[str, Any]:
    """Return the benchmark in force, row by row; no edition means the default of the law."""
    with transaction() as session:
        now = queries.current(session, current_actor().county_code)
    return {
        "edition": str(now.edition_id) if now.edition_id else None,
        "rows": [writing.as_cells(code, row) for code, row in now.rows.items()],
    }


@blp.route("/discretion/import", methods=["POST"])
@requires(Permission.POWER_CHANGE)
@blp.arguments(ImportQuery, location="query")
def import_benchmark(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Say what the file in the body would do; with `apply` do it, unless a row is refused."""
    actor, data, name = current_actor(), request.get_data(), query["name"]
    with transaction() as session:
        if query["apply"]:
            found = importing.apply(session, actor, data, name, digest=query["digest"])
        else:
            found = importing.preview(session, actor, data, name)
    return found.as_json(), 422 if found.problems else 200
