"""Pages: to the provider and back, to sign in or to bind one's account to it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from enforcement.access import door, identities, provider
from enforcement.access.provider import Identity
from enforcement.access.services import Step
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.errors import NotSignedInError, StepNotAllowedError, TooManyRequestsError
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("provider", __name__)
WHY: Final = "provider"
"""What the way to the provider is for, kept in the signed cookie meanwhile."""


def _go(why: str, target: str | None = None) -> ResponseReturnValue:
    session[WHY] = {"for": why, "next": door.own(target)}
    try:
        answer: ResponseReturnValue = provider.lead_there(_address_of_back())
    except provider.ProviderError as error:
        flash(str(error), "danger")
        return redirect(url_for("access.mine" if why == "bind" else "people.sign_in"))
    return answer


def _address_of_back() -> str:
    """Return where the provider leads the browser back to: the address the public knows us by."""
    config: Config = current_app.extensions["enforcement.config"]
    if config.public_url:
        return config.public_url + url_for("access.provider.back")
    return url_for("access.provider.back", _external=True)


@bp.get("/sign-in/provider")
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Lead to the provider to sign in."""
    return _go("sign_in", request.args.get("next"))


@bp.get("/access/provider")
@requires(Permission.SELF)
def bind() -> ResponseReturnValue:
    """Lead to the provider to bind one's account to whom one is there.

    A link and no form: the content policy lets no form lead elsewhere. Nothing changes before the
    provider has said who came back, with the state that this browser was given.
    """
    return _go("bind")


@bp.post("/access/provider/unbind")
@requires(Permission.SELF)
def unbind() -> ResponseReturnValue:
    """Undo the binding of one's own account."""
    with transaction() as database:
        identities.unbind(database, current_actor())
    flash(_("已解除统一身份认证的绑定。"), "success")
    return redirect(url_for("access.mine"))


@bp.get("/sign-in/provider/back")
@requires(None)
def back() -> ResponseReturnValue:
    """Take who the provider says has come; sign in, or bind the account that acts."""
    kept = session.pop(WHY, {})
    try:
        who = provider.came_back()
    except provider.ProviderError as error:
        flash(str(error), "danger")
        return redirect(url_for("access.mine" if kept.get("for") == "bind" else "people.sign_in"))
    if kept.get("for") == "bind":
        return _bound(who)
    return _come_in(who, kept.get("next"))


def _bound(who: Identity) -> ResponseReturnValue:
    try:
        actor = current_actor()
        with transaction() as database:
            identities.bind(database, actor, who)
    except NotSignedInError:
        return redirect(url_for("people.sign_in"))
    except StepNotAllowedError as error:
        flash(str(error), "danger")
    else:
        flash(_("已绑定，以后可以用统一身份认证登录。"), "success")
    return redirect(url_for("access.mine"))


def _come_in(who: Identity, target: str | None) -> ResponseReturnValue:
    try:
        with transaction() as database:
            outcome = identities.sign_in(database, who, door.came())
    except TooManyRequestsError as error:
        flash(str(error), "danger")
        return redirect(url_for("people.sign_in"))
    if outcome is None or outcome.step is Step.REFUSED:
        flash(_("这个统一身份还没有绑定账号。请先用密码登录，在“登录和安全”里绑定。"), "danger")
        return redirect(url_for("people.sign_in"))
    return door.lead_on(outcome, target)
