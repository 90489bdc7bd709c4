"""Calls: who am I, who may be an officer of a case, which squads are there."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from enforcement import clock
from enforcement.db import transaction
from enforcement.law.terms import UnitKind
from enforcement.people import queries
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("people_api", __name__, description="单位和人员")


class OfficersQuery(ma.Schema):
    """Which unit's officers."""

    unit_code = ma.fields.Str(load_default=None)


@blp.route("/me")
@requires(Permission.SELF)
def me() -> dict[str, Any]:
    """Say who the token stands for."""
    actor = current_actor()
    return {
        "username": actor.username,
        "name": actor.name,
        "role": str(actor.role),
        "county": actor.county_code,
        "unit": actor.unit_name,
        "unit_code": actor.unit_code,
        "person_id": str(actor.person_id),
        "areas": list(actor.area_codes),
    }


@blp.route("/officers")
@requires(Permission.CASE_READ)
@blp.arguments(OfficersQuery, location="query")
def officers(query: dict[str, Any]) -> dict[str, Any]:
    """People with a certificate valid today, in the caller's unit and below."""
    actor = current_actor()
    with transaction() as session:
        found = queries.list_certified(
            session, actor.county_code, query["unit_code"] or actor.unit_code, clock.today(session)
        )
        return {"officers": [{"id": str(person.id), "name": person.name} for person in found]}


@blp.route("/squads")
@requires(Permission.PATROL_READ)
def squads() -> dict[str, Any]:
    """List the county's squads."""
    actor = current_actor()
    with transaction() as session:
        found = queries.list_units(session, actor.county_code, UnitKind.SQUAD, clock.today(session))
        return {
            "squads": [{"id": str(unit.id), "code": unit.code, "name": unit.name} for unit in found]
        }
