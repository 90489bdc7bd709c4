"""Calls: rows of the audit log, the chain, its checkpoints, and its check."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.trail import changes, checkpoints, queries, signing
from enforcement.trail.checkpoints import Verdicts
from enforcement.trail.models import AuditCheckpoint
from enforcement.trail.queries import Asked

blp = Blueprint("trail_api", __name__, description="审计日志 / Audit log")


class RowsQuery(ma.Schema):
    """Which rows: who acted, kind of record, the record, days, and how many."""

    username = ma.fields.Str(load_default=None)
    kind = ma.fields.Str(load_default=None)
    subject = ma.fields.Str(load_default=None)
    first = ma.fields.Date(load_default=None)
    last = ma.fields.Date(load_default=None)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=ma.validate.Range(1, queries.MOST))


class CheckQuery(ma.Schema):
    """Whether to check everything, or what followed the last good checkpoint."""

    whole = ma.fields.Bool(load_default=False)


def shown(row: AuditCheckpoint) -> dict[str, Any]:
    """Return a checkpoint as JSON; bytes in hexadecimal."""
    plain = plain_row(row, "on_day", "seq", "rows_seq", "problems", "at")
    return plain | {name: bytes(getattr(row, name) or b"").hex()
                    for name in ("hash", "rows_hash", "signature", "public_key")}  # fmt: skip


def judged(seen: Verdicts) -> dict[str, Any]:
    """Return what was found as JSON; `rows` is the chain of changed rows."""
    acts, rows = seen.acts, seen.rows
    return {"well": seen.well, "first": acts.first, "last": acts.last, "head": acts.head,
            "rows": {"first": rows.first, "last": rows.last, "head": rows.head},
            "found": [checkpoints.said(one) for one in seen.found]}  # fmt: skip


@blp.route("/audit")
@requires(Permission.AUDIT_READ)
@blp.arguments(RowsQuery, location="query")
def list_audit(query: dict[str, Any]) -> dict[str, Any]:
    """Return rows of the audit log, the newest first, with the cursor of the next page."""
    after, limit = query.pop("after"), query.pop("limit")
    with transaction() as session:
        rows, more = queries.list_page(
            session, current_actor().county_code, Asked(**query), after, limit
        )
    return {"rows": [queries.shown(row) for row in rows], "next": more}


class ChangesQuery(ma.Schema):
    """Which changes: table, key of the row, who acted, days, and how many."""

    table = ma.fields.Str(load_default=None)
    key = ma.fields.Str(load_default=None)
    username = ma.fields.Str(load_default=None)
    first = ma.fields.Date(load_default=None)
    last = ma.fields.Date(load_default=None)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=ma.validate.Range(1, queries.MOST))


@blp.route("/audit/rows")
@requires(Permission.AUDIT_READ)
@blp.arguments(ChangesQuery, location="query")
def list_changes(query: dict[str, Any]) -> dict[str, Any]:
    """Return what changed in rows, the newest first: before, after, who, and which request."""
    after, limit = query.pop("after"), query.pop("limit")
    with transaction() as session:
        rows, more = changes.list_page(
            session, current_actor().county_code, changes.Asked(**query), after, limit
        )
    return {"rows": [changes.shown(row) for row in rows], "next": more}


@blp.route("/audit/chain")
@requires(Permission.AUDIT_READ)
def get_chain() -> dict[str, Any]:
    """Return how far the chain goes, its latest checkpoints and the platform's public key."""
    county = current_actor().county_code
    with transaction() as session:
        rows, head = queries.checkpoints(session, county), queries.head(session, county)
        changed = changes.head(session, county)
    return {"head": head, "rows_head": changed, "checkpoints": [shown(row) for row in rows],
            "public_key": signing.public_key().hex()}  # fmt: skip


@blp.route("/audit/chain/check", methods=["POST"])
@requires(Permission.AUDIT_READ)
@blp.arguments(CheckQuery, location="query")
def check_chain(query: dict[str, Any]) -> dict[str, Any]:
    """Check the chain and say what is wrong with it."""
    with transaction() as session:
        return judged(checkpoints.check(session, current_actor(), whole=query["whole"]))
