"""Calls: the categories that reports may name, with what they ask and how long they may last."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.law.incidents import Category
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.taxonomy import importing, queries
from enforcement.taxonomy.models import ListKind
from enforcement.taxonomy.writing import said

blp = Blueprint("taxonomy_api", __name__, description="事件类别")


class ImportQuery(ma.Schema):
    """The name of the file in the body, the list it holds, and whether to apply it."""

    name = ma.fields.Str(required=True, metadata={"description": "file name, .xlsx or .csv"})
    brings = ma.fields.Str(
        load_default=str(ListKind.CATEGORIES),
        validate=validate.OneOf([str(one) for one in ListKind]),
    )
    apply = ma.fields.Bool(load_default=False)
    digest = ma.fields.Str(load_default=None, metadata={"description": "plan that was seen"})


@blp.route("/taxonomy")
@requires(Permission.SELF)
def list_categories() -> dict[str, Any]:
    """List the categories in force: those of level 1, each with those of level 2 below it."""
    with transaction() as session:
        now = queries.current(session, current_actor().county_code)
    return {
        "edition": str(now.edition_id) if now.edition_id else None,
        "categories": [
            shown(row) | {"limits": {k: said(v) for k, v in now.limits_of(row.code).items()},
                          "below": [shown(one) for one in below]}
            for row, below in now.groups
        ],
    }  # fmt: skip


def shown(row: Category) -> dict[str, Any]:
    """Return a category as JSON."""
    return {
        "code": row.code,
        "name": row.zh,
        "name_en": row.en,
        "icon": row.icon,
        "matters": list(row.matters),
        "required": [str(one) for one in row.required],
        "public": row.public,
    }


@blp.route("/taxonomy/import", methods=["POST"])
@requires(Permission.SETTING_CHANGE)
@blp.arguments(ImportQuery, location="query")
def import_list(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Say what the file in the body would do; with `apply` do it, unless a row is refused."""
    actor, data, brings = current_actor(), request.get_data(), ListKind(query["brings"])
    with transaction() as session:
        if query["apply"]:
            found = importing.apply(
                session, actor, brings, data, query["name"], digest=query["digest"]
            )
        else:
            found = importing.preview(session, actor, brings, data, query["name"])
    return found.as_json(), 422 if found.problems else 200
