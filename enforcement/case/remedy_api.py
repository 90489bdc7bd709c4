"""Call: reconsiderations and lawsuits against decisions, the nearest day to reply first."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, read_cursor
from enforcement.case import remedies
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("remedy_api", __name__, description="行政复议和行政诉讼")


class RemedyQuery(ma.Schema):
    """Which ones, and after which row."""

    ended = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=remedies.PAGE, validate=validate.Range(1, 100))


@blp.route("/remedies")
@requires(Permission.CASE_READ)
@blp.arguments(RemedyQuery, location="query")
def list_remedies(query: dict[str, Any]) -> dict[str, Any]:
    """List the remedies that run, unanswered ones by their last day first; or those that ended."""
    with transaction() as session:
        rows = remedies.list_page(
            session, current_actor(), ended=query["ended"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        found = [remedies.listed_json(row) for row in rows]
    return {"remedies": found, "next": next_page(rows, query["limit"], "sort_at")}
