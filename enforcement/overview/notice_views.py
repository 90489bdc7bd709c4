"""Pages: a person's notices, and saying that one was heard."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import notices as kept
from enforcement.alarms import AlarmKind
from enforcement.db import transaction
from enforcement.glass import wording as glass
from enforcement.law.escalation import Does
from enforcement.overview.balance_views import bp as bp
from enforcement.permissions import Permission, requires
from enforcement.retention import wording as retention
from enforcement.sign_in import current_actor


@bp.get("/notices")
@requires(Permission.SELF)
def notices() -> ResponseReturnValue:
    """Show the person's notices, the newest first; they count as seen from now on."""
    with transaction() as session:
        actor = current_actor()
        rows = kept.list_mine(session, actor)
        page = render_template(
            "overview/notices.html", rows=rows, does=Does, alarm_kinds=AlarmKind,
            glass_words=glass.NOTICES, retention_words=retention.NOTICES,
            retention_kind=retention.kind,
        )  # fmt: skip
        kept.mark_seen(session, actor)
    return page


@bp.get("/notices/unheard")
@requires(Permission.SELF)
def unheard() -> ResponseReturnValue:
    """Return the calls the person has not heard yet, as the event stream tells them."""
    with transaction() as session:
        rows = kept.list_unheard(session, current_actor())
        return [
            {
                "subject": str(row.id),
                "about": row.kind,
                "about_id": str(row.subject_id),
                "act": row.does,
                **row.data,
            }
            for row in rows
        ]


@bp.post("/notices/<uuid:notice_id>/hear")
@requires(Permission.SELF)
def hear(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Remember that the person heard a notice."""
    with transaction() as session:
        kept.hear(session, current_actor(), notice_id)
    if "X-CSRFToken" in request.headers:
        return {"heard": True}
    phone = request.form.get("back") == "phone"
    return redirect(url_for("mobile.my_notices" if phone else "overview.notices"))
