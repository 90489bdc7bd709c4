"""Calls: who is on duty, a week, gaps, my shifts; the other calls join in from their modules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import marshmallow as ma
from flask import Response
from marshmallow import validate

from enforcement import clock
from enforcement.api import plain_row
from enforcement.api_document import SHEETS, file
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.roster import (
    api_requests,
    gaps,
    on_duty,
    queries,
    reach,
    shown,
    spreadsheet,
)
from enforcement.roster.api_planning import UnitQuery, blp
from enforcement.roster.pattern import monday_of
from enforcement.roster.terms import MINE_DAYS
from enforcement.roster.week import month_days, week_of
from enforcement.sign_in import current_actor

__all__ = ["api_requests", "blp"]  # whose calls are on it by being imported


class NowQuery(ma.Schema):
    """A village or township, a moment (by default now), a category of incident."""

    place = ma.fields.Str(required=True, validate=validate.Length(1, 12))
    at = ma.fields.AwareDateTime(load_default=None)
    category = ma.fields.Str(load_default=None)


class WeekQuery(UnitQuery):
    """Whose week, and any day of it."""

    day = ma.fields.Date(load_default=None)


class SheetQuery(WeekQuery):
    """A week or a month."""

    span = ma.fields.Str(load_default="week", validate=validate.OneOf(["week", "month"]))


class GapsQuery(UnitQuery):
    """One unit, by default all whose roster one changes; days ahead, by default the setting."""

    days = ma.fields.Int(load_default=None, validate=validate.Range(1, 92))


@blp.route("/roster/units")
@requires(Permission.ROSTER_READ)
def list_units() -> dict[str, Any]:
    """Units whose roster the caller may read; `change` where he may change it."""
    actor = current_actor()
    with transaction() as session:
        own = {row.id for row in queries.list_units(session, reach.changeable(actor))}
        found = queries.list_units(session, reach.readable(actor))
        return {
            "units": [
                plain_row(row, "id", "code", "name", "kind") | {"change": row.id in own}
                for row in found
            ]
        }


@blp.route("/roster/now")
@requires(Permission.ROSTER_READ)
@blp.arguments(NowQuery, location="query")
def now(query: dict[str, Any]) -> dict[str, Any]:
    """Who is to be called for a village now, in order."""
    actor = current_actor()
    with transaction() as session:
        reach.check_place(session, actor, query["place"])
        at = query["at"] or clock.now(session)
        found = on_duty.on_duty(session, actor.county_code, query["place"], at, query["category"])
    return {"at": shown.local(at), "steps": [on_duty.as_json(row) for row in found]}


@blp.route("/roster/week")
@requires(Permission.ROSTER_READ)
@blp.arguments(WeekQuery, location="query")
def week(query: dict[str, Any]) -> dict[str, Any]:
    """Return a unit's week: shifts, leave, gaps, what each worked."""
    actor = current_actor()
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, query["unit"] or actor.unit_code)
        day = query["day"] or clock.today(session)
        return shown.week_json(week_of(session, unit, monday_of(day)))


@blp.route("/roster/export.<string:suffix>")
@blp.doc(responses=file(SHEETS[0]))
@requires(Permission.ROSTER_READ)
@blp.arguments(SheetQuery, location="query")
def export(query: dict[str, Any], suffix: str) -> Response:
    """Return a unit's week or month as a spreadsheet (.xlsx)."""
    actor = current_actor()
    if suffix != "xlsx":
        raise NotFoundError(_("只能导出 .xlsx。"))
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, query["unit"] or actor.unit_code)
        day = query["day"] or clock.today(session)
        first, days = (monday_of(day), 7) if query["span"] == "week" else month_days(day)
        return Response(
            spreadsheet.write(week_of(session, unit, first, days)), mimetype=spreadsheet.MEDIA_TYPE
        )


@blp.route("/roster/gaps")
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(GapsQuery, location="query")
def list_gaps(query: dict[str, Any]) -> dict[str, Any]:
    """List times ahead for which people are lacking, with who could help."""
    actor = current_actor()
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, query["unit"]) if query["unit"] else None
        found = gaps.ahead(session, actor, unit=unit, days=query["days"])
    return {
        "gaps": [gaps.as_json(gap) for gap in found.gaps],
        "missing_years": list(found.missing_years),
        "more": found.more,
    }


@blp.route("/roster/mine")
@requires(Permission.ROSTER_READ)
def mine() -> dict[str, Any]:
    """List the caller's shifts of the next two weeks."""
    actor = current_actor()
    with transaction() as session:
        start = clock.now(session)
        found = queries.list_shifts_of(
            session, actor.county_code, actor.person_id, start, start + timedelta(MINE_DAYS)
        )
        return {
            "shifts": [shown.shift_json(row, actor.name) | {"unit": name} for row, name in found]
        }
