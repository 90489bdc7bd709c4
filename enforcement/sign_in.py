"""Who is asking: an account signed in with a browser, or the bearer of a token."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user

from enforcement import wall
from enforcement.access import sessions
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.db import reads, transaction
from enforcement.errors import NotSignedInError
from enforcement.i18n import _
from enforcement.people import queries

login_manager = LoginManager()


class SignedIn(UserMixin):
    """Flask-Login's view of an account."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = f"{actor.county_code}.{actor.session_id}"


@login_manager.user_loader
def load(user_id: str) -> SignedIn | None:
    """Return who a session cookie stands for; None when the session or the account ended."""
    try:
        named = queries.split_id(user_id)
    except ValueError:
        return None
    with reads()() as session:
        found = queries.find_actor_by_session(
            session, *named, current_app.permanent_session_lifetime
        )
    if found is None:
        return None
    actor, note = found
    if note:
        with transaction() as session:
            sessions.see(session, *named)
    return SignedIn(actor)


def current_actor() -> Actor:
    """Return who acts in this request; raises NotSignedInError.

    While a view is opened by a break-glass grant it is who looks under it, with no other right.
    """
    looking: Actor | None = g.get("looking")
    actor = looking if looking is not None else _signed_in()
    wall.know(actor)
    return actor


def _signed_in() -> Actor:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return _bearer(header.removeprefix("Bearer ").strip())
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        raise NotSignedInError(_("请先登录。"))
    actor: Actor = current_user.actor
    return actor


def _bearer(token: str) -> Actor:
    known: tuple[str, Actor] | None = g.get("bearer")
    if known is not None and known[0] == token:
        return known[1]
    with reads()() as session:
        actor = queries.find_actor_by_token(session, token)
    if actor is None:
        raise NotSignedInError(_("令牌无效、已过期或者已撤销。"))
    g.bearer = (token, actor)
    return actor


def init_app(app: Flask) -> None:
    """Set up sign-in."""
    from enforcement.access import provider

    login_manager.init_app(app)
    config: Config = app.extensions["enforcement.config"]
    provider.init_app(app, config)
    app.jinja_env.globals["provider_name"] = config.oidc_name if config.oidc_issuer else None

    @app.context_processor
    def actor_for_pages() -> dict[str, Any]:
        signed_in = bool(current_user and current_user.is_authenticated)
        whole = current_user.actor if signed_in else None
        return {"actor": g.get("looking", whole), "signed_in": whole}
