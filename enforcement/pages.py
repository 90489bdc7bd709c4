"""The pages: Bootstrap, blueprints of the slices, and what every template may use."""

from __future__ import annotations

import importlib

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from sqlalchemy import text

from enforcement import clock
from enforcement.db import transaction
from enforcement.law import terms
from enforcement.permissions import Permission, allows, requires

SLICES = (
    "settings",
    "people",
    "access",
    "glass",
    "retention",
    "delegation",
    "taxonomy",
    "timing",
    "jurisdiction",
    "power",
    "discretion",
    "roster",
    "rules",
    "document",
    "incident",
    "points",
    "open311",
    "citizen",
    "calls",
    "drills",
    "ledger",
    "patrol",
    "positions",
    "proof",
    "case",
    "measure",
    "spot",
    "inspection",
    "goods",
    "party",
    "publication",
    "dossier",
    "followup",
    "atlas",
    "indicators",
    "yearly",
    "trail",
    "operations",
    "features",
    "overview",
    "briefing",
    "safety",
    "desk",
    "live",
    "mobile",
    "rehoming",
    "todo",
)


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
    app.jinja_env.globals.update(
        allows=allows, Permission=Permission, terms=terms, county_name=county_name
    )
    app.jinja_env.filters.update(moment=_moment, day=_day, yuan=_yuan)
    for name in SLICES:
        module = importlib.import_module(f"enforcement.{name}.views")
        for blueprint in (module.bp, *getattr(module, "MORE", ())):
            app.register_blueprint(blueprint)


def county_name(county_code: str) -> str:
    """Return the name of a county for the head of its pages, asked of the database once."""
    from enforcement.jurisdiction.models import County

    names: dict[str, str] = current_app.extensions.setdefault("enforcement.county_names", {})
    if county_code not in names:
        with transaction() as session:
            county = session.get(County, county_code)
            if county is None:
                return ""
            names[county_code] = county.name
    return names[county_code]


def _moment(value: object) -> str:
    return value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if value else "—"  # type: ignore[attr-defined]


def _day(value: object) -> str:
    return str(value) if value else "—"


def _yuan(value: object) -> str:
    return f"{value:,.2f}" if value is not None else "—"
