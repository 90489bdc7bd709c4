"""Calls: the yearly figures, the act of reporting them, and the feed of plain counts."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_smorest import Blueprint

from enforcement.api import plain_row
from enforcement.caching import kept
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.yearly import acts, aggregate, queries, reading, services
from enforcement.yearly.models import YearlyReport

blp = Blueprint("yearly_api", __name__, description="年度统计 / Yearly statistics")


class MonthsQuery(ma.Schema):
    """The first and the last month (2026-01), by default the twelve before this one."""

    first = ma.fields.Str(load_default=None)
    last = ma.fields.Str(load_default=None)


def shown(row: YearlyReport) -> dict[str, Any]:
    """Return a report as JSON."""
    return plain_row(row, "year", "version", "sha256", "submitted_on", "submitted_to", "note",
                     "by_name", "at")  # fmt: skip


@blp.route("/yearly/<int:year>")
@requires(Permission.YEARLY_READ)
def get_yearly(year: int) -> dict[str, Any]:
    """Return the figures of a year (schema yearly-1), and which were reported."""
    actor = current_actor()
    with transaction() as session:
        told = reading.as_json(reading.make(session, actor, year))
        rows = queries.reports(session, actor.county_code, year)
    return {**told, "submissions": [shown(row) for row in rows]}


@blp.route("/yearly/<int:year>/submissions", methods=["POST"])
@requires(Permission.YEARLY_SUBMIT)
@blp.arguments(schema_of("SubmitYearly", acts.SUBMIT))
def submit_yearly(body: dict[str, Any], year: int) -> tuple[dict[str, Any], int]:
    """Keep the figures of a year as reported."""
    said = {field.name: body[field.name] for field in acts.SUBMIT}
    with transaction() as session:
        return shown(services.submit(session, current_actor(), year, **said)), 201


@blp.route("/aggregate")
@requires(Permission.AGGREGATE_READ)
@blp.arguments(MonthsQuery, location="query")
def get_aggregate(query: dict[str, Any]) -> Response:
    """Return counts by month, township and matter without personal data (schema aggregate-1)."""
    with transaction() as session:
        months = aggregate.read_months(session, query["first"], query["last"])
        found = aggregate.make(session, current_actor().county_code, months)
    return kept(jsonify(found))
