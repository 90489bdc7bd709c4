"""Calls: list, add, change, move, switch off, and try rules."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.people.models import Unit
from enforcement.permissions import Permission, requires
from enforcement.rules import dry_run, queries, services
from enforcement.rules.drafts import Draft, snapshot
from enforcement.rules.forms import draft_of
from enforcement.rules.models import RoutingRule
from enforcement.rules.services import Way
from enforcement.sign_in import current_actor

blp = Blueprint("rules_api", __name__, description="派单规则")


def _many(words: Any) -> Any:
    one = ma.fields.Str(validate=validate.OneOf([str(word) for word in words]))
    return ma.fields.List(one, load_default=list)


class RuleBody(ma.Schema):
    """A rule; an empty condition always holds. Times are China's."""

    name = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    unit = ma.fields.Str(required=True, metadata={"description": "unit code"})
    categories = ma.fields.List(ma.fields.Str(validate=validate.Length(1, 20)), load_default=list)
    areas = ma.fields.List(ma.fields.Str(validate=validate.Length(9, 12)), load_default=list)
    weekdays = ma.fields.List(ma.fields.Int(validate=validate.Range(1, 7)), load_default=list)
    from_time = ma.fields.Time(load_default=None, allow_none=True)
    to_time = ma.fields.Time(load_default=None, allow_none=True)
    sources = _many(IncidentSource)
    urgencies = _many(Urgency)
    valid_from = ma.fields.Date(load_default=None, allow_none=True)
    valid_to = ma.fields.Date(load_default=None, allow_none=True)
    note = ma.fields.Str(load_default="", validate=validate.Length(0, 500))


class AddBody(RuleBody):
    """A new rule, and its place in the order (counted from 1; by default the last)."""

    position = ma.fields.Int(load_default=None, allow_none=True, validate=validate.Range(1, 1000))


class ChangeBody(RuleBody):
    """The whole rule as it is to be, and the version that was read."""

    version = ma.fields.Int(load_default=None, allow_none=True)


class TryBody(AddBody):
    """A rule that is not stored: a new one, or what the rule `rule_id` would become."""

    rule_id = ma.fields.UUID(load_default=None, allow_none=True)
    months = ma.fields.Int(
        load_default=dry_run.MONTHS, validate=validate.Range(1, dry_run.MOST_MONTHS)
    )


class MoveRuleBody(ma.Schema):
    """Which way, and the version that was read."""

    way = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in Way]))
    version = ma.fields.Int(load_default=None, allow_none=True)


class OffBody(ma.Schema):
    """Why, and the version that was read."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 500))
    version = ma.fields.Int(load_default=None, allow_none=True)


def draft_from(session: Session, county_code: str, body: dict[str, Any]) -> Draft:
    """Return a rule from the fields of a call; by default it holds from today on."""
    said = dict(body)
    unit = session.scalar(
        select(Unit).where(Unit.county_code == county_code, Unit.code == said.pop("unit"))
    )
    said["valid_from"] = said["valid_from"] or clock.today(session)
    return draft_of(unit=unit, **said)


def shown(rule: RoutingRule, unit_code: str) -> dict[str, Any]:
    """Return a rule as JSON."""
    return snapshot(rule) | {"id": str(rule.id), "unit": unit_code, "version": rule.version}


def _shown(session: Session, rule: RoutingRule) -> dict[str, Any]:
    unit = session.get_one(Unit, (rule.county_code, rule.unit_id))
    return shown(rule, unit.code)


@blp.route("/rules")
@requires(Permission.RULE_READ)
def list_rules() -> dict[str, Any]:
    """List the rules in order; `broken` says why one cannot decide today."""
    with transaction() as session:
        rows = queries.list_active(session, current_actor().county_code)
    return {
        "rules": [shown(one.rule, one.unit.code) | {"broken": list(one.broken)} for one in rows]
    }


@blp.route("/rules", methods=["POST"])
@requires(Permission.RULE_CHANGE)
@blp.arguments(AddBody)
def add_rule(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add a rule."""
    actor, position = current_actor(), body.pop("position")
    with transaction() as session:
        draft = draft_from(session, actor.county_code, body)
        return _shown(session, services.add(session, actor, draft, position=position)), 201


@blp.route("/rules/<uuid:rule_id>", methods=["PUT"])
@requires(Permission.RULE_CHANGE)
@blp.arguments(ChangeBody)
def change_rule(body: dict[str, Any], rule_id: uuid.UUID) -> dict[str, Any]:
    """Change a rule from now on."""
    actor, version = current_actor(), body.pop("version")
    with transaction() as session:
        draft = draft_from(session, actor.county_code, body)
        rule = services.change(session, actor, rule_id, draft, version=version)
        return _shown(session, rule)


@blp.route("/rules/<uuid:rule_id>/move", methods=["POST"])
@requires(Permission.RULE_CHANGE)
@blp.arguments(MoveRuleBody)
def move_rule(body: dict[str, Any], rule_id: uuid.UUID) -> dict[str, Any]:
    """Let a rule change places with the one before or after it."""
    with transaction() as session:
        rule = services.move(
            session, current_actor(), rule_id, Way(body["way"]), version=body["version"]
        )
        return _shown(session, rule)


@blp.route("/rules/<uuid:rule_id>/off", methods=["POST"])
@requires(Permission.RULE_CHANGE)
@blp.arguments(OffBody)
def switch_off(body: dict[str, Any], rule_id: uuid.UUID) -> dict[str, Any]:
    """Switch a rule off for good."""
    with transaction() as session:
        rule = services.switch_off(
            session, current_actor(), rule_id, body["reason"], version=body["version"]
        )
        return _shown(session, rule)


@blp.route("/rules/dry-run", methods=["POST"])
@requires(Permission.RULE_READ)
@blp.arguments(TryBody)
def try_rule(body: dict[str, Any]) -> dict[str, Any]:
    """Say what a rule would have done with the incidents of the last months; nothing is stored."""
    actor = current_actor()
    asked = {name: body.pop(name) for name in ("rule_id", "position", "months")}
    with transaction() as session:
        draft = draft_from(session, actor.county_code, body)
        return dry_run.run(session, actor, draft, **asked).as_json()
