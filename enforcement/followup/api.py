"""Calls: prepare a day of patrols."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from enforcement.db import transaction
from enforcement.followup import services
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("followup_api", __name__, description="到期事项")


class PrepareSchema(ma.Schema):
    """Which day."""

    day = ma.fields.Date(required=True)


@blp.route("/patrol-day/prepare", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(PrepareSchema)
def prepare(body: dict[str, Any]) -> dict[str, Any]:
    """Collect what falls due by a day and make the lists of the caller's templates."""
    with transaction() as session:
        return vars(services.prepare(session, current_actor(), body["day"]))
