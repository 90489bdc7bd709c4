"""Pages: reports that are made each week, ordering and ending one, the files of past weeks."""

from __future__ import annotations

import re
import uuid

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.briefing import asking, schedules, wording
from enforcement.briefing.asking import Wanted
from enforcement.briefing.report_page import wanted
from enforcement.briefing.schedules import Order
from enforcement.briefing.share_views import bp
from enforcement.briefing.weekly import MEDIA
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.route("/briefing/weekly", methods=["GET", "POST"])
@requires(Permission.REPORT_READ)
def weekly() -> ResponseReturnValue:
    """Show the weekly reports that concern the person, and order one."""
    with transaction() as session:
        if request.method == "GET":
            return _page(session, wanted())
        asked = wanted()
        try:
            with session.begin_nested():
                schedules.order(session, current_actor(), _order(asked))
        except DomainError as error:
            return _page(session, asked, error), status_of(error)
    flash(_("已设置每周报告。"), "success")
    return redirect(url_for("briefing.weekly"))


def _order(asked: Wanted) -> Order:
    """Return what the form orders; what is no number is none of its field."""
    form = request.form
    return Order(
        asked, _whole(form.get("weekday")), _whole(form.get("hour")),
        tuple(form.getlist("formats")), _words("people"), _words("mail"),
    )  # fmt: skip


def _whole(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 3 else -1


def _words(name: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,，、;；]+", request.form.get(name) or "")))


def _page(session: Session, asked: Wanted, why: DomainError | None = None) -> str:
    actor = current_actor()
    config: Config = current_app.extensions["enforcement.config"]
    return render_template(
        "briefing/weekly.html", orders=schedules.list_orders(session, actor),
        filed=schedules.list_filed(session, actor), asked=asked, why=why, actor_=actor,
        subjects=asking.offered(session, actor, clock.today(session)), kinds=asking.Kind,
        weekdays=wording.weekdays(), formats=schedules.FORMATS, mails=bool(config.smtp_url),
    )  # fmt: skip


@bp.post("/briefing/weekly/<uuid:schedule_id>/end")
@requires(Permission.REPORT_READ)
def end_weekly(schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Make no more of a weekly report."""
    with transaction() as session:
        schedules.end(session, current_actor(), schedule_id)
    flash(_("已停止该每周报告。"), "success")
    return redirect(url_for("briefing.weekly"))


@bp.get("/briefing/filed/<uuid:filed_id>")
@requires(Permission.REPORT_READ)
def filed(filed_id: uuid.UUID) -> Response:
    """Return a file of a weekly report."""
    with transaction() as session:
        row, data = schedules.get_filed(session, current_actor(), filed_id)
    answer = Response(data, mimetype=MEDIA[row.kind])
    named = f"briefing-{row.week_on}.{row.kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
