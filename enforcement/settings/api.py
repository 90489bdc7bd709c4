"""Calls: read and change the county's settings."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.settings import queries, services
from enforcement.settings.terms import SETTINGS
from enforcement.sign_in import current_actor

blp = Blueprint("settings_api", __name__, description="参数")


class SettingBody(ma.Schema):
    """The new value and why."""

    value = ma.fields.Int(required=True)
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))


@blp.route("/settings")
@requires(Permission.SETTING_CHANGE)
def index() -> dict[str, Any]:
    """List every setting with its value, default and bounds."""
    with transaction() as session:
        found = queries.values(session, current_actor().county_code)
    names = ("key", "title", "unit", "default", "low", "high", "source")
    return {"settings": [plain_row(row, *names) | {"value": found[row.key]} for row in SETTINGS]}


@blp.route("/settings/<string:key>", methods=["POST"])
@requires(Permission.SETTING_CHANGE)
@blp.arguments(SettingBody)
def change(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Change one setting."""
    with transaction() as session:
        entry = services.change(session, current_actor(), key, body["value"], body["reason"])
        return plain_row(entry, "key", "value", "reason", "by_name", "at")
