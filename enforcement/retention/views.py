"""Pages: what is due, proposals and their decision, legal holds, certificates."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.retention import certificates, holds, queries, services, wording
from enforcement.retention.forms import HoldForm
from enforcement.retention.models import DestructionState, HoldKind
from enforcement.sign_in import current_actor

bp = Blueprint("retention", __name__)


@bp.get("/retention")
@requires(Permission.RETENTION_READ)
def index() -> ResponseReturnValue:
    """Show every kind with its term and what is due, and what was proposed."""
    with transaction() as session:
        return _index(session)


def _index(session: Session, error: Exception | None = None) -> ResponseReturnValue:
    county = current_actor().county_code
    rows = queries.list_destructions(session, county)
    page = render_template(
        "retention/index.html", found=queries.preview(session, county), rows=rows,
        counts=queries.counts(session, county, [row.id for row in rows]),
        states=DestructionState, kind_name=wording.kind, why=str(error) if error else None,
    )  # fmt: skip
    return (page, status_of(error)) if error is not None else page


@bp.post("/retention/propose")
@requires(Permission.RETENTION_PROPOSE)
def propose() -> ResponseReturnValue:
    """Propose to destroy what is due of a kind."""
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    with transaction() as session:
        try:
            with session.begin_nested():
                row = services.propose(session, current_actor(), kind, reason)
        except DomainError as error:
            return _index(session, error)
    flash(_("已提出销毁%(n)d条，等待另一人批准。", n=row.count), "success")
    return redirect(url_for(".index"))


@bp.post("/retention/<uuid:destruction_id>/decide")
@requires(Permission.RETENTION_APPROVE)
def decide(destruction_id: uuid.UUID) -> ResponseReturnValue:
    """Approve a destruction or refuse it."""
    agree = request.form.get("do") == "agree"
    with transaction() as session:
        try:
            with session.begin_nested():
                services.decide(
                    session, current_actor(), destruction_id, agree=agree,
                    reason=request.form.get("reason", ""),
                )  # fmt: skip
        except InvalidInputError as error:
            return _index(session, error)
    flash(_("已批准，正在销毁。") if agree else _("已决定不销毁。"), "success")
    return redirect(url_for(".index"))


@bp.get("/retention/holds")
@requires(Permission.RETENTION_READ)
def hold_list() -> ResponseReturnValue:
    """List the legal holds, with the form to place one."""
    with transaction() as session:
        return _holds(session, HoldForm(formdata=None))


def _holds(session: Session, form: HoldForm, error: Exception | None = None) -> ResponseReturnValue:
    page = render_template(
        "retention/holds.html", rows=queries.list_holds(session, current_actor().county_code),
        form=form, kinds=HoldKind, why=str(error) if error else None,
    )  # fmt: skip
    return (page, status_of(error)) if error is not None else page


@bp.post("/retention/holds")
@requires(Permission.RETENTION_HOLD)
def place() -> ResponseReturnValue:
    """Put records under legal hold."""
    form = HoldForm()
    with transaction() as session:
        error: DomainError | None = None
        if not form.validate():
            error = InvalidInputError("form", errors_of(form))
        else:
            try:
                with session.begin_nested():
                    holds.place(session, current_actor(), _said(form))
            except DomainError as refused:
                error = refused
        if error is not None:
            mark(form, error)
            return _holds(session, form, error)
    flash(_("已保全，解除之前不会销毁。"), "success")
    return redirect(url_for(".hold_list"))


def _said(form: HoldForm) -> holds.HoldIn:
    return holds.HoldIn(
        HoldKind(form.kind.data), form.named.data or "", form.reason.data or "",
        form.first_on.data, form.last_on.data,
    )  # fmt: skip


@bp.post("/retention/holds/<uuid:hold_id>/release")
@requires(Permission.RETENTION_HOLD)
def release(hold_id: uuid.UUID) -> ResponseReturnValue:
    """Release a hold."""
    with transaction() as session:
        holds.release(session, current_actor(), hold_id, request.form.get("reason", ""))
    flash(_("已解除保全。"), "success")
    return redirect(url_for(".hold_list"))


@bp.get("/retention/certificates")
@requires(Permission.RETENTION_READ)
def certificate_list() -> ResponseReturnValue:
    """List the certificates of destruction."""
    after = read_cursor(request.args.get("after"))
    with transaction() as session:
        rows = queries.list_certificates(session, current_actor().county_code, after=after)
    return render_template(
        "retention/certificates.html", rows=rows, first=after is None,
        next=next_page(rows, queries.PAGE, "at"), kind_name=wording.kind,
    )  # fmt: skip


@bp.get("/retention/certificates/<uuid:certificate_id>")
@requires(Permission.RETENTION_READ)
def certificate(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Show one certificate, compared with its tombstones anew."""
    with transaction() as session:
        row = queries.get_certificate(session, current_actor().county_code, certificate_id)
        agrees = certificates.is_true(session, row)
    return render_template(
        "retention/certificate.html", row=row, agrees=agrees, kind_name=wording.kind
    )
