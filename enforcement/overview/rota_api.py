"""Calls: what people carry, a fair proposal for open shifts, taking it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.overview import rota
from enforcement.overview.patrols_api import blp
from enforcement.permissions import Permission, requires
from enforcement.roster import reach
from enforcement.sign_in import current_actor

__all__ = ["blp"]


class FairQuery(ma.Schema):
    """Whose open shifts: a unit's code, any day of the first week, how many weeks."""

    unit = ma.fields.Str(required=True)
    day = ma.fields.Date(load_default=None)
    weeks = ma.fields.Int(load_default=1)


class FairBody(FairQuery):
    """The proposal that is taken; digest -- of the one that was looked at."""

    digest = ma.fields.Str(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


def _asked(session: Session, said: dict[str, Any]) -> list[Any]:
    actor = current_actor()
    unit = reach.unit_to_read(session, actor, said["unit"])
    return [session, actor, unit.id, said["day"] or clock.today(session), said["weeks"]]


@blp.route("/roster/fair")
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(FairQuery, location="query")
def get_fair_rota(query: dict[str, Any]) -> dict[str, Any]:
    """Return what people carry and who should take the open shifts; changes nothing."""
    with transaction() as session:
        return rota.as_json(rota.propose(*_asked(session, query)))


@blp.route("/roster/fair", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(FairBody)
def take_fair_rota(body: dict[str, Any]) -> dict[str, Any]:
    """Put people onto the open shifts as the proposal says."""
    with transaction() as session:
        asked = _asked(session, body)
        return {"filled": rota.take(*asked, digest=body["digest"], key=body["key"])}
