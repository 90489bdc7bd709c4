"""Public pages: procedures, limits and remedies, as the tables of the law hold them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.caching import shared
from enforcement.db import transaction
from enforcement.i18n import _, label
from enforcement.law.paperwork import paper
from enforcement.law.penalties import hearing_threshold
from enforcement.law.public_guide import PROCEDURES, REMEDIES, STANDING, Procedure, Remedy
from enforcement.law.spot import CAPS
from enforcement.law.time_limits import TimeLimit, limit
from enforcement.people import unit_queries
from enforcement.permissions import requires
from enforcement.publication.public_base import asked_county, bp, choose, known_county
from enforcement.settings import queries as settings
from enforcement.settings.terms import BY_KEY, limit_key
from enforcement.timing.shown import name_of, starts_of


def _days(row: TimeLimit, set_here: dict[str, int]) -> int:
    """Return the figure of a limit as the county counts it."""
    key = limit_key(row.id)
    return set_here[key] if key in BY_KEY else row.days


def _limits(ids: tuple[str, ...], set_here: dict[str, int], on: date) -> list[dict[str, Any]]:
    rows = [limit(one, on) for one in ids]
    return [
        {"row": row, "name": name_of(row), "days": _days(row, set_here), "starts": starts_of(row)}
        for row in rows
    ]


def _told(session: Session, county_code: str) -> dict[str, Any]:
    """Return what the page and its JSON tell of a county today."""
    on, set_here = clock.today(session), settings.values(session, county_code)
    return {
        "on": on,
        "procedures": [(one, _limits(one.limits, set_here, on)) for one in PROCEDURES],
        "remedies": [(one, _limits((one.limit_id,), set_here, on)[0]) for one in REMEDIES],
        "organs": unit_queries.list_organs(session, county_code, on),
        "cap": max((row for row in CAPS if row.since <= on), key=lambda row: row.since),
        "threshold": hearing_threshold(county_code),
    }


@bp.get("/procedures")
@requires(None)
@shared
def procedures() -> ResponseReturnValue:
    """Explain procedures with their limits, and which remedies there are, where, how long."""
    with transaction() as db:
        county = asked_county(db)
        if county is None:
            return choose(db, "public.procedures")
        told = _told(db, county.county_code)
        return render_template(
            "publication/procedures.html", here=county, standing=STANDING, paper=paper, **told
        )


@bp.get("/procedures.json")
@requires(None)
@shared
def procedures_json() -> ResponseReturnValue:
    """Give procedures, limits and remedies."""
    with transaction() as db:
        county = known_county(db)
        told = _told(db, county.county_code)
        return {
            "county": county.name,
            "on": told["on"].isoformat(),
            "procedures": [_procedure_json(*pair) for pair in told["procedures"]],
            "remedies": [_remedy_json(*pair) for pair in told["remedies"]],
            "organs": [
                {"name": one.name, "reconsideration_organ": one.reconsideration_organ,
                 "court": one.court, "address": one.address, "phone": one.phone}
                for one in told["organs"]
            ],
        }  # fmt: skip


def _procedure_json(one: Procedure, limits: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": one.guide,
        "name": label(one.guide),
        "article": one.basis.zh,
        "steps": [
            {
                "name": label(step.act),
                "articles": [article.zh for article in step.articles],
                "papers": [paper(code).name for code in step.papers],
            }
            for step in one.steps
        ],
        "limits": [_limit_json(row) for row in limits],
    }


def _limit_json(told: dict[str, Any]) -> dict[str, Any]:
    row: TimeLimit = told["row"]
    return {
        "id": row.id, "name": told["name"], "days": told["days"], "counting": row.counting,
        "from": told["starts"], "article": row.article.zh, "kind": row.kind,
    }  # fmt: skip


def _remedy_json(one: Remedy, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "words": _(one.words), "where": one.where, "article": one.article.zh,
        "limit": _limit_json(told),
    }  # fmt: skip
