"""Calls: the money of a case as counted today; the payment notice."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.case import money, money_acts, queries
from enforcement.db import transaction
from enforcement.glass.door import opens_by_grant
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


@blp.route("/cases/<uuid:case_id>/money")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def get_money(case_id: Any) -> dict[str, Any]:
    """Return what is owed today and how it was counted."""
    with transaction() as session:
        return shown(session, current_actor(), case_id)


@blp.route("/cases/<uuid:case_id>/money/notice", methods=["POST"])
@requires(Permission.CASE_WORK)
def issue_money_notice(case_id: Any) -> dict[str, Any]:
    """Issue the payment notice (D44)."""
    with transaction() as session:
        money_acts.notice(session, current_actor(), case_id)
        return shown(session, current_actor(), case_id)
