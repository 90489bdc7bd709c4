"""Calls: systems that may call through Open311; their keys are told once."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.open311 import queries, services
from enforcement.open311.models import Open311Client
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("open311_api", __name__, description="Open311接口用户")


class ClientSchema(ma.Schema):
    """Another system: its name, how often it may call, whether it may read what people wrote."""

    name = ma.fields.Str(required=True, validate=validate.Length(1, services.LONGEST_NAME))
    rate_per_minute = ma.fields.Int(
        load_default=services.USUAL_RATE, validate=validate.Range(1, services.MOST_RATE)
    )
    sees_description = ma.fields.Bool(load_default=False)


def client_json(client: Open311Client) -> dict[str, Any]:
    """Return a client as JSON, without its key."""
    return plain_row(
        client, "id", "name", "active", "sees_description", "rate_per_minute", "created_at",
        "ended_at",
    )  # fmt: skip


@blp.route("/open311/clients")
@requires(Permission.ACCOUNT_MANAGE)
def list_clients() -> dict[str, Any]:
    """All clients of the county, the active ones first."""
    with transaction() as session:
        rows = queries.list_clients(session, current_actor().county_code)
        return {"clients": [client_json(row) for row in rows]}


@blp.route("/open311/clients", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE)
@blp.arguments(ClientSchema)
def add_client(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Let another system call; `api_key` is told this once."""
    with transaction() as session:
        client, key = services.add_client(session, current_actor(), **body)
        return client_json(client) | {"api_key": key}, 201


@blp.route("/open311/clients/<uuid:client_id>/end", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE)
def end_client(client_id: Any) -> dict[str, Any]:
    """Refuse a client from now on."""
    with transaction() as session:
        return client_json(services.end_client(session, current_actor(), client_id))
