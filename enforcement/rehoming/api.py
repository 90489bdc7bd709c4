"""Calls: work that should change hands, a ruling upon it, what a draft would bring."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.rehoming import acts, services
from enforcement.rehoming.services import Choice
from enforcement.rehoming.terms import Ruling
from enforcement.sign_in import current_actor

blp = Blueprint("rehoming_api", __name__, description="辖区变更移交")


class ChoiceBody(ma.Schema):
    """A piece of work by its key, the version that was seen, another unit than the proposed."""

    key = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    version = ma.fields.Int(required=True)
    to_id = ma.fields.UUID(load_default=None, allow_none=True)


class RulingBody(ma.Schema):
    """A ruling upon several pieces of work, all or none."""

    ruling = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in Ruling]))
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))
    chosen = ma.fields.List(
        ma.fields.Nested(ChoiceBody), required=True, validate=validate.Length(1, 5000)
    )


class DayQuery(ma.Schema):
    """From which day the draft would count."""

    on = ma.fields.Date(load_default=None)


@blp.route("/rehoming")
@requires(Permission.REHOME)
def index() -> dict[str, Any]:
    """List the work that should change hands, and the latest rulings."""
    with transaction() as session:
        return acts.listed(session, current_actor())


@blp.route("/rehoming", methods=["POST"])
@requires(Permission.REHOME)
@blp.arguments(RulingBody)
def decide(body: dict[str, Any]) -> dict[str, Any]:
    """Hand over, or keep, several pieces of work."""
    chosen = [Choice(**one) for one in body["chosen"]]
    with transaction() as session:
        batch = services.decide(
            session, current_actor(), chosen, Ruling(body["ruling"]), body["reason"]
        )
        return acts.batch_json(batch)


@blp.route("/rehoming/if/<string:kind>/<uuid:draft_id>")
@requires(Permission.REHOME)
@blp.arguments(DayQuery, location="query")
def what_if(query: dict[str, Any], kind: str, draft_id: Any) -> dict[str, Any]:
    """Say what would change hands if a draft (edition or plan) came into force."""
    trial = acts.TRIALS.get(kind)
    if trial is None:
        raise NotFoundError(_("没有这种操作。"))
    with transaction() as session:
        day = query["on"] or clock.today(session)
        found = trial(session, current_actor(), draft_id, day)
        return {"on": day.isoformat(), "pending": [acts.item_json(item) for item in found]}
