"""Pages: what each paper is and must state."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.document import numbering, public_views, sealing
from enforcement.document.copies import OrganSeal
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _
from enforcement.law.paperwork import PAPERS
from enforcement.people.models import Organ
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("document", __name__)
MORE = (public_views.bp,)


@bp.get("/papers")
@requires(Permission.DOCUMENT_READ)
def papers() -> ResponseReturnValue:
    """List the papers with article, signers and required fields."""
    return render_template("document/papers.html", papers=PAPERS.values())


@bp.get("/papers/numbers")
@requires(Permission.DOCUMENT_READ)
def numbers() -> ResponseReturnValue:
    """Show the register of numbers: each number of a series and what became of it."""
    county = current_actor().county_code
    with transaction() as session:
        known = numbering.all_series(session, county)
        chosen = _chosen([series for series, _last in known])
        before = request.args.get("before", type=int)
        rows = numbering.register(session, county, chosen, before=before) if chosen else []
    return render_template(
        "document/numbers.html", known=known, chosen=chosen, rows=rows, kinds=PAPERS,
        next=rows[-1].n if rows and rows[-1].n > 1 else None, first=before is None,
    )  # fmt: skip


def _chosen(known: list[numbering.Series]) -> numbering.Series | None:
    """Return the series that ?series= names, "organ/word/year"; the first one without it."""
    asked = request.args.get("series")
    found = [one for one in known if f"{one.organ}/{one.word}/{one.year}" == asked]
    return next(iter(found or known), None)


@bp.route("/papers/seals", methods=["GET", "POST"])
@requires(Permission.SEAL_APPLY)
def seals() -> ResponseReturnValue:
    """List the organs and their seals without showing them; take a new picture of one."""
    actor, error = current_actor(), None
    with transaction() as session:
        if request.method == "POST":
            try:
                sealing.keep_seal(session, actor, _organ_id(), _picture())
                flash(_("已登记印章，加密保存。"), "success")
                return redirect(url_for(".seals"))
            except DomainError as refused:
                error = refused
        organs = session.query(Organ).filter_by(county_code=actor.county_code).all()
        kept = session.query(OrganSeal).filter_by(county_code=actor.county_code)
        rows = kept.order_by(OrganSeal.at.desc()).limit(50).all()
    names = {one.id: one.name for one in organs}
    page = render_template("document/seals.html", names=names, rows=rows, error=error)
    return page, status_of(error) if error else 200


def _organ_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("organ", ""))
    except ValueError:
        return uuid.UUID(int=0)


def _picture() -> bytes:
    sent = request.files.get("image")
    return sent.read(sealing.LARGEST + 1) if sent else b""
