"""Pages: orders by which another person approves; making one and taking it back."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.delegation import queries, services
from enforcement.delegation.forms import OrderForm, RevokeForm
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.law.delegation import Approvals
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("delegation", __name__)


@bp.get("/delegations")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the orders; a head may make one."""
    with transaction() as session:
        form = OrderForm(formdata=None, from_on=clock.today(session))
        return _page(session, form, None)


def _page(session: Session, form: OrderForm, error: Exception | None) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today(session)
    people = queries.list_candidates(session, actor, today)
    form.to_id.choices = [("", _("请选择")), *[(str(one.id), one.name) for one in people]]
    after = read_cursor(request.args.get("after"))
    rows = queries.list_page(session, actor.county_code, after=after)
    page = render_template(
        "delegation/index.html", rows=rows, form=form, revoking=RevokeForm(formdata=None),
        today=today, groups=Approvals, why=str(error) if error else None,
        next=next_page(rows, queries.PAGE, "at"), further=after is not None,
    )  # fmt: skip
    return (page, status_of(error)) if error is not None else page


@bp.post("/delegations")
@requires(Permission.CASE_APPROVE)
def make() -> ResponseReturnValue:
    """Make an order."""
    form = OrderForm()
    with transaction() as session:
        actor, today = current_actor(), clock.today(session)
        people = queries.list_candidates(session, actor, today)
        form.to_id.choices = [("", ""), *[(str(one.id), one.name) for one in people]]
        error: DomainError | None = None
        if not form.validate():
            error = InvalidInputError("form", errors_of(form))
        else:
            try:
                with session.begin_nested():
                    services.make(session, actor, _said(form))
            except DomainError as refused:
                error = refused
        if error is not None:
            mark(form, error)
            return _page(session, form, error)
    flash(_("已登记代行审批的决定。"), "success")
    return redirect(url_for(".index"))


def _said(form: OrderForm) -> services.OrderIn:
    return services.OrderIn(
        form.number.data or "", form.reason.data or "", uuid.UUID(form.to_id.data),
        form.from_on.data or date.min, form.until_on.data or date.min,
        tuple(Approvals(one) for one in form.approvals.data or []), form.paper.data.read(),
    )  # fmt: skip


@bp.post("/delegations/<uuid:order_id>/revoke")
@requires(Permission.CASE_APPROVE)
def revoke(order_id: uuid.UUID) -> ResponseReturnValue:
    """Take an order back."""
    with transaction() as session:
        services.revoke(session, current_actor(), order_id, request.form.get("reason", ""))
    flash(_("已收回，从现在起不能再代行。"), "success")
    return redirect(url_for(".index"))


@bp.get("/delegations/<uuid:order_id>/paper")
@requires(Permission.CASE_READ)
def paper(order_id: uuid.UUID) -> Response:
    """Return the signed order as it was kept."""
    with transaction() as session:
        row = queries.get(session, current_actor().county_code, order_id)
        data = files.read(row.county_code, row.sha256)
    kind = "application/pdf" if data.startswith(services.PDF) else files.check_image(data, "paper")
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
