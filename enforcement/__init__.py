"""The platform on which a county's law enforcement runs."""

from __future__ import annotations

import importlib

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from enforcement.collector import resting
from enforcement.config import PROJECT, Config

__version__ = "0.1.0"


@resting()
def create_app(config: Config | None = None, *, serves: bool = True) -> Flask:
    """Build the application from settings (default: the environment's).

    Commands, the worker and the events process do not serve: they have the same services, and
    neither pages nor calls.
    """
    from enforcement import (
        api,
        compressing,
        db,
        errors_web,
        i18n,
        logs,
        pages,
        plain_text,
        security,
        sign_in,
        statics,
    )

    config = config or Config.from_env()
    app = Flask(__name__, template_folder=str(PROJECT / "templates"))
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        PERMANENT_SESSION_LIFETIME=config.session_idle,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.secure_cookies,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese as it is, in half the bytes
    app.extensions["enforcement.config"] = config
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    db.init_app(app, config)
    logs.init_app(app, config)
    i18n.init_app(app)
    importlib.import_module("enforcement.tables")  # a row of one slice points to rows of others
    parts = (compressing, security, statics, sign_in, errors_web, plain_text, pages, api)
    for part in parts if serves else ():
        part.init_app(app)
    return app
