"""Calls: the money of a case as counted today; stop the surcharge, let it go on; the notice."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.case import money, money_acts, queries
from enforcement.case.money_fields import GO_ON, NOTICE, PAUSE
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.law.money import PauseGround
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("case_money_api", __name__, description="罚款缴纳")


def shown(session: Session, actor: Actor, case_id: uuid.UUID) -> dict[str, Any]:
    """Return the money of a case as JSON: every part, its receipts, how late days were counted."""
    case = queries.get(session, actor, case_id)
    today = clock.today(session)
    found = money.of_case(session, case, today)
    return {
        "number": case.number, "counted_on": today.isoformat(), "planned": found.planned,
        "fine_yuan": _yuan(case.fine_yuan), "paid_yuan": _yuan(case.paid_yuan),
        "surcharge_yuan": _yuan(money.owed(session, case, today)),
        "surcharge_paid_yuan": _yuan(case.surcharge_paid_yuan),
        "parts": [
            {"no": one.no, "due_on": one.due_on.isoformat(), "amount_yuan": _yuan(one.amount_yuan),
             "paid_yuan": _yuan(one.paid_yuan), "receipts": list(one.receipts),
             "late_days": one.late_days, "paused_days": one.paused_days,
             "surcharge_yuan": _yuan(one.surcharge_yuan), "missed": one.missed(today)}
            for one in found.rows
        ],
        "pauses": [
            plain_row(one, "ground", "from_on", "until_on", "paper") for one in found.pauses
        ],
    }  # fmt: skip


def _yuan(value: Any) -> str | None:
    return f"{value:.2f}" if value is not None else None


def do(session: Session, actor: Actor, case_id: uuid.UUID, act: str, said: dict[str, Any]) -> None:
    """Carry out an act by its name in the address: pause, go-on, notice."""
    if act == "pause":
        ground = PauseGround(said["ground"])
        money_acts.pause(session, actor, case_id, ground, said["from_on"], said["paper"])
    elif act == "go-on":
        money_acts.go_on(session, actor, case_id, said["until_on"])
    else:
        money_acts.notice(session, actor, case_id)


ACTS = {"pause": PAUSE, "go-on": GO_ON, "notice": NOTICE}


@blp.route("/cases/<uuid:case_id>/money")
@requires(Permission.CASE_READ)
def get_money(case_id: Any) -> dict[str, Any]:
    """Return what is owed today and how it was counted."""
    with transaction() as session:
        return shown(session, current_actor(), case_id)


def _register(act: str) -> None:
    def carry_out(body: dict[str, Any], case_id: Any) -> dict[str, Any]:
        with transaction() as session:
            do(session, current_actor(), case_id, act, body)
            return shown(session, current_actor(), case_id)

    carry_out.__name__ = f"{act.replace('-', '_')}_money"
    carry_out.__doc__ = f"Money of a case: {act}."
    name = "Money" + act.title().replace("-", "")
    blp.route(f"/cases/<uuid:case_id>/money/{act}", methods=["POST"])(
        requires(Permission.CASE_WORK)(blp.arguments(schema_of(name, ACTS[act]))(carry_out))
    )


for _act in ACTS:
    _register(_act)
