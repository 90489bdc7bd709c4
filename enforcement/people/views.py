"""Pages: signing in and out, language, help, units and people, accounts, audit log."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from enforcement.db import transaction
from enforcement.i18n import LANGUAGES, _, _l
from enforcement.people import queries, services
from enforcement.people.forms import SignInForm
from enforcement.permissions import Permission, requires
from enforcement.sign_in import SignedIn, current_actor

bp = Blueprint("people", __name__)
ACTS = {  # what the audit log calls acts
    "account:create": _l("开立账号"),
    "account:sign_in": _l("登录"),
    "account:sign_in_refused": _l("登录被拒"),
    "token:create": _l("发放令牌"),
    "import:divisions": _l("导入区划名录"),
    "import:boundaries": _l("导入界线"),
    "edition:activate": _l("启用界线"),
    "rehoming:moved": _l("移交工作"),
    "rehoming:kept": _l("保留原单位"),
    "setting:change": _l("更改参数"),
}


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form)
    with transaction() as database:
        actor = services.sign_in(database, form.username.data or "", form.password.data or "")
    if actor is None:
        flash(_("用户名或者密码不正确。"), "danger")
        return render_template("people/sign_in.html", form=form), 401
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(SignedIn(actor))
    return redirect(_own(request.args.get("next")) or url_for("overview.home"))


def _own(target: str | None) -> str | None:
    """Return a target of this site only."""
    if not target or urlsplit(target).netloc or not target.startswith("/") or target[1:2] in "/\\":
        return None
    return target


@bp.post("/sign-out")
@requires(None)
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    logout_user()
    session.clear()
    return redirect(url_for(".sign_in"))


@bp.post("/language")
@requires(None)
def language() -> ResponseReturnValue:
    """Choose the language of the pages."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(_own(request.form.get("next")) or url_for("overview.home"))


@bp.get("/help")
@requires(None)
def help_page() -> ResponseReturnValue:
    """Explain the platform to those who use it."""
    return render_template("help.html")


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def units() -> ResponseReturnValue:
    """Show the tree of units with their people and certificates."""
    with transaction() as database:
        rows = queries.list_staff(database, current_actor().county_code)
        return render_template("people/units.html", rows=rows)


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def accounts() -> ResponseReturnValue:
    """List the accounts of the county."""
    with transaction() as database:
        rows = queries.list_accounts(database, current_actor().county_code)
        return render_template("people/accounts.html", rows=rows)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    """Show the latest rows of the audit log."""
    with transaction() as database:
        rows = queries.list_audit(database, current_actor().county_code)
        return render_template("people/audit.html", rows=rows, acts=ACTS)
