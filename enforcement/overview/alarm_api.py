"""Calls: alarms, open and closed, and closing one by hand."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from enforcement import alarms
from enforcement.alarms import Alarm
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.overview.balance_api import blp as blp
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


class AlarmQuery(ma.Schema):
    """The open ones, or a page of the closed ones."""

    closed = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)


class CloseSchema(ma.Schema):
    """What was done."""

    note = ma.fields.Str(required=True, validate=validate.Length(1, alarms.LONGEST_NOTE))


def alarm_json(row: Alarm) -> dict[str, Any]:
    """Return an alarm as JSON; why -- codes of the causes."""
    return plain_row(
        row, "id", "kind", "subject_id", "name", "why", "raised_at", "closed_at",
        "closed_by_name", "note",
    )  # fmt: skip


@blp.route("/alarms")
@requires(Permission.ALARM_READ)
@blp.arguments(AlarmQuery, location="query")
def list_alarms(query: dict[str, Any]) -> dict[str, Any]:
    """List the open alarms, or the closed ones page by page; the newest first."""
    county = current_actor().county_code
    with transaction() as session:
        if not query["closed"]:
            rows = alarms.list_open(session, county)
            return {"alarms": [alarm_json(row) for row in rows], "next": None}
        rows = alarms.list_closed(session, county, after=read_cursor(query["after"]))
        following = next_page(rows, alarms.PAGE, "raised_at")
        return {"alarms": [alarm_json(row) for row in rows], "next": following}


@blp.route("/alarms/<uuid:alarm_id>/close", methods=["POST"])
@requires(Permission.ALARM_CLOSE)
@blp.arguments(CloseSchema)
def close_alarm(body: dict[str, Any], alarm_id: Any) -> dict[str, Any]:
    """Close an alarm by hand; the same cause is raised again tomorrow at the earliest."""
    with transaction() as session:
        return alarm_json(alarms.close(session, current_actor(), alarm_id, body["note"]))
