"""Calls: leave and swaps."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from enforcement import clock
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.roster import freeing, leave, services, shown, swap_queries
from enforcement.roster.api_planning import REASON, blp, key, words
from enforcement.roster.leave import LeaveIn
from enforcement.roster.swaps import SwapIn
from enforcement.roster.terms import LeaveKind
from enforcement.sign_in import current_actor


class LeaveBody(ma.Schema):
    """Leave to ask for; for somebody else where his roster is one's own to change."""

    kind = ma.fields.Str(required=True, validate=words(LeaveKind))
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    reason = ma.fields.Str(load_default="", validate=REASON)
    person_id = ma.fields.UUID(load_default=None, allow_none=True)
    key = key()


class DecideBody(ma.Schema):
    """Whether to approve, and why not; `freed` -- how many shifts one was shown."""

    approve = ma.fields.Bool(required=True)
    note = ma.fields.Str(load_default="", validate=REASON)
    version = ma.fields.Int(load_default=None, allow_none=True)
    freed = ma.fields.Int(load_default=None, allow_none=True)


class SwapBody(ma.Schema):
    """To whom, or for which shift in exchange."""

    to_person_id = ma.fields.UUID(load_default=None, allow_none=True)
    other_shift_id = ma.fields.UUID(load_default=None, allow_none=True)
    reason = ma.fields.Str(load_default="", validate=REASON)
    key = key()


class AnswerBody(ma.Schema):
    """Yes or no, and why."""

    agree = ma.fields.Bool(required=True)
    note = ma.fields.Str(load_default="", validate=REASON)


@blp.route("/roster/leave", methods=["GET"])
@requires(Permission.ROSTER_READ)
def list_leave() -> dict[str, Any]:
    """List the leave that the caller sees: his own, and that of people whose roster he changes."""
    actor = current_actor()
    with transaction() as session:
        found = leave.list_leave(session, actor)
        return {
            "leave": [
                shown.leave_json(row.leave, row.person_name) | {"decides": row.decides}
                for row in found
            ]
        }


@blp.route("/roster/leave", methods=["POST"])
@requires(Permission.ROSTER_READ)
@blp.arguments(LeaveBody)
def ask_leave(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Ask for leave."""
    what = LeaveIn(LeaveKind(body["kind"]), body["starts_at"], body["ends_at"], body["reason"])
    with transaction() as session:
        row = services.ask_leave(
            session, current_actor(), what, person_id=body["person_id"], key=body["key"]
        )
        return shown.leave_json(row), 201


@blp.route("/roster/leave/<uuid:leave_id>")
@requires(Permission.ROSTER_READ)
def get_leave(leave_id: Any) -> dict[str, Any]:
    """One application, with the shifts that approving it would free."""
    actor = current_actor()
    with transaction() as session:
        row = leave.get_leave(session, actor, leave_id)
        found = freeing.parts(session, row, clock.now(session))
        parts = [
            {"shift_id": str(one.shift.id), "unit": one.unit_name, "kind": one.shift.kind,
             "starts_at": shown.local(one.starts_at), "ends_at": shown.local(one.ends_at)}
            for one in found
        ]  # fmt: skip
        return shown.leave_json(row) | {"would_free": parts}


@blp.route("/roster/leave/<uuid:leave_id>/decide", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(DecideBody)
def decide_leave(body: dict[str, Any], leave_id: Any) -> dict[str, Any]:
    """Approve or refuse leave; approving frees the person's shifts."""
    with transaction() as session:
        approve = body.pop("approve")
        return shown.leave_json(
            services.decide_leave(session, current_actor(), leave_id, approve, **body)
        )


@blp.route("/roster/leave/<uuid:leave_id>/cancel", methods=["POST"])
@requires(Permission.ROSTER_READ)
def cancel_leave(leave_id: Any) -> dict[str, Any]:
    """Take leave back, or end it now."""
    with transaction() as session:
        return shown.leave_json(services.cancel_leave(session, current_actor(), leave_id))


@blp.route("/roster/swaps")
@requires(Permission.ROSTER_READ)
def list_swaps() -> dict[str, Any]:
    """List the swaps that the caller sees."""
    with transaction() as session:
        found = swap_queries.list_swaps(session, current_actor())
        return {
            "swaps": [
                shown.swap_json(row.swap)
                | {"unit": row.unit_name, "from": row.from_name, "to": row.to_name}
                | {"starts_at": shown.local(row.shift.starts_at)}
                for row in found
            ]
        }


@blp.route("/roster/shifts/<uuid:shift_id>/swap", methods=["POST"])
@requires(Permission.ROSTER_READ)
@blp.arguments(SwapBody)
def ask_swap(body: dict[str, Any], shift_id: Any) -> tuple[dict[str, Any], int]:
    """Ask another person to take one's shift, or to exchange it."""
    what = SwapIn(body["to_person_id"], body["other_shift_id"], body["reason"])
    with transaction() as session:
        row = services.ask_swap(session, current_actor(), shift_id, what, key=body["key"])
        return shown.swap_json(row), 201


@blp.route("/roster/swaps/<uuid:swap_id>/answer", methods=["POST"])
@requires(Permission.ROSTER_READ)
@blp.arguments(AnswerBody)
def answer_swap(body: dict[str, Any], swap_id: Any) -> dict[str, Any]:
    """Agree to a swap, or decline."""
    with transaction() as session:
        return shown.swap_json(
            services.answer_swap(
                session, current_actor(), swap_id, body["agree"], note=body["note"]
            )
        )


@blp.route("/roster/swaps/<uuid:swap_id>/decide", methods=["POST"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(AnswerBody)
def decide_swap(body: dict[str, Any], swap_id: Any) -> dict[str, Any]:
    """Approve a swap that both agreed to, or refuse it."""
    with transaction() as session:
        return shown.swap_json(
            services.decide_swap(
                session, current_actor(), swap_id, body["agree"], note=body["note"]
            )
        )


@blp.route("/roster/swaps/<uuid:swap_id>/withdraw", methods=["POST"])
@requires(Permission.ROSTER_READ)
def withdraw_swap(swap_id: Any) -> dict[str, Any]:
    """Take a swap back."""
    with transaction() as session:
        return shown.swap_json(services.withdraw_swap(session, current_actor(), swap_id))
