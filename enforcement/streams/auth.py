"""Who listens: the browser's signed session cookie or a bearer token, as the pages read them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from starlette.requests import Request

from enforcement.actor import Actor
from enforcement.people import queries


def actor_of(app: Flask, request: Request) -> Actor | None:
    """Return who opened the stream; None where nobody is signed in. Blocking: run in a thread."""
    with app.app_context(), app.extensions["enforcement.sessions"]() as session:
        header = request.headers.get("authorization", "")
        if header.startswith("Bearer "):
            return queries.find_actor_by_token(session, header.removeprefix("Bearer ").strip())
        user_id = _user_id(app, request.cookies.get(app.config["SESSION_COOKIE_NAME"]))
        if user_id is None:
            return None
        try:
            named = queries.split_id(user_id)
        except ValueError:
            return None
        found = queries.find_actor_by_session(session, *named, app.permanent_session_lifetime)
        return found[0] if found else None


def _user_id(app: Flask, cookie: str | None) -> str | None:
    """Return the session that the cookie was signed for, if it is ours and not too old."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if cookie is None or signer is None:
        return None
    age_s = int(app.permanent_session_lifetime.total_seconds())
    try:
        content: dict[str, Any] = signer.loads(cookie, max_age=age_s)
    except Exception:  # the library raises many kinds for a forged or old cookie
        return None
    found = content.get("_user_id")
    return found if isinstance(found, str) else None
