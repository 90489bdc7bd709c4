"""Calls: orders by which another person approves; making one and taking it back."""

from __future__ import annotations

import base64
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.delegation import queries, services
from enforcement.delegation.models import ApprovalOrder
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.delegation import Approvals
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("delegation_api", __name__, description="代行审批")


class ListQuery(ma.Schema):
    """How many, and after which row."""

    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


class OrderSchema(ma.Schema):
    """An order; paper -- the signed order, PDF or picture, in base64."""

    number = ma.fields.Str(required=True, validate=validate.Length(1, 100))
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 1000))
    to_id = ma.fields.UUID(required=True)
    from_on = ma.fields.Date(required=True)
    until_on = ma.fields.Date(required=True)
    approvals = ma.fields.List(
        ma.fields.Str(validate=validate.OneOf([str(one) for one in Approvals])),
        required=True, validate=validate.Length(1),
    )  # fmt: skip
    paper = ma.fields.Str(required=True)


class RevokeSchema(ma.Schema):
    """Why an order is taken back."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 500))


def as_json(row: ApprovalOrder) -> dict[str, Any]:
    """Return an order as a JSON object."""
    return plain_row(
        row, "id", "number", "reason", "for_id", "for_name", "to_id", "to_name", "from_on",
        "until_on", "approvals", "sha256", "at", "revoked_at", "revoked_because",
    )  # fmt: skip


def read_order(body: dict[str, Any], paper: bytes) -> services.OrderIn:
    """Return what a checked body says."""
    return services.OrderIn(
        body["number"], body["reason"], body["to_id"], body["from_on"], body["until_on"],
        tuple(Approvals(one) for one in body["approvals"]), paper,
    )  # fmt: skip


@blp.route("/delegations")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """List the county's orders, the newest first."""
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor().county_code, after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        found = [as_json(row) for row in rows]
        return {"orders": found, "next": next_page(rows, query["limit"], "at")}


@blp.route("/delegations", methods=["POST"])
@requires(Permission.CASE_APPROVE)
@blp.arguments(OrderSchema)
def make_order(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Let another person give the caller's approvals between two days."""
    try:
        paper = base64.b64decode(body["paper"], validate=True)
    except ValueError:
        raise InvalidInputError("paper", _("书面决定应当是base64编码的文件。")) from None
    with transaction() as session:
        return as_json(services.make(session, current_actor(), read_order(body, paper))), 201


@blp.route("/delegations/<uuid:order_id>/revoke", methods=["POST"])
@requires(Permission.CASE_APPROVE)
@blp.arguments(RevokeSchema)
def revoke_order(body: dict[str, Any], order_id: Any) -> dict[str, Any]:
    """Take an order back from now on."""
    with transaction() as session:
        return as_json(services.revoke(session, current_actor(), order_id, body["reason"]))
