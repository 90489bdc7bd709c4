"""Calls: the report on patrols as figures."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from enforcement.db import transaction
from enforcement.overview import patrols
from enforcement.overview.alarm_api import blp  # the calls of the slice stand there
from enforcement.overview.patrols_by import By
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["blp"]


class PatrolReportQuery(ma.Schema):
    """What to group by, and the first and last day; by default this month so far."""

    by = ma.fields.Str(load_default=None, validate=validate.OneOf([str(one) for one in By]))
    first = ma.fields.Date(load_default=None)
    last = ma.fields.Date(load_default=None)


@blp.route("/report/patrols")
@requires(Permission.REPORT_READ)
@blp.arguments(PatrolReportQuery, location="query")
def get_patrol_report(query: dict[str, Any]) -> dict[str, Any]:
    """Figures of patrols of a period by squad, brigade, township or person."""
    by = By(query["by"]) if query["by"] else None
    with transaction() as session:
        made = patrols.make(session, current_actor(), by, query["first"], query["last"])
        return patrols.as_json(made)
