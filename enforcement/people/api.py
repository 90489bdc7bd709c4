"""Calls: who am I, officers, squads, units; people and lists join from their modules."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.law.terms import UnitKind
from enforcement.people import (
    acts,
    certificate_api,
    history,
    list_api,
    person_api,
    places,
    queries,
    schemas,
    services,
    telling,
    unit_queries,
)
from enforcement.people import person_queries as people
from enforcement.people.api_blueprint import blp
from enforcement.people.models import UnitEntry
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

CALLS = (certificate_api, list_api, person_api)
"""The modules whose calls join the blueprint."""


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
@blp.arguments(schemas.OfficersQuery, location="query")
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


@blp.route("/people/units")
@requires(Permission.PEOPLE_READ)
@blp.arguments(schemas.TreeQuery, location="query")
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """List the tree of units as it was on a day, what is below after its parent."""
    with transaction() as session:
        on = query["on"] or clock.today(session)
        top = unit_queries.tree(session, current_actor().county_code, on, which=query["which"])
    return {"on": on.isoformat(), "units": telling.nodes_told(top)}


@blp.route("/people/units", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.UnitOpen)
def open_unit(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Open a unit below another; its code is given by the platform."""
    with transaction() as session:
        made = acts.open_unit(session, current_actor(), body)
        return unit_in_full(session, made), 201


def unit_in_full(session: Session, unit_id: uuid.UUID) -> dict[str, Any]:
    """Return a unit with people in post today, what stands below it, duties and history."""
    county_code, today = current_actor().county_code, clock.today(session)
    unit = unit_queries.get_unit(session, county_code, unit_id)
    staff = people.people_of(session, county_code, unit_id, today)
    return telling.unit_told(unit) | {
        "people": [
            telling.post_told(post, unit) | {"person_id": str(person.id), "name": person.name}
            for post, person in staff
        ],
        "below": [telling.unit_told(one) for one in unit_queries.below(session, unit)],
        "duties": [
            {"area_code": one.area_code, "area_name": one.area_name, "category": one.category}
            for one in places.duties(session, county_code, [unit_id], today)
        ],
        "history": [
            telling.entry_told(one) for one in history.of(session, UnitEntry, county_code, unit_id)
        ],
    }


@blp.route("/people/units/<uuid:unit_id>")
@requires(Permission.PEOPLE_READ)
def get_unit(unit_id: Any) -> dict[str, Any]:
    """One unit: people, what stands below it, duties, history."""
    with transaction() as session:
        return unit_in_full(session, unit_id)


@blp.route("/people/units/<uuid:unit_id>/rename", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.UnitRename)
def rename_unit(body: dict[str, Any], unit_id: Any) -> dict[str, Any]:
    """Give a unit another name from a day on."""
    with transaction() as session:
        services.rename_unit(
            session, current_actor(), unit_id, body["name"], on=body["on"],
            reason=body["reason"], version=body.get("version"),
        )  # fmt: skip
        return unit_in_full(session, unit_id)


@blp.route("/people/units/<uuid:unit_id>/change", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.UnitChange)
def change_unit(body: dict[str, Any], unit_id: Any) -> dict[str, Any]:
    """Correct the division a unit belongs to and its credit code."""
    with transaction() as session:
        services.change_unit(
            session, current_actor(), unit_id, home_code=body["home_code"], uscc=body["uscc"],
            version=body.get("version"),
        )  # fmt: skip
        return unit_in_full(session, unit_id)


@blp.route("/people/units/<uuid:unit_id>/close", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.UnitClose)
def close_unit(body: dict[str, Any], unit_id: Any) -> dict[str, Any]:
    """Close a unit that nobody and nothing hangs on any more."""
    with transaction() as session:
        services.close_unit(
            session, current_actor(), unit_id, on=body["on"], reason=body["reason"],
            decree=body["decree"], version=body.get("version"),
        )  # fmt: skip
        return unit_in_full(session, unit_id)


@blp.route("/people/units/<uuid:unit_id>/merger")
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.MergerQuery, location="query")
def plan_merger(query: dict[str, Any], unit_id: Any) -> dict[str, Any]:
    """Say what merging a unit into another would do; nothing is changed."""
    with transaction() as session:
        return telling.plan_told(acts.merge_plan(session, current_actor(), unit_id, query))


@blp.route("/people/units/<uuid:unit_id>/merge", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.UnitMerge)
def merge_unit(body: dict[str, Any], unit_id: Any) -> dict[str, Any]:
    """Merge a unit into another: people, accounts and what stands below it go along."""
    with transaction() as session:
        target = acts.merge_unit(session, current_actor(), unit_id, body)
        return unit_in_full(session, target.id)
