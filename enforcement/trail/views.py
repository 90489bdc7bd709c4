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
from enforcement.trail import chain, checkpoints, queries, signing, wording
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
        acts=wording.ACTS, kinds=wording.KINDS,
    )  # fmt: skip


@bp.get("/audit/chain")
@requires(Permission.AUDIT_READ)
def state() -> str:
    """Show how far the chain goes, its checkpoints, and the key that opens their signatures."""
    county = current_actor().county_code
    with transaction() as session:
        rows, head = queries.checkpoints(session, county), queries.head(session, county)
    return render_template(
        "trail/chain.html", rows=rows, head=head, key=signing.public_key().hex(), fault=chain.Fault
    )


@bp.post("/audit/chain")
@requires(Permission.AUDIT_READ)
def check() -> ResponseReturnValue:
    """Check the chain since the last good checkpoint, and say what was found."""
    with transaction() as session:
        verdict = checkpoints.check(session, current_actor())
    if verdict.well:
        told = _("日志链完好：从第%(first)d条核对到第%(last)d条。",
                 first=min(verdict.first, verdict.last), last=verdict.last)  # fmt: skip
        flash(told, "success")
        return redirect(url_for(".state"))
    return render_template("trail/found.html", verdict=verdict)
