"""Calls: duties and plans of them, with every act that the pages have."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from enforcement import clock
from enforcement.db import transaction
from enforcement.jurisdiction import (
    duty_acts,
    duty_queries,
    map_queries,
    plan_activation,
    plan_coverage,
    plan_queries,
    plan_state,
    plans,
)
from enforcement.jurisdiction.duty_report import changed_json, duty_json, next_place, read_place
from enforcement.jurisdiction.plan_schemas import (
    ActivateBody,
    AreasQuery,
    DayQuery,
    DutiesQuery,
    DutyBody,
    EndBody,
    OpsBody,
    PlanBody,
    PlansQuery,
    VersionBody,
)
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("jurisdiction_api", __name__, description="区划、界线和管辖")


@blp.route("/duties")
@requires(Permission.JURISDICTION_READ)
@blp.arguments(DutiesQuery, location="query")
def duties(query: dict[str, Any]) -> dict[str, Any]:
    """List duties by unit, with their days."""
    with transaction() as session:
        rows = duty_queries.list_page(
            session,
            current_actor().county_code,
            unit_code=query["unit"],
            on=query["on"],
            after=read_place(query["after"]),
            limit=query["limit"],
        )
        return {
            "duties": [duty_json(row) for row in rows],
            "next": next_place(rows, query["limit"]),
        }


@blp.route("/duties", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(DutyBody)
def add_duty(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Make a unit answer for an area or a shape from a day on."""
    with transaction() as session:
        duty = duty_acts.add(session, current_actor(), body.pop("unit"), **body)
        return {"id": str(duty.id), "valid_from": duty.valid_from.isoformat()}, 201


@blp.route("/duties/<uuid:duty_id>/end", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(EndBody)
def end_duty(body: dict[str, Any], duty_id: uuid.UUID) -> dict[str, Any]:
    """End a duty on a day, by default today; on its first day it is called off."""
    with transaction() as session:
        duty = duty_acts.end(session, current_actor(), duty_id, body["on"])
        return {"id": str(duty.id), "valid_to": str(duty.valid_to)}


@blp.route("/duties/check")
@requires(Permission.JURISDICTION_READ)
@blp.arguments(DayQuery, location="query")
def check_duties(query: dict[str, Any]) -> dict[str, Any]:
    """Check the duties of a day: who answers for nothing, what nobody answers for, ties."""
    with transaction() as session:
        day = query["on"] or clock.today(session)
        found = plan_coverage.coverage_on(session, current_actor().county_code, day)
        return {"on": day.isoformat(), **found.as_json()}


@blp.route("/duty-plans")
@requires(Permission.DUTY_PLAN)
@blp.arguments(PlansQuery, location="query")
def list_plans(query: dict[str, Any]) -> dict[str, Any]:
    """List plans, the newest first."""
    with transaction() as session:
        rows = plan_queries.list_page(session, current_actor().county_code, **query)
        full = len(rows) == plan_queries.PAGE
        return {
            "plans": [plan_state.plan_json(row) for row in rows],
            "next": str(rows[-1].id) if full else None,
        }


@blp.route("/duty-plans", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(PlanBody)
def start_plan(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Start a plan from the duties of a day."""
    with transaction() as session:
        plan = plans.start(session, current_actor(), body.pop("name"), **body)
        return plan_state.plan_json(plan), 201


@blp.route("/duty-plans/<uuid:plan_id>")
@requires(Permission.DUTY_PLAN)
@blp.arguments(DayQuery, location="query")
def get_plan(query: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Return a plan: who answers for each area, polygons, check, and what differs from the day."""
    with transaction() as session:
        plan = plan_queries.get(session, current_actor().county_code, plan_id)
        return plan_state.state(session, plan, query["on"]).as_json()


@blp.route("/duty-plans/<uuid:plan_id>/check")
@requires(Permission.DUTY_PLAN)
@blp.arguments(DayQuery, location="query")
def check_plan(query: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Check a plan as if it were in force on a day, and against what it was made from."""
    with transaction() as session:
        plan = plan_queries.get(session, current_actor().county_code, plan_id)
        found = plan_coverage.coverage(session, plan, query["on"])
        drift = plan_activation.drift_of(session, plan, query["on"])
        return {"plan": str(plan.id), **found.as_json(), "drift": drift.as_json()}


@blp.route("/duty-plans/<uuid:plan_id>/areas")
@requires(Permission.DUTY_PLAN)
@blp.arguments(AreasQuery, location="query")
def plan_areas(query: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Return the finest areas of today's boundaries as GeoJSON, simplified for a zoom."""
    with transaction() as session:
        plan = plan_queries.get(session, current_actor().county_code, plan_id)
        edition = plan_queries.edition_on(session, plan.county_code, clock.today(session))
        return map_queries.villages(session, edition, zoom=query["zoom"])


@blp.route("/duty-plans/<uuid:plan_id>/ops", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(OpsBody)
def apply_ops(body: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Change a draft by operations: assign, merge, draw, reshape, change, remove."""
    with transaction() as session:
        made = plans.apply(session, current_actor(), plan_id, body["ops"], body["version"])
        return changed_json(made)


@blp.route("/duty-plans/<uuid:plan_id>/undo", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(VersionBody)
def undo(body: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Take back the last change of a draft."""
    with transaction() as session:
        return changed_json(plans.undo(session, current_actor(), plan_id, body["version"]))


@blp.route("/duty-plans/<uuid:plan_id>/redo", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(VersionBody)
def redo(body: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Do again what was taken back last."""
    with transaction() as session:
        return changed_json(plans.redo(session, current_actor(), plan_id, body["version"]))


@blp.route("/duty-plans/<uuid:plan_id>/discard", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(VersionBody)
def discard(body: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Give a draft up."""
    with transaction() as session:
        plan = plans.discard(session, current_actor(), plan_id, body["version"])
        return plan_state.plan_json(plan)


@blp.route("/duty-plans/<uuid:plan_id>/activate", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(ActivateBody)
def activate_plan(body: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Put a draft in force from a day on, by default today."""
    with transaction() as session:
        done = plan_activation.activate(session, current_actor(), plan_id, **body)
        return done.as_json()
