"""Calls: the balance between squads, and proposals for fairer ones."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.jurisdiction import plan_state
from enforcement.overview import balance, proposal
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("overview_api", __name__, description="地图报告")


class BalanceQuery(ma.Schema):
    """A day, by default today."""

    on = ma.fields.Date(load_default=None)


class ProposeBody(ma.Schema):
    """What counts, and how much; for which squads together; at most how many villages."""

    weights = ma.fields.Dict(
        keys=ma.fields.Str(), values=ma.fields.Float(), required=True,
        metadata={"example": {"incidents": 1, "area": 1}},
    )  # fmt: skip
    scope = ma.fields.Str(load_default=proposal.BRIGADES)
    most = ma.fields.Int(load_default=None, validate=validate.Range(0, 5000))
    on = ma.fields.Date(load_default=None)
    save = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))
    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))


@blp.route("/balance")
@requires(Permission.JURISDICTION_READ)
@blp.arguments(BalanceQuery, location="query")
def get_balance(query: dict[str, Any]) -> dict[str, Any]:
    """Squads of a day by area, villages, people, incidents and cases of 12 months, and staff."""
    with transaction() as session:
        return balance.balance(session, current_actor(), query["on"]).as_json()


@blp.route("/balance/proposals", methods=["POST"])
@requires(Permission.DUTY_PLAN)
@blp.arguments(ProposeBody)
def propose(body: dict[str, Any]) -> dict[str, Any]:
    """Propose fairer regions; `save` names the draft plan that is made of them."""
    name, key, actor = body.pop("save"), body.pop("key"), current_actor()
    with transaction() as session:
        found = proposal.propose(session, actor, **body)
        saved = proposal.save(session, actor, found, name, key=key) if name else None
        plan = plan_state.plan_json(saved) if saved else None
        return {**found.as_json(), "plan": plan}
