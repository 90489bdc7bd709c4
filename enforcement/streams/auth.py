"""Who listens: the browser's signed session cookie or a bearer token, as the pages read them.

A stream ends with what opened it: a session that ended, a token that was taken back, an account
that was closed or stands for another post now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from starlette.requests import Request

from enforcement.actor import Actor
from enforcement.people import queries


@dataclass(frozen=True)
class Entry:
    """Who opened a stream, by his session or by a token, of which the hash is kept."""

    actor: Actor
    token_hash: bytes | None = None


def entry_of(app: Flask, request: Request) -> Entry | None:
    """Return who opens a stream; None where nobody is signed in. Blocking: run in a thread."""
    header = request.headers.get("authorization", "")
    if header.startswith("Bearer "):
        token = header.removeprefix("Bearer ").strip()
        with app.app_context(), app.extensions["enforcement.sessions"]() as session:
            actor = queries.find_actor_by_token(session, token)
        secret = token.partition(".")[2]
        return Entry(actor, queries.token_hash(secret)) if actor else None
    actor = _of_cookie(app, request)
    return Entry(actor) if actor else None


def still(app: Flask, entries: Iterable[Entry]) -> set[Entry]:
    """Return the entries that hold, by a statement or two for each county. Blocking."""
    held: set[Entry] = set()
    asked = set(entries)
    with app.app_context(), app.extensions["enforcement.sessions"]() as session:
        for county in {one.actor.county_code for one in asked}:
            mine = [one for one in asked if one.actor.county_code == county]
            ids = [one.actor.session_id for one in mine if one.actor.session_id is not None]
            hashes = [one.token_hash for one in mine if one.token_hash is not None]
            idle = app.permanent_session_lifetime
            held |= {Entry(one) for one in queries.list_by_sessions(session, county, ids, idle)}
            found = queries.list_by_tokens(session, county, hashes)
            held |= {Entry(actor, token) for actor, token in found}
    return held & asked


def _of_cookie(app: Flask, request: Request) -> Actor | None:
    with app.app_context(), app.extensions["enforcement.sessions"]() as session:
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
