"""Calls: limits, a count, the calendar of a year, the import of a notice."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.time_limits import LIMITS
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.timing import calendars, importing, limits, shown

blp = Blueprint("timing_api", __name__, description="期限和工作日历")


class DueQuery(ma.Schema):
    """The day of the event, which is not counted, or its moment."""

    start = ma.fields.Date(load_default=None, data_key="from")
    at = ma.fields.AwareDateTime(load_default=None, metadata={"description": "for hours"})


class YearQuery(ma.Schema):
    """Which year of the calendar."""

    year = ma.fields.Int(load_default=None)


class ImportQuery(ma.Schema):
    """The name of the file in the body, and whether to apply it."""

    name = ma.fields.Str(required=True, metadata={"description": "file name, .xlsx or .csv"})
    apply = ma.fields.Bool(load_default=False)
    digest = ma.fields.Str(load_default=None, metadata={"description": "plan that was seen"})


@blp.route("/limits")
@requires(Permission.SELF)
def list_limits() -> dict[str, Any]:
    """List every version of every limit with its article."""
    return {"limits": [shown.limit_json(row) for row in LIMITS]}


@blp.route("/limits/<string:limit_id>/due")
@requires(Permission.SELF)
@blp.arguments(DueQuery, location="query")
def due(query: dict[str, Any], limit_id: str) -> dict[str, Any]:
    """Say when a limit ends in the caller's county, and how that was counted.

    A day whose year has no working calendar yet is the caller's, and refused as such.
    """
    start = query["at"] or query["start"]
    if start is None:
        raise InvalidInputError("from", _("请给出事件发生之日。"))
    with transaction() as session:
        try:
            found = limits.due_on(session, current_actor().county_code, limit_id, start)
        except CalendarExhaustedError as error:
            raise InvalidInputError("at" if query["at"] else "from", str(error)) from None
    return {"id": limit_id, **shown.due_json(found)}


@blp.route("/calendar")
@requires(Permission.SELF)
@blp.arguments(YearQuery, location="query")
def calendar(query: dict[str, Any]) -> dict[str, Any]:
    """Return the days off and the worked weekend days of a year, and the years that are known."""
    with transaction() as session:
        today = clock.today(session)
        known = calendars.current(session, current_actor().county_code)
    year, until = query["year"] or today.year, calendars.known_until(known, today)
    return {
        "year": year,
        "years": sorted(known.years),
        "known_until": until.isoformat() if until else None,
        "source": known.sources.get(year),
        "off": [
            {"day": day.isoformat(), "name": known.name_of(day)}
            for day in sorted(known.off)
            if day.year == year
        ],
        "worked": [day.isoformat() for day in sorted(known.worked) if day.year == year],
    }


@blp.route("/calendar/import", methods=["POST"])
@requires(Permission.SETTING_CHANGE)
@blp.arguments(ImportQuery, location="query")
def import_notice(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Say what the file in the body would do; with `apply` do it, unless a row is refused."""
    actor, data = current_actor(), request.get_data()
    with transaction() as session:
        if query["apply"]:
            found = importing.apply(session, actor, data, query["name"], digest=query["digest"])
        else:
            found = importing.preview(session, actor, data, query["name"])
    return found.as_json(), 422 if found.problems else 200
