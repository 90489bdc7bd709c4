"""Web security: CSRF on every form, a strict content policy with a nonce per answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect

from enforcement.config import Config
from enforcement.statics import import_map_source

csrf = CSRFProtect()
RENEWED = 10
"""So many times in its life a cookie in use is written anew."""
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' {imports}; "
    "style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:{images}; font-src 'self'; "
    "connect-src 'self'{events}; frame-src 'self'; frame-ancestors 'self'; manifest-src 'self'; "
    "worker-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'"
)


class Sessions(SecureCookieSessionInterface):
    """Sessions of browsers; whoever asks by a token gets no cookie, nor is one read.

    A cookie is written when what it says has changed, and again when a tenth of its life is over.
    Written with every answer, one that was on its way would take back what another one said.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a cookie; beside a token an empty one, which is not kept."""
        if by_token(request):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where it has to be; it lives on with each use."""
        if session and session.modified:
            session.permanent = True
        super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether this answer carries the cookie."""
        return session.modified or (session.permanent and self._is_old(app))

    def _is_old(self, app: Flask) -> bool:
        signer = self.get_signing_serializer(app)
        kept = request.cookies.get(self.get_cookie_name(app))
        if signer is None or not kept or by_token(request):
            return False
        _said, signed = signer.loads(kept, return_timestamp=True)
        return bool(datetime.now(UTC) - signed > app.permanent_session_lifetime / RENEWED)


def by_token(request: Request) -> bool:
    """Tell whether a request names its person by a bearer token."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def nonce() -> str:
    """Return this answer's nonce, the same for every tag of the page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def events_url() -> str:
    """Return where a page finds the event stream, "" where there is none."""
    config: Config = current_app.extensions["enforcement.config"]
    return "" if config.events_port is None else f"{events_origin()}/events"


def events_origin() -> str:
    """Return where this host's event stream listens, "" where it is of the same address."""
    config: Config = current_app.extensions["enforcement.config"]
    if not config.events_port:
        return ""
    host = request.host.rpartition(":")[0] or request.host
    return f"{request.scheme}://{host}:{config.events_port}"


def let_images_from(origins: Iterable[str]) -> None:
    """Let this answer's page load pictures from other hosts: those of configured tile services."""
    g.image_hosts = sorted({*g.get("image_hosts", ()), *origins})


def init_app(app: Flask) -> None:
    """Set up the protections."""
    csrf.init_app(app)
    app.session_interface = Sessions()
    app.jinja_env.globals.update(nonce=nonce, events_url=events_url)

    @app.after_request
    def headers(response: Response) -> Response:
        events, images = f" {events_origin()}".rstrip(), " ".join(("", *g.get("image_hosts", ())))
        policy = POLICY.format(nonce=nonce(), events=events, images=images,
                               imports=import_map_source())  # fmt: skip
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if app.config["SESSION_COOKIE_SECURE"]:  # behind TLS, and from now on only there
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)"
        )
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def map_answer(target: Any, **shown: Any) -> Response:
    """Return a Folium map as a page for a frame; `shown` goes to gis.map_page.page."""
    from flask import url_for

    from enforcement.i18n import _
    from gis.map_page import page

    def asset_url(name: str) -> str:
        return url_for("static", filename=name)

    shown.setdefault("legend_title", _("图例"))
    words = {"incident": _("事件"), "stop": _("巡查点"), "route": _("巡查路线")}
    html = page(target, nonce(), asset_url, words=words, **shown)
    return Response(html, mimetype="text/html")
