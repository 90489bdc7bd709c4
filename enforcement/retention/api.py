"""Calls: what is due, propose and decide, legal holds, certificates."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.retention import certificates, holds, queries, services
from enforcement.retention.models import (
    Destruction,
    DestructionCertificate,
    HoldKind,
    LegalHold,
)
from enforcement.retention.queries import Preview
from enforcement.sign_in import current_actor

blp = Blueprint("retention_api", __name__, description="保存期限与销毁 / Retention")
TEXT = validate.Length(1, services.LONGEST_TEXT)


class DestructionProposeSchema(ma.Schema):
    """Which kind, and why."""

    kind = ma.fields.Str(required=True, validate=validate.Length(1, 40))
    reason = ma.fields.Str(required=True, validate=TEXT)


class DestructionDecideSchema(ma.Schema):
    """Whether one approves, and why."""

    agree = ma.fields.Bool(required=True)
    reason = ma.fields.Str(required=True, validate=TEXT)


class LegalHoldSchema(ma.Schema):
    """What is held: a number, or a user name; days with tracks only."""

    kind = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in HoldKind]))
    named = ma.fields.Str(load_default="", validate=validate.Length(0, 60))
    reason = ma.fields.Str(required=True, validate=TEXT)
    first_on = ma.fields.Date(load_default=None, allow_none=True)
    last_on = ma.fields.Date(load_default=None, allow_none=True)


class LegalHoldReleaseSchema(ma.Schema):
    """Why a hold is released."""

    reason = ma.fields.Str(required=True, validate=TEXT)


class ListQuery(ma.Schema):
    """How many, and after which row."""

    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def preview_json(one: Preview) -> dict[str, Any]:
    """Return what is due of a kind as JSON."""
    rule, term = one.rule, one.term
    return {
        "kind": rule.kind, "name": rule.name, "deed": str(rule.deed), "way": str(rule.way),
        "months": term.months if term else None, "basis": rule.basis,
        "before": term.before.isoformat() if term else None, "count": one.count,
        "held": one.held, "oldest": one.oldest.isoformat() if one.oldest else None,
        "newest": one.newest.isoformat() if one.newest else None,
    }  # fmt: skip


def destruction_json(row: Destruction) -> dict[str, Any]:
    """Return a destruction as JSON."""
    return plain_row(
        row, "id", "kind", "deed", "months", "basis", "before", "state", "count", "oldest_at",
        "newest_at", "reason", "proposed_name", "proposed_at", "decided_name", "decided_at",
        "decided_why", "ended_at",
    )  # fmt: skip


def hold_json(row: LegalHold) -> dict[str, Any]:
    """Return a hold as JSON."""
    return plain_row(
        row, "id", "kind", "named", "first_on", "last_on", "reason", "by_name", "at",
        "released_at", "released_by_name", "released_why",
    )  # fmt: skip


def certificate_json(row: DestructionCertificate) -> dict[str, Any]:
    """Return a certificate as JSON."""
    return plain_row(
        row, "id", "number", "destruction_id", "kind", "deed", "months", "basis", "before", "rows",
        "tombstones", "held", "changed", "oldest_at", "newest_at", "proposed_name", "proposed_at",
        "decided_name", "decided_at", "sha256", "at",
    )  # fmt: skip


@blp.route("/retention")
@requires(Permission.RETENTION_READ)
def preview_retention() -> dict[str, Any]:
    """Every kind with its term and what is due now, and what was proposed."""
    county = current_actor().county_code
    with transaction() as session:
        found = [preview_json(one) for one in queries.preview(session, county)]
        rows = [destruction_json(row) for row in queries.list_destructions(session, county)]
    return {"kinds": found, "destructions": rows}


@blp.route("/retention", methods=["POST"])
@requires(Permission.RETENTION_PROPOSE)
@blp.arguments(DestructionProposeSchema)
def propose_destruction(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Propose to destroy what is due of a kind; another person approves."""
    with transaction() as session:
        return destruction_json(services.propose(session, current_actor(), **body)), 201


@blp.route("/retention/<uuid:destruction_id>/decide", methods=["POST"])
@requires(Permission.RETENTION_APPROVE)
@blp.arguments(DestructionDecideSchema)
def decide_destruction(body: dict[str, Any], destruction_id: Any) -> dict[str, Any]:
    """Approve somebody else's proposal or refuse it; the worker then destroys in batches."""
    with transaction() as session:
        return destruction_json(services.decide(session, current_actor(), destruction_id, **body))


@blp.route("/retention/holds")
@requires(Permission.RETENTION_READ)
def list_holds() -> dict[str, Any]:
    """List legal holds, those that stand first."""
    with transaction() as session:
        rows = queries.list_holds(session, current_actor().county_code)
        return {"holds": [hold_json(row) for row in rows]}


@blp.route("/retention/holds", methods=["POST"])
@requires(Permission.RETENTION_HOLD)
@blp.arguments(LegalHoldSchema)
def place_hold(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Put records under legal hold."""
    what = holds.HoldIn(**body | {"kind": HoldKind(body["kind"])})
    with transaction() as session:
        return hold_json(holds.place(session, current_actor(), what)), 201


@blp.route("/retention/holds/<uuid:hold_id>/release", methods=["POST"])
@requires(Permission.RETENTION_HOLD)
@blp.arguments(LegalHoldReleaseSchema)
def release_hold(body: dict[str, Any], hold_id: Any) -> dict[str, Any]:
    """Release a hold; what it kept is due again by its rule."""
    with transaction() as session:
        return hold_json(holds.release(session, current_actor(), hold_id, body["reason"]))


@blp.route("/retention/certificates")
@requires(Permission.RETENTION_READ)
@blp.arguments(ListQuery, location="query")
def list_certificates(query: dict[str, Any]) -> dict[str, Any]:
    """List certificates of destruction, the newest first."""
    with transaction() as session:
        rows = queries.list_certificates(
            session, current_actor().county_code, after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        more = next_page(rows, query["limit"], "at")
        return {"certificates": [certificate_json(row) for row in rows], "next": more}


@blp.route("/retention/certificates/<uuid:certificate_id>")
@requires(Permission.RETENTION_READ)
def get_certificate(certificate_id: Any) -> dict[str, Any]:
    """One certificate, and whether it agrees with its tombstones as they stand now."""
    with transaction() as session:
        row = queries.get_certificate(session, current_actor().county_code, certificate_id)
        return certificate_json(row) | {"agrees": certificates.is_true(session, row)}
