"""Calls: ask for break-glass access, decide, end; all grants with their looks."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.glass import queries, services
from enforcement.glass.models import GlassGrant, GlassKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("glass_api", __name__, description="应急授权查看 / Break-glass access")
TEXT = validate.Length(1, services.LONGEST_TEXT)


class GlassAskSchema(ma.Schema):
    """Which object, by the number people say, why, and until when."""

    kind = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in GlassKind]))
    number = ma.fields.Str(required=True, validate=validate.Length(1, 40))
    reason = ma.fields.Str(required=True, validate=TEXT)
    until = ma.fields.AwareDateTime(required=True)


class GlassDecideSchema(ma.Schema):
    """Whether one agrees, and why."""

    agree = ma.fields.Bool(required=True)
    reason = ma.fields.Str(required=True, validate=TEXT)


class ListQuery(ma.Schema):
    """How many, and after which row."""

    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def as_json(row: GlassGrant) -> dict[str, Any]:
    """Return a grant as a JSON object; the object's id is told once it is opened."""
    shown = plain_row(
        row, "id", "kind", "number", "name", "role", "unit_name", "reason", "asked_at", "until",
        "state", "decided_name", "decided_at", "decided_why", "first_used_at", "ended_at",
        "ended_name",
    )  # fmt: skip
    opened = row.decided_at is not None and row.state != "refused"
    return shown | {"object_id": str(row.case_id or row.incident_id) if opened else None}


@blp.route("/glass")
@requires(Permission.GLASS_ASK)
def list_my_grants() -> dict[str, Any]:
    """List what the caller asked for, the newest first."""
    with transaction() as session:
        return {"grants": [as_json(row) for row in queries.list_mine(session, current_actor())]}


@blp.route("/glass", methods=["POST"])
@requires(Permission.GLASS_ASK)
@blp.arguments(GlassAskSchema)
def ask_for_grant(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Ask to see one case or incident for some hours; a second person decides."""
    what = services.Request(
        GlassKind(body["kind"]), body["number"], body["reason"], body["until"]
    )  # fmt: skip
    with transaction() as session:
        return as_json(services.ask(session, current_actor(), what)), 201


@blp.route("/glass/waiting")
@requires(Permission.GLASS_DECIDE)
def list_open_grants() -> dict[str, Any]:
    """List what waits for a decision, then what stands now."""
    with transaction() as session:
        return {"grants": [as_json(row) for row in queries.list_open(session, current_actor())]}


@blp.route("/glass/<uuid:grant_id>/decide", methods=["POST"])
@requires(Permission.GLASS_DECIDE)
@blp.arguments(GlassDecideSchema)
def decide_on_grant(body: dict[str, Any], grant_id: Any) -> dict[str, Any]:
    """Agree to somebody else's request or refuse it."""
    with transaction() as session:
        return as_json(services.decide(session, current_actor(), grant_id, **body))


@blp.route("/glass/<uuid:grant_id>/end", methods=["POST"])
@requires(Permission.SELF)
def end_grant(grant_id: Any) -> dict[str, Any]:
    """End a grant before its time: its asker, or who agreed to it."""
    with transaction() as session:
        return as_json(services.end(session, current_actor(), grant_id))


@blp.route("/glass/all")
@requires(Permission.AUDIT_READ)
@blp.arguments(ListQuery, location="query")
def list_all_grants(query: dict[str, Any]) -> dict[str, Any]:
    """List all grants, the newest first, with how often somebody looked."""
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor().county_code, after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        more = next_page([row.grant for row in rows], query["limit"], "asked_at")
        found = [as_json(row.grant) | {"looks": row.looks} for row in rows]
        return {"grants": found, "next": more}


@blp.route("/glass/<uuid:grant_id>")
@requires(Permission.AUDIT_READ)
@blp.arguments(ListQuery, location="query")
def get_grant(query: dict[str, Any], grant_id: Any) -> dict[str, Any]:
    """One grant with its looks, the latest first."""
    with transaction() as session:
        row = queries.get(session, current_actor().county_code, grant_id)
        looks = queries.list_looks(
            session, row, after=read_cursor(query["after"]), limit=query["limit"]
        )
        seen = [plain_row(one, "id", "at", "what", "path") for one in looks]
        return as_json(row) | {"looks": seen, "next": next_page(looks, query["limit"], "at")}
