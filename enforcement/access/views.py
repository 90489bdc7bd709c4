"""Pages: the steps between password and platform; one's own sessions, factor and password."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import codes
from enforcement.access import (
    admin_views,
    door,
    identities,
    managing,
    matrix,
    provider,
    provider_views,
    second_factor,
    services,
    sessions,
)
from enforcement.access.forms import CodeForm, OwnPasswordForm
from enforcement.access.services import Outcome, Step
from enforcement.db import transaction
from enforcement.errors import DomainError, TooManyRequestsError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.law.terms import Role
from enforcement.people import tokens
from enforcement.people.models import Account
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("access", __name__)
bp.register_blueprint(admin_views.bp)
bp.register_blueprint(provider_views.bp)


def _account(session: Session, kept: dict[str, Any]) -> Account:
    return session.get_one(Account, (kept["county"], kept["account"]))


@bp.route("/sign-in/code", methods=["GET", "POST"])
@requires(None)
def code() -> ResponseReturnValue:
    """Ask for the second factor."""
    kept, form = door.half_way(Step.CODE), CodeForm()
    if not form.validate_on_submit():
        return render_template("access/code.html", form=form)
    try:
        with transaction() as session:
            outcome = services.give_code(
                session, _account(session, kept), form.code.data or "", door.came()
            )
    except TooManyRequestsError as error:
        return _again("access/code.html", form, str(error), 429)
    if outcome.step is Step.REFUSED:
        return _again("access/code.html", form, _(services.WRONG), 401)
    return door.lead_on(outcome)


@bp.route("/sign-in/set-up", methods=["GET", "POST"])
@requires(None)
def set_up() -> ResponseReturnValue:
    """Let a role that needs a second factor bind its authenticator before it is in."""
    kept, form = door.half_way(Step.SET_UP), CodeForm()
    shown: dict[str, Any] = {}
    try:
        with transaction() as session:
            account = _account(session, kept)
            if not form.validate_on_submit():
                outcome = Outcome(Step.REFUSED)
            else:
                outcome = services.set_up(session, account, form.code.data or "", door.came())
            if outcome.step is Step.REFUSED:
                row = second_factor.offer(session, account.county_code, account.id)
                shown = _shown(row, account.username)
    except TooManyRequestsError as error:
        return _again("access/set_up.html", form, str(error), 429)
    if outcome.step is Step.REFUSED:
        why = _(services.WRONG) if form.is_submitted() else None
        return _again("access/set_up.html", form, why, 401 if why else 200, **shown)
    onward = door.lead_on(outcome)
    return render_template("access/codes.html", codes=outcome.codes, onward=onward.location)


def _shown(row: Any, username: str) -> dict[str, Any]:
    address = second_factor.address_of(row, username, _("综合行政执法平台"))
    return {"picture": codes.picture(address), "letters": second_factor.letters_of(row)}


@bp.route("/sign-in/password", methods=["GET", "POST"])
@requires(None)
def password() -> ResponseReturnValue:
    """Ask for a new password when the old one's time is over."""
    kept, form = door.half_way(Step.RENEW), OwnPasswordForm()
    if not form.validate_on_submit():
        return render_template("access/password.html", form=form)
    try:
        with transaction() as session:
            outcome = services.renew_password(
                session, _account(session, kept), form.old.data or "", form.password.data or "",
                door.came(), factored=kept["factored"],
            )  # fmt: skip
    except DomainError as error:
        mark(form, error)
        return _again("access/password.html", form, str(error), status_of(error))
    if outcome.step is Step.REFUSED:
        return _again("access/password.html", form, _("原密码不正确。"), 401)
    return door.lead_on(outcome)


def _again(
    template: str, form: Any, why: str | None, status: int, **shown: Any
) -> ResponseReturnValue:
    return render_template(template, form=form, why=why, **shown), status


@bp.get("/access/matrix")
@requires(Permission.SELF)
def permission_matrix() -> str:
    """Show who may do what: role, act and scope."""
    return render_template(
        "access/matrix.html", groups=matrix.groups(), roles=tuple(Role), reach_of=matrix.reach_of
    )


@bp.get("/access")
@requires(Permission.SELF)
def mine() -> ResponseReturnValue:
    """Show one's own sessions, second factor and tokens."""
    with transaction() as session:
        return _mine(session)


def _mine(session: Session, why: str | None = None, form: Any = None) -> str:
    actor = current_actor()
    factor = second_factor.of_account(session, actor.county_code, actor.account_id)
    on = factor is not None and factor.confirmed_at is not None
    return render_template(
        "access/mine.html",
        why=why,
        rows=sessions.running(
            session, actor.county_code, actor.account_id, current_app.permanent_session_lifetime
        ),
        here=actor.session_id,
        factor=factor if on else None,
        left=second_factor.codes_left(session, factor) if on and factor else 0,
        must=services.needs_factor(session, actor.county_code, actor.role),
        provider_on=provider.is_on(),
        identity=identities.of_account(session, actor.county_code, actor.account_id),
        tokens=tokens.of_account(session, actor.county_code, actor.account_id),
        password=form if isinstance(form, OwnPasswordForm) else OwnPasswordForm(formdata=None),
        code=form if isinstance(form, CodeForm) else CodeForm(formdata=None),
    )


@bp.post("/access/password")
@requires(Permission.SELF)
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form, actor = OwnPasswordForm(), current_actor()
    with transaction() as session:
        if not form.validate():
            return _mine(session, form=form), 422
        try:
            with session.begin_nested():
                managing.change_own_password(
                    session, actor, form.old.data or "", form.password.data or "",
                    here=actor.session_id,
                )  # fmt: skip
        except DomainError as error:
            mark(form, error)
            return _mine(session, str(error), form), status_of(error)
    flash(_("密码已更换，其他地方的登录已结束。"), "success")
    return redirect(url_for(".mine"))


@bp.post("/access/sessions/<uuid:session_id>/end")
@requires(Permission.SELF)
def end(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with transaction() as session:
        managing.end_own(session, current_actor(), session_id)
    flash(_("该会话已结束。"), "success")
    return redirect(url_for(".mine"))


@bp.post("/access/tokens/<uuid:token_id>/revoke")
@requires(Permission.SELF)
def revoke(token_id: uuid.UUID) -> ResponseReturnValue:
    """Revoke one of one's own tokens."""
    with transaction() as session:
        tokens.revoke(session, current_actor(), token_id)
    flash(_("令牌已撤销。"), "success")
    return redirect(url_for(".mine"))


@bp.route("/access/factor", methods=["GET", "POST"])
@requires(Permission.SELF)
def factor() -> ResponseReturnValue:
    """Bind an authenticator of one's own will."""
    form, actor = CodeForm(), current_actor()
    with transaction() as session:
        row = managing.own_factor(session, actor)
        if row.confirmed_at is not None:
            return redirect(url_for(".mine"))
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    codes = managing.confirm_own(session, actor, form.code.data or "")
                return render_template("access/codes.html", codes=codes, onward=url_for(".mine"))
            except DomainError as error:
                mark(form, error)
        shown = _shown(row, actor.username)
    status = 422 if form.is_submitted() else 200
    return _again("access/set_up.html", form, None, status, own=True, **shown)


@bp.post("/access/factor/<string:act>")
@requires(Permission.SELF)
def change_factor(act: str) -> ResponseReturnValue:
    """Renew one's recovery codes, or unbind the authenticator, against a code."""
    form, actor = CodeForm(), current_actor()
    with transaction() as session:
        if not form.validate():
            return _mine(session, form=form), 422
        try:
            with session.begin_nested():
                if act == "codes":
                    codes = managing.renew_own_codes(session, actor, form.code.data or "")
                    onward = url_for(".mine")
                    return render_template("access/codes.html", codes=codes, onward=onward)
                managing.drop_own(session, actor, form.code.data or "")
        except DomainError as error:
            mark(form, error)
            return _mine(session, str(error), form), status_of(error)
    flash(_("已解除验证器。"), "success")
    return redirect(url_for(".mine"))
