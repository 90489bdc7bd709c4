"""Pages: the audit log with its filters, and the chain with its checkpoints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.periods import read_day
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.trail import chain, changes, checkpoints, queries, saying, signing, wording
from enforcement.trail.queries import Asked

bp = Blueprint("trail", __name__)


def asked_of(args: Any) -> Asked:
    """Return what an address asks for; raises InvalidInputError that names a field."""
    username, kind, subject = (
        (args.get(name) or "").strip() or None for name in ("username", "kind", "subject")
    )
    first, last = (read_day(name, args.get(name)) for name in ("first", "last"))
    return Asked(username, kind, subject, first, last)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """List the rows of the audit log, the newest first."""
    asked, after = asked_of(request.args), request.args.get("after")
    county = current_actor().county_code
    with transaction() as session:
        rows, more = queries.list_page(session, county, asked, after)
        last, head = queries.last_checkpoint(session, county), queries.head(session, county)
    said = {name: value for name, value in asdict(asked).items() if value}
    return render_template(
        "trail/index.html", rows=rows, next=more, first=not after, said=said, last=last, head=head,
        saying=saying, kinds=wording.KINDS,
    )  # fmt: skip


@bp.get("/audit/rows")
@requires(Permission.AUDIT_READ)
def changed() -> str:
    """List what changed in rows of the business tables, the newest first."""
    table, key, username = (
        (request.args.get(name) or "").strip() or None for name in ("table", "key", "username")
    )
    first, last = (read_day(name, request.args.get(name)) for name in ("first", "last"))
    asked, after = changes.Asked(table, key, username, first, last), request.args.get("after")
    with transaction() as session:
        rows, more = changes.list_page(session, current_actor().county_code, asked, after)
        tables = changes.tables(session)
    said = {name: value for name, value in asdict(asked).items() if value}
    return render_template(
        "trail/rows.html", rows=rows, next=more, first=not after, said=said, tables=tables,
        words=wording.TABLES, acts=wording.ROW_ACTS, most=changes.SHOWN,
    )  # fmt: skip


@bp.get("/audit/chain")
@requires(Permission.AUDIT_READ)
def state() -> str:
    """Show how far the chain goes, its checkpoints, and the key that opens their signatures."""
    county = current_actor().county_code
    with transaction() as session:
        rows, head = queries.checkpoints(session, county), queries.head(session, county)
        changed = changes.head(session, county)
    return render_template(
        "trail/chain.html", rows=rows, head=head, changed=changed, key=signing.public_key().hex(),
        fault=chain.Fault,
    )  # fmt: skip


@bp.post("/audit/chain")
@requires(Permission.AUDIT_READ)
def check() -> ResponseReturnValue:
    """Check the chain since the last good checkpoint, and say what was found."""
    with transaction() as session:
        seen = checkpoints.check(session, current_actor())
    if seen.well:
        acts, rows = seen.acts, seen.rows
        told = _("日志链完好：核对了操作第%(first)d至%(last)d条，数据变更第%(one)d至%(end)d条。",
                 first=min(acts.first, acts.last), last=acts.last,
                 one=min(rows.first, rows.last), end=rows.last)  # fmt: skip
        flash(told, "success")
        return redirect(url_for(".state"))
    return render_template("trail/found.html", verdict=seen, chains=chain.Chain)
