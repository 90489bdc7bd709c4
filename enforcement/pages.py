"""The pages: Bootstrap, blueprints of the slices, and what every template may use."""

from __future__ import annotations

import importlib

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from sqlalchemy import text

from enforcement import clock
from enforcement.db import transaction
from enforcement.permissions import Permission, allows, requires

SLICES = ("people", "jurisdiction", "document", "incident", "patrol", "case", "overview", "mobile")


@requires(None)
def healthz() -> ResponseReturnValue:
    """Say that the process answers and the database does too."""
    with transaction() as session:
        session.execute(text("select 1"))
    return {"status": "ok"}


def init_app(app: Flask) -> None:
    """Register pages and filters."""
    Bootstrap5(app)
    app.add_url_rule("/healthz", view_func=healthz)
    app.jinja_env.globals.update(allows=allows, Permission=Permission)
    app.jinja_env.filters.update(moment=_moment, day=_day, yuan=_yuan)
    for name in SLICES:
        module = importlib.import_module(f"enforcement.{name}.views")
        app.register_blueprint(module.bp)


def _moment(value: object) -> str:
    return value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if value else "—"  # type: ignore[attr-defined]


def _day(value: object) -> str:
    return str(value) if value else "—"


def _yuan(value: object) -> str:
    return f"{value:,.2f}" if value is not None else "—"
