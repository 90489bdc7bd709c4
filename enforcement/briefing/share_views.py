"""Pages: share a report by a link, take the link back, and what the link shows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import limiting
from enforcement.briefing import services, sharing
from enforcement.briefing.report_page import bp, page, wanted
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.map_file import policy_of

__all__ = ["bp"]
OPENINGS: Final = 60
WITHIN: Final = timedelta(minutes=10)
EVERYWHERE: Final = "000000"  # openings are counted for all counties together


def address_of(token: str) -> str:
    """Return the whole address of a link."""
    config: Config = current_app.extensions["enforcement.config"]
    if config.public_url:
        return config.public_url + url_for("briefing.shared", token=token)
    return url_for("briefing.shared", token=token, _external=True)


@bp.post("/briefing/shares")
@requires(Permission.REPORT_READ)
def share() -> ResponseReturnValue:
    """Share the report that the form names, and show its link this once."""
    actor = current_actor()
    said = request.form.get("days") or ""
    if said and not (said.isascii() and said.isdigit()):
        raise InvalidInputError("days", _("请填写天数。"))
    with transaction() as session:
        _row, token = sharing.share(session, actor, wanted(), int(said) if said else None)
        return page(session, services.make(session, actor, wanted()), address_of(token))


@bp.post("/briefing/shares/<uuid:share_id>/revoke")
@requires(Permission.REPORT_READ)
def revoke(share_id: uuid.UUID) -> ResponseReturnValue:
    """Take a link back."""
    with transaction() as session:
        row = sharing.revoke(session, current_actor(), share_id)
        asked = dict(row.asked)
    flash(_("已撤回分享链接。"), "success")
    return redirect(url_for("briefing.index", **asked, _anchor="shares"))


@bp.get("/briefing/shared/<string:token>")
@requires(None)
def shared(token: str) -> Response:
    """Show a report to whoever has its link; nothing of it is kept or listed anywhere."""
    limiting.count(EVERYWHERE, "briefing", request.remote_addr or "", most=OPENINGS, within=WITHIN)
    with transaction() as session:
        html = sharing.open_link(session, token)
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = policy_of(html)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
