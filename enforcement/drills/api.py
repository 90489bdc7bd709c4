"""Calls: drills of reachability, their reports, starting one, testing the silent ones again."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.drills import queries, services
from enforcement.drills.models import Drill
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("drills_api", __name__, description="联络演练")


class StartSchema(ma.Schema):
    """Until when an answer counts; the same key is one drill."""

    hours = ma.fields.Int(
        load_default=None, allow_none=True, validate=validate.Range(1, services.LONGEST_H)
    )
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class RetestSchema(StartSchema):
    """The same, of the silent ones."""


class ListQuery(ma.Schema):
    """After which row."""

    after = ma.fields.Str(load_default=None)


def drill_json(drill: Drill) -> dict[str, Any]:
    """Return a drill as JSON."""
    return plain_row(
        drill, "id", "started_at", "due_at", "ended_at", "started_by_name", "retest_of"
    )


def report_json(found: queries.Report) -> dict[str, Any]:
    """Return a drill's report as JSON."""
    return drill_json(found.drill) | {
        "asked": len(found.rows),
        "reached": found.reached,
        "groups": [
            {"name": one.name, "asked": one.asked, "reached": one.reached,
             "points": one.points, "points_reached": one.points_reached,
             "phones": one.phones, "phones_reached": one.phones_reached,
             "typical_s": one.typical.total_seconds() if one.typical is not None else None,
             "longest_s": one.longest.total_seconds() if one.longest is not None else None}
            for one in found.groups
        ],
        "silent": [plain_row(row.target, "kind", "name", "township_name", "point_id", "person_id")
                   for row in found.silent],
    }  # fmt: skip


@blp.route("/drills")
@requires(Permission.DRILL_RUN)
@blp.arguments(ListQuery, location="query")
def list_drills(query: dict[str, Any]) -> dict[str, Any]:
    """List drills, the newest first, with how many were asked and reached."""
    with transaction() as session:
        rows = queries.list_drills(
            session, current_actor().county_code, after=read_cursor(query["after"])
        )
    return {
        "drills": [
            drill_json(row.drill) | {"asked": row.asked, "reached": row.reached} for row in rows
        ],
        "next": next_page([row.drill for row in rows], queries.PAGE, "started_at"),
    }


@blp.route("/drills", methods=["POST"])
@requires(Permission.DRILL_RUN)
@blp.arguments(StartSchema)
def start(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Start a drill of all points and duty phones."""
    with transaction() as session:
        return drill_json(services.start(session, current_actor(), **body)), 201


@blp.route("/drills/<uuid:drill_id>")
@requires(Permission.DRILL_RUN)
def get_drill(drill_id: Any) -> dict[str, Any]:
    """Tell how a drill stands: groups and silent ones."""
    with transaction() as session:
        drill = queries.get(session, current_actor().county_code, drill_id)
        return report_json(queries.report(session, drill))


@blp.route("/drills/<uuid:drill_id>/retest", methods=["POST"])
@requires(Permission.DRILL_RUN)
@blp.arguments(RetestSchema)
def retest(body: dict[str, Any], drill_id: Any) -> tuple[dict[str, Any], int]:
    """Ask those again who were silent."""
    with transaction() as session:
        drill = services.start(session, current_actor(), retest_of=drill_id, **body)
        return drill_json(drill), 201
