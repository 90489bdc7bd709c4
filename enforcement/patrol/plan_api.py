"""Calls: a day's board, steps on its lists, plans, publishing; templates."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement import clock
from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.patrol import assigning, board, publishing, runs, templates
from enforcement.patrol.schemas import MOST_STEPS, StepSchema, made
from enforcement.patrol.templates import Described
from enforcement.patrol.terms import RunKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("plan_api", __name__, description="巡查排班")


def _key() -> ma.fields.Str:
    return ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class DayQuery(ma.Schema):
    """Which day, today by default."""

    day = ma.fields.Date(load_default=None)


class StepsSchema(ma.Schema):
    """Steps on the lists of a day, done all or none; versions by squad code, as they were read."""

    day = ma.fields.Date(required=True)
    steps = ma.fields.List(
        ma.fields.Nested(StepSchema), required=True, validate=validate.Length(1, MOST_STEPS)
    )
    versions = ma.fields.Dict(
        keys=ma.fields.Str(), values=ma.fields.Int(), load_default=None, allow_none=True
    )
    key = _key()


class PlanSchema(ma.Schema):
    """What to plan: brigade and replan answer at once, county is made by the worker."""

    day = ma.fields.Date(required=True)
    kind = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in RunKind]))
    key = _key()


class PublishSchema(ma.Schema):
    """Which squads' lists."""

    day = ma.fields.Date(required=True)
    squads = ma.fields.List(ma.fields.Str(), required=True, validate=validate.Length(1, 200))
    versions = ma.fields.Dict(
        keys=ma.fields.Str(), values=ma.fields.Int(), load_default=None, allow_none=True
    )
    key = _key()


class TemplateBeat(ma.Schema):
    """A beat of a template."""

    beat_id = ma.fields.UUID(required=True)
    planned_minute = ma.fields.Int(
        load_default=None, allow_none=True, validate=validate.Range(0, 1439)
    )


class TemplateSchema(ma.Schema):
    """A squad's patrol that comes back."""

    name = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    squad_id = ma.fields.UUID(required=True)
    weekdays = ma.fields.List(ma.fields.Int(validate=validate.Range(1, 7)), required=True)
    every_weeks = ma.fields.Int(load_default=1, validate=validate.Range(1, 8))
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(load_default=None, allow_none=True)
    from_minute = ma.fields.Int(load_default=510, validate=validate.Range(0, 1439))
    to_minute = ma.fields.Int(load_default=1020, validate=validate.Range(1, 1440))
    break_from = ma.fields.Int(load_default=690, allow_none=True, validate=validate.Range(0, 1439))
    break_to = ma.fields.Int(load_default=780, allow_none=True, validate=validate.Range(1, 1440))
    beats = ma.fields.List(
        ma.fields.Nested(TemplateBeat), required=True, validate=validate.Length(1, 200)
    )
    instructions = ma.fields.Str(load_default="", validate=validate.Length(0, 2000))
    key = _key()


@blp.route("/patrol-day")
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(DayQuery, location="query")
def get_day(query: dict[str, Any]) -> dict[str, Any]:
    """Show a day's board: each squad's list with its load, and what is on no list."""
    with transaction() as session:
        day = query["day"] or clock.today(session)
        return board.as_json(board.board(session, current_actor(), day))


@blp.route("/patrol-day/steps", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(StepsSchema)
def take_steps(body: dict[str, Any]) -> dict[str, Any]:
    """Put things on squads' lists, take them off, lock them; the answer holds the steps back."""
    with transaction() as session:
        undo = assigning.change(session, current_actor(), body["day"], made(body["steps"]),
                                versions=body["versions"], key=body["key"])  # fmt: skip
        return {"undo": [one.as_json() for one in undo]}


@blp.route("/patrol-day/plan", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(PlanSchema)
def plan_day(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Plan a day: `brigade` and `replan` onto the lists at once, `county` by the worker (202)."""
    actor, day, key = current_actor(), body["day"], body["key"]
    with transaction() as session:
        if body["kind"] == RunKind.COUNTY:
            return runs.shown(runs.order(session, actor, day, key=key)), 202
        done = runs.plan_now(session, actor, day, RunKind(body["kind"]), key=key)
        undo = [one.as_json() for one in done.undo]
        return runs.shown(done.run) | {"undo": undo, "moved": done.moved}, 200


@blp.route("/patrol-plans/<uuid:run_id>")
@requires(Permission.PATROL_ASSIGN)
def get_plan(run_id: Any) -> dict[str, Any]:
    """How far a plan is."""
    with transaction() as session:
        return runs.shown(runs.find(session, current_actor(), run_id))


@blp.route("/patrol-plans/<uuid:run_id>/cancel", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
def cancel_plan(run_id: Any) -> dict[str, Any]:
    """Give a plan up."""
    with transaction() as session:
        return runs.shown(runs.cancel(session, current_actor(), run_id))


@blp.route("/patrol-plans/<uuid:run_id>/apply", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
def apply_plan(run_id: Any) -> dict[str, Any]:
    """Put a plan that is ready onto the lists."""
    with transaction() as session:
        done = runs.apply(session, current_actor(), run_id)
        return runs.shown(done.run) | {"undo": [one.as_json() for one in done.undo]}


@blp.route("/patrol-day/publish", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(PublishSchema)
def publish(body: dict[str, Any]) -> dict[str, Any]:
    """Publish squads' lists; their phones are told at once."""
    with transaction() as session:
        told = publishing.publish(session, current_actor(), body["day"], body["squads"],
                                  versions=body["versions"], key=body["key"])  # fmt: skip
        return {"published": [one.number for one in told]}


@blp.route("/patrol-templates")
@requires(Permission.PATROL_ASSIGN)
def list_templates() -> dict[str, Any]:
    """Templates of patrols that come back."""
    with transaction() as session:
        rows = templates.list_all(session, current_actor())
        return {"templates": [shown(row) | {"squad_name": name, "beats": count}
                              for row, name, count in rows]}  # fmt: skip


@blp.route("/patrol-templates", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(TemplateSchema)
def add_template(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Keep a new template."""
    key = body.pop("key")
    beats = tuple((one["beat_id"], one["planned_minute"]) for one in body.pop("beats"))
    said = Described(beats=beats, **{**body, "weekdays": tuple(body["weekdays"])})
    with transaction() as session:
        return shown(templates.add(session, current_actor(), said, key=key)), 201


def shown(row: Any) -> dict[str, Any]:
    """Return a template as JSON."""
    return plain_row(row, "id", "name", "squad_id", "squad_code", "weekdays", "every_weeks",
                     "starts_on", "ends_on", "from_minute", "to_minute", "state",
                     "version")  # fmt: skip
