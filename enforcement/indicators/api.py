"""Calls: the indicators of a period, the groups of one of them, and its rows."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.indicators import reading
from enforcement.indicators.asking import By
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("indicators_api", __name__, description="指标 / Indicators")


class PeriodQuery(ma.Schema):
    """The first and the last day, by default this month so far; and what narrows it."""

    first = ma.fields.Date(load_default=None)
    last = ma.fields.Date(load_default=None)
    township = ma.fields.Str(load_default=None)
    unit = ma.fields.Str(load_default=None)
    matter = ma.fields.Str(load_default=None)


class OneQuery(PeriodQuery):
    """What to group by, and the key of the rows' page."""

    by = ma.fields.Str(load_default=None, validate=validate.OneOf([str(one) for one in By]))
    after = ma.fields.Str(load_default=None)


@blp.route("/indicators")
@requires(Permission.REPORT_READ)
@blp.arguments(PeriodQuery, location="query")
def list_indicators(query: dict[str, Any]) -> dict[str, Any]:
    """Return every indicator: its formula, its value in the period, before, and a year before."""
    with transaction() as session:
        actor = current_actor()
        asked = reading.read(session, actor, **query)
        lines = reading.table(session, actor, asked)
    return {"first": asked.span.first.isoformat(), "last": asked.span.last.isoformat(),
            "items": [reading.as_json(line) for line in lines]}  # fmt: skip


@blp.route("/indicators/<string:code>")
@requires(Permission.REPORT_READ)
@blp.arguments(OneQuery, location="query")
def get_indicator(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Return one indicator by groups, with the rows behind it."""
    actor, said, after = current_actor(), query.pop("by"), query.pop("after")
    with transaction() as session:
        indicator, asked = reading.one(code), reading.read(session, actor, **query)
        by = By(said) if said else reading.offered(actor, indicator)[0]
        groups = reading.groups(session, actor, indicator, asked, by)
        page = reading.rows(session, actor, indicator, asked, after)
    return {
        "code": code, "by": str(by), "next": page.after,
        "groups": [{"key": one.key, "name": one.name, "value": one.value} for one in groups],
        "rows": [{"id": str(row.subject_id), "kind": row.source, "number": row.number,
                  "on": row.on_day.isoformat(), "township": row.township_code,
                  "unit": row.unit_code, "matter": row.matter, "value": row.value}
                 for row in page.rows],
    }  # fmt: skip
