"""Pages: signing in and out, language, help, the audit log; the others join from their modules."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from enforcement.access import door
from enforcement.access import services as access
from enforcement.access.door import own
from enforcement.db import transaction
from enforcement.errors import TooManyRequestsError
from enforcement.i18n import LANGUAGES, _, _l
from enforcement.people import (
    account_views,
    certificate_views,
    import_views,
    person_views,
    queries,
    unit_views,
)
from enforcement.people.blueprint import bp
from enforcement.people.forms import SignInForm
from enforcement.permissions import Permission, requires
from enforcement.security import csrf
from enforcement.sign_in import current_actor

PAGES = (account_views, certificate_views, import_views, person_views, unit_views)
"""The modules whose pages join the blueprint."""
ACTS = {  # what the audit log calls acts
    "account:create": _l("开立账号"),
    "account:sign_in": _l("登录"),
    "account:sign_in_refused": _l("登录被拒"),
    "account:locked": _l("连续输错，锁定账号"),
    "account:unlock": _l("解锁账号"),
    "session:end": _l("结束登录会话"),
    "factor:on": _l("绑定验证器"),
    "factor:off": _l("解除验证器"),
    "factor:reset": _l("重置验证器"),
    "factor:recovery": _l("更换恢复码"),
    "token:create": _l("发放令牌"),
    "token:revoke": _l("撤销令牌"),
    "yearly:submit": _l("上报年度统计"),
    "import:divisions": _l("导入区划名录"),
    "import:boundaries": _l("导入界线"),
    "edition:activate": _l("启用界线"),
    "rehoming:moved": _l("移交工作"),
    "rehoming:kept": _l("保留原单位"),
    "setting:change": _l("更改参数"),
    "account:close": _l("停用账号"),
    "account:reopen": _l("启用账号"),
    "account:move": _l("调整账号岗位"),
    "account:password": _l("重置密码"),
    "unit:open": _l("设立机构"),
    "unit:rename": _l("机构更名"),
    "unit:change": _l("更改机构登记"),
    "unit:close": _l("撤销机构"),
    "unit:merge": _l("合并机构"),
    "person:enter": _l("登记人员"),
    "person:change": _l("更改人员登记"),
    "post:give": _l("任职"),
    "post:end": _l("免职、离任"),
    "certificate:issue": _l("登记执法证"),
    "certificate:renew": _l("执法证延期"),
    "certificate:suspend": _l("暂扣执法证"),
    "certificate:restore": _l("恢复执法证"),
    "certificate:revoke": _l("吊销、注销执法证"),
    "people:import": _l("导入名单"),
    "personal:read": _l("查看完整号码"),
    "personal:export": _l("导出完整号码"),
    "keys:rotate": _l("更换密钥"),
}


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form)
    try:
        with transaction() as database:
            outcome = access.sign_in(
                database, form.username.data or "", form.password.data or "", door.came()
            )
    except TooManyRequestsError as error:
        flash(str(error), "danger")
        return render_template("people/sign_in.html", form=form), 429
    if outcome.step is access.Step.REFUSED:
        flash(_("用户名或者密码不正确。"), "danger")
        return render_template("people/sign_in.html", form=form), 401
    return door.lead_on(outcome, own(request.args.get("next")))


@bp.post("/sign-out")
@requires(None)
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    if current_user.is_authenticated and current_user.actor.session_id:
        with transaction() as database:
            access.leave(database, current_user.actor)
    logout_user()
    session.clear()
    return redirect(url_for(".sign_in"))


@bp.post("/language")
@csrf.exempt
@requires(None)
def language() -> ResponseReturnValue:
    """Choose the language of the pages; it changes nothing else, so the form needs no token."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(own(request.form.get("next")) or url_for("overview.home"))


@bp.get("/help")
@requires(None)
def help_page() -> ResponseReturnValue:
    """Explain the platform to those who use it."""
    return render_template("help.html")


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    """Show the latest rows of the audit log."""
    with transaction() as database:
        rows = queries.list_audit(database, current_actor().county_code)
        return render_template("people/audit.html", rows=rows, acts=ACTS)
