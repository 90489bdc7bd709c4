"""Call: what waits for the caller, the nearest limit first."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.todo import queries
from enforcement.todo.shown import as_json

blp = Blueprint("todo_api", __name__, description="待办")


class ListQuery(ma.Schema):
    """How many, and after which row."""

    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


@blp.route("/todo")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_todo(query: dict[str, Any]) -> dict[str, Any]:
    """List what waits for the caller: cases and the incidents that he handles."""
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor(), after=read_cursor(query["after"]), limit=query["limit"]
        )
    return {
        "items": [as_json(row) for row in rows],
        "next": next_page(rows, query["limit"], "until_at"),
    }
