"""Pages of break-glass access: ask and see one's own, decide, end; all with their looks."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.glass import queries, services, wording
from enforcement.glass.forms import AskForm, DecideForm
from enforcement.glass.models import GlassKind, GlassState
from enforcement.i18n import _
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

bp = Blueprint("glass", __name__)


@bp.get("/glass")
@requires(Permission.GLASS_ASK)
def index() -> ResponseReturnValue:
    """Show what the person asked for, and the form to ask."""
    with transaction() as session:
        now = clock.now(session)
        until = now + queries.longest(session, current_actor().county_code)
        until = until.astimezone(clock.ZONE).replace(second=0, microsecond=0, tzinfo=None)
        return _page(session, AskForm(formdata=None, until=until), None)


def _page(session: Session, form: AskForm, error: Exception | None) -> ResponseReturnValue:
    actor = current_actor()
    most = queries.longest(session, actor.county_code)
    page = render_template(
        "glass/index.html", rows=queries.list_mine(session, actor), form=form,
        now=clock.now(session), hours=int(most.total_seconds() // 3600), states=GlassState,
        kinds=GlassKind, why=str(error) if error else None,
    )  # fmt: skip
    return (page, status_of(error)) if error is not None else page


@bp.post("/glass")
@requires(Permission.GLASS_ASK)
def ask() -> ResponseReturnValue:
    """Ask to see one object."""
    form = AskForm()
    with transaction() as session:
        error: DomainError | None = None
        if not form.validate():
            error = InvalidInputError("form", errors_of(form))
        else:
            try:
                with session.begin_nested():
                    services.ask(session, current_actor(), _said(form))
            except DomainError as refused:
                error = refused
        if error is not None:
            mark(form, error)
            return _page(session, form, error)
    flash(_("已提交，等待另一人决定。"), "success")
    return redirect(url_for(".index"))


def _said(form: AskForm) -> services.Request:
    until = form.until.data
    assert until is not None  # noqa: S101 -- the form has been checked
    return services.Request(
        GlassKind(form.kind.data), form.number.data or "", form.reason.data or "",
        until.replace(tzinfo=clock.ZONE),
    )  # fmt: skip


@bp.get("/glass/waiting")
@requires(Permission.GLASS_DECIDE)
def waiting() -> ResponseReturnValue:
    """Show what waits for a decision, and what stands now."""
    with transaction() as session:
        return _waiting(session, None, None)


def _waiting(
    session: Session, failed: uuid.UUID | None, error: Exception | None
) -> ResponseReturnValue:
    actor = current_actor()
    page = render_template(
        "glass/waiting.html", rows=queries.list_open(session, actor), failed=failed,
        kinds=GlassKind, states=GlassState, may=services.may_decide,
        asks=allows(actor, Permission.GLASS_ASK), why=str(error) if error else None,
    )  # fmt: skip
    return (page, status_of(error)) if error is not None else page


@bp.post("/glass/<uuid:grant_id>/decide")
@requires(Permission.GLASS_DECIDE)
def decide(grant_id: uuid.UUID) -> ResponseReturnValue:
    """Agree to a request or refuse it."""
    form, agree = DecideForm(), request.form.get("do") == "agree"
    with transaction() as session:
        try:
            with session.begin_nested():
                services.decide(
                    session, current_actor(), grant_id, agree=agree, reason=form.reason.data or ""
                )
        except InvalidInputError as error:
            return _waiting(session, grant_id, error)
    flash(_("已同意。") if agree else _("已决定不同意。"), "success")
    return redirect(url_for(".waiting"))


@bp.post("/glass/<uuid:grant_id>/end")
@requires(Permission.SELF)
def end(grant_id: uuid.UUID) -> ResponseReturnValue:
    """End a grant before its time, or take a request back."""
    actor = current_actor()
    with transaction() as session:
        row = services.end(session, actor, grant_id)
    flash(_("已结束，从现在起不能再查看。"), "success")
    return redirect(url_for(".index" if row.account_id == actor.account_id else ".waiting"))


@bp.get("/glass/all")
@requires(Permission.AUDIT_READ)
def every() -> ResponseReturnValue:
    """List all grants with how often somebody looked."""
    after = read_cursor(request.args.get("after"))
    with transaction() as session:
        rows = queries.list_page(session, current_actor().county_code, after=after)
        now = clock.now(session)
    more = next_page([row.grant for row in rows], queries.PAGE, "asked_at")
    return render_template(
        "glass/every.html", rows=rows, next=more, first=after is None, now=now,
        kinds=GlassKind, states=GlassState,
    )  # fmt: skip


@bp.get("/glass/<uuid:grant_id>")
@requires(Permission.AUDIT_READ)
def detail(grant_id: uuid.UUID) -> ResponseReturnValue:
    """Show one grant with every look under it."""
    after = read_cursor(request.args.get("after"))
    with transaction() as session:
        row = queries.get(session, current_actor().county_code, grant_id)
        looks, now = queries.list_looks(session, row, after=after), clock.now(session)
    return render_template(
        "glass/detail.html", row=row, looks=looks, now=now, first=after is None,
        next=next_page(looks, queries.LOOKS, "at"), kinds=GlassKind, states=GlassState,
        pages=wording.PAGES,
    )  # fmt: skip
