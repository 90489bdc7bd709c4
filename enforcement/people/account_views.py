"""Pages: the accounts of the county; opening, closing, moving one; a new password."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _, label
from enforcement.law.terms import Role
from enforcement.people import accounts, person_queries, queries, services
from enforcement.people.blueprint import bp
from enforcement.people.forms import AccountForm, CloseForm, MoveForm, PasswordForm
from enforcement.people.models import Account
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


@bp.get("/accounts", endpoint="accounts")
@requires(Permission.ACCOUNT_MANAGE)
def account_list() -> ResponseReturnValue:
    """List the accounts of the county."""
    with transaction() as session:
        rows = queries.list_accounts(session, current_actor().county_code)
        return render_template("people/accounts.html", rows=rows)


@bp.route("/people/<uuid:person_id>/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def open_account(person_id: uuid.UUID) -> ResponseReturnValue:
    """Open an account for a post that a person holds today."""
    actor, form = current_actor(), AccountForm()
    with transaction() as session:
        row = person_queries.get_person(session, actor.county_code, person_id)
        form.post.choices = _posts(session, person_id)
        why, status = None, 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    services.open_account(
                        session, actor, uuid.UUID(form.post.data), form.username.data or "",
                        form.password.data or "",
                    )  # fmt: skip
                flash(_("已开立账号%(name)s。", name=form.username.data), "success")
                return redirect(url_for(".person", person_id=person_id))
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        return render_template("people/account_new.html", form=form, person=row, why=why), status


def _posts(session: Session, person_id: uuid.UUID) -> list[tuple[str, str]]:
    county_code, today = current_actor().county_code, clock.today(session)
    held = person_queries.posts_of(session, county_code, [person_id], on=today)
    return [(str(post.id), f"{unit.name} {label(Role(post.role))}") for post, unit in held]


@bp.get("/accounts/<uuid:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def account(account_id: uuid.UUID) -> ResponseReturnValue:
    """Show one account with what may be done to it."""
    with transaction() as session:
        return _account(session, account_id)


def _account(
    session: Session,
    account_id: uuid.UUID,
    why: str | None = None,
    forms: dict[str, Any] | None = None,
) -> str:
    county_code = current_actor().county_code
    row = session.get(Account, (county_code, account_id))
    if row is None:
        raise NotFoundError(_("没有这个账号。"))
    [shown] = [one for one in queries.list_accounts(session, county_code, row.person_id)
               if one.Account.id == row.id]  # fmt: skip
    shown_forms: dict[str, Any] = {
        "close": CloseForm(formdata=None), "move": MoveForm(formdata=None),
        "password": PasswordForm(formdata=None),
    } | (forms or {})  # fmt: skip
    shown_forms["move"].post.choices = [
        one for one in _posts(session, row.person_id) if one[0] != str(shown.Post.id)
    ]
    return render_template(
        "people/account.html", row=shown, made=shown_forms, why=why,
        own=row.id == current_actor().account_id,
    )  # fmt: skip


@bp.post("/accounts/<uuid:account_id>/<string:act>")
@requires(Permission.ACCOUNT_MANAGE)
def change_account(account_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Close, reopen or move an account, or give it a new password."""
    made: dict[str, Any] = {
        "close": CloseForm,
        "move": MoveForm,
        "password": PasswordForm,
        "reopen": CloseForm,
    }
    if act not in made:
        raise NotFoundError(_("没有这种操作。"))
    form, actor = made[act](), current_actor()
    with transaction() as session:
        row = accounts.locked(session, actor.county_code, account_id)
        if act == "move":
            form.post.choices = _posts(session, row.person_id)
        if act != "reopen" and not form.validate():
            return _account(session, account_id, forms={act: form}), 422
        try:
            with session.begin_nested():
                _change(session, row, act, form)
        except DomainError as error:
            mark(form, error)
            shown = {} if act == "reopen" else {act: form}
            return _account(session, account_id, str(error), shown), status_of(error)
    flash(_("账号%(name)s已更改。", name=row.username), "success")
    return redirect(url_for(".account", account_id=account_id))


def _change(session: Session, row: Account, act: str, form: Any) -> None:
    actor = current_actor()
    if act == "close":
        services.close_account(session, actor, row, form.reason.data or "")
    elif act == "reopen":
        services.reopen_account(session, actor, row)
    elif act == "move":
        services.move_account(session, actor, row, uuid.UUID(form.post.data))
    else:
        services.reset_password(session, actor, row, form.password.data or "")
