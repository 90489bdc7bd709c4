"""Calls: templates, what must be covered, publishing, single shifts."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.roster import queries, reach, services, shown
from enforcement.roster.requirements import Hours, RequirementIn
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.templates import RowIn, TemplateIn, rows_in
from enforcement.roster.terms import MAX_ROWS, MAX_WEEKS, DayRule, DutyKind, Pattern
from enforcement.sign_in import current_actor

blp = Blueprint("roster_api", __name__, description="值班")  # api.py adds the other calls
REASON = validate.Length(0, 200)


def words(terms: Any) -> validate.OneOf:
    """Return the check that a text is one of the words."""
    return validate.OneOf([str(one) for one in terms])


def key() -> ma.fields.Str:
    """Return the field of an idempotency key."""
    return ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class UnitQuery(ma.Schema):
    """Whose roster: a unit code, by default one's own unit."""

    unit = ma.fields.Str(load_default=None)


class RowBody(ma.Schema):
    """One shift of a template."""

    week = ma.fields.Int(load_default=0)
    weekday = ma.fields.Int(required=True, metadata={"description": "0 is Monday"})
    kind = ma.fields.Str(required=True, validate=words(DutyKind))
    start = ma.fields.Time(required=True, format="%H:%M")
    minutes = ma.fields.Int(required=True)
    days = ma.fields.Str(load_default=str(DayRule.EVERY), validate=words(DayRule))
    person_id = ma.fields.UUID(load_default=None, allow_none=True)


class TemplateBody(ma.Schema):
    """A whole template; without `template_id` a new one."""

    unit = ma.fields.Str(required=True)
    template_id = ma.fields.UUID(load_default=None, allow_none=True)
    name = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    cycle_weeks = ma.fields.Int(load_default=1)
    anchor_on = ma.fields.Date(load_default=None, allow_none=True)
    rows = ma.fields.List(
        ma.fields.Nested(RowBody), required=True, validate=validate.Length(0, MAX_ROWS)
    )
    version = ma.fields.Int(load_default=None, allow_none=True)
    key = key()


class PublishBody(ma.Schema):
    """Which template, from the week of which day on, for how many weeks."""

    template_id = ma.fields.UUID(required=True)
    day = ma.fields.Date(required=True)
    weeks = ma.fields.Int(load_default=1, validate=validate.Range(1, MAX_WEEKS))
    accept_short_rest = ma.fields.Bool(load_default=False)


class ConfirmBody(PublishBody):
    """The same, with the digest of the plan that was looked at."""

    digest = ma.fields.Str(load_default=None, allow_none=True)


class HoursBody(ma.Schema):
    """A stretch of a weekly pattern."""

    weekday = ma.fields.Int(required=True)
    start = ma.fields.Time(required=True, format="%H:%M")
    minutes = ma.fields.Int(required=True)


class RequirementBody(ma.Schema):
    """What must be covered."""

    unit = ma.fields.Str(required=True)
    kind = ma.fields.Str(required=True, validate=words(DutyKind))
    pattern = ma.fields.Str(required=True, validate=words(Pattern))
    at_least = ma.fields.Int(load_default=1)
    certified = ma.fields.Bool(load_default=False)
    hours = ma.fields.List(ma.fields.Nested(HoursBody), load_default=list)
    valid_from = ma.fields.Date(load_default=None, allow_none=True)
    valid_to = ma.fields.Date(load_default=None, allow_none=True)
    key = key()


class EndRequirementBody(ma.Schema):
    """The first day on which a requirement no longer holds."""

    on = ma.fields.Date(load_default=None, allow_none=True)


class ShiftBody(ma.Schema):
    """A shift to add."""

    unit = ma.fields.Str(required=True)
    kind = ma.fields.Str(required=True, validate=words(DutyKind))
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    person_id = ma.fields.UUID(load_default=None, allow_none=True)
    reason = ma.fields.Str(load_default="", validate=REASON)
    accept_short_rest = ma.fields.Bool(load_default=False)
    key = key()


class PersonBody(ma.Schema):
    """Who gets the shift; null leaves it open."""

    person_id = ma.fields.UUID(required=True, allow_none=True)
    version = ma.fields.Int(load_default=None, allow_none=True)
    reason = ma.fields.Str(load_default="", validate=REASON)
    accept_short_rest = ma.fields.Bool(load_default=False)
    key = key()


class CancelBody(ma.Schema):
    """Why a shift is taken off the roster."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))
    version = ma.fields.Int(load_default=None, allow_none=True)


@blp.route("/roster/templates", methods=["GET"])
@requires(Permission.ROSTER_READ)
@blp.arguments(UnitQuery, location="query")
def list_templates(query: dict[str, Any]) -> dict[str, Any]:
    """List the templates of a unit, with their rows."""
    actor = current_actor()
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, query["unit"] or actor.unit_code)
        found = queries.list_templates(session, actor.county_code, unit.id)
        return {
            "templates": [
                shown.template_json(row, rows_in(session, actor.county_code, row.id))
                for row in found
            ]
        }


@blp.route("/roster/templates", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(TemplateBody)
def save_template(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Save a template whole."""
    actor = current_actor()
    rows = tuple(
        RowIn(**(row | {"kind": DutyKind(row["kind"]), "days": DayRule(row["days"])}))
        for row in body["rows"]
    )
    what = TemplateIn(body["name"], rows, body["cycle_weeks"], body["anchor_on"])
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, body["unit"])
        row = services.save_template(
            session, actor, unit.id, what, template_id=body["template_id"],
            version=body["version"], key=body["key"],
        )  # fmt: skip
        return shown.template_json(row, rows_in(session, actor.county_code, row.id)), 201


@blp.route("/roster/plan", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(PublishBody)
def plan(body: dict[str, Any]) -> dict[str, Any]:
    """Say what publishing would do; nothing is changed."""
    with transaction() as session:
        return shown.plan_json(services.preview_week(session, current_actor(), **body))


@blp.route("/roster/publish", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(ConfirmBody)
def publish(body: dict[str, Any]) -> dict[str, Any]:
    """Make the shifts of some weeks from a template; again changes nothing."""
    with transaction() as session:
        return shown.plan_json(services.publish_week(session, current_actor(), **body))


@blp.route("/roster/requirements", methods=["GET"])
@requires(Permission.ROSTER_READ)
@blp.arguments(UnitQuery, location="query")
def list_requirements(query: dict[str, Any]) -> dict[str, Any]:
    """List what must be covered in a unit."""
    actor = current_actor()
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, query["unit"] or actor.unit_code)
        found = queries.list_requirements(session, actor.county_code, unit.id)
        return {"requirements": [shown.requirement_json(row) for row in found]}


@blp.route("/roster/requirements", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(RequirementBody)
def add_requirement(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """State what must be covered."""
    actor, sent = current_actor(), body.pop("key")
    code = body.pop("unit")
    what = RequirementIn(
        **(
            body
            | {
                "kind": DutyKind(body["kind"]),
                "pattern": Pattern(body["pattern"]),
                "hours": tuple(Hours(**row) for row in body["hours"]),
            }
        )
    )
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, code)
        row = services.add_requirement(session, actor, unit.id, what, key=sent)
        return shown.requirement_json(row), 201


@blp.route("/roster/requirements/<uuid:requirement_id>/end", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(EndRequirementBody)
def end_requirement(body: dict[str, Any], requirement_id: Any) -> dict[str, Any]:
    """End a requirement."""
    with transaction() as session:
        row = services.end_requirement(session, current_actor(), requirement_id, body["on"])
        return shown.requirement_json(row)


@blp.route("/roster/shifts", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(ShiftBody)
def add_shift(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add a shift by hand."""
    actor = current_actor()
    span = body["starts_at"], body["ends_at"]
    what = ShiftIn(DutyKind(body["kind"]), *span, body["person_id"])
    with transaction() as session:
        unit = reach.unit_to_read(session, actor, body["unit"])
        row = services.add_shift(
            session, actor, unit.id, what, reason=body["reason"],
            accept_short_rest=body["accept_short_rest"], key=body["key"],
        )  # fmt: skip
        return shown.shift_json(row), 201


@blp.route("/roster/shifts/<uuid:shift_id>/person", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(PersonBody)
def set_shift(body: dict[str, Any], shift_id: Any) -> dict[str, Any]:
    """Put a person on a shift, replace or remove him."""
    with transaction() as session:
        person_id = body.pop("person_id")
        row = services.set_shift(session, current_actor(), shift_id, person_id, **body)
        return shown.shift_json(row)


@blp.route("/roster/shifts/<uuid:shift_id>/cancel", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(CancelBody)
def cancel_shift(body: dict[str, Any], shift_id: Any) -> dict[str, Any]:
    """Take a shift off the roster."""
    with transaction() as session:
        return shown.shift_json(services.cancel_shift(session, current_actor(), shift_id, **body))
