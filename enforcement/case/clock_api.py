"""Calls: the clock of a case, excluding time, ending that, extending the period."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import queries, timing
from enforcement.case.clock_fields import END, EXCLUDE, EXTEND
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.glass.door import opens_by_grant
from enforcement.law.timing import Approval, Clock, Excluded
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.timing import clocks

blp = Blueprint("case_api", __name__, description="案件")  # api.py adds its calls
ExcludeSchema = schema_of("ExcludeTime", EXCLUDE)
EndSchema = schema_of("EndExclusion", END)
ExtendSchema = schema_of("ExtendPeriod", EXTEND)


def shown(session: Session, case: CaseFile) -> dict[str, Any]:
    """Return the clock of a case as JSON; `clock` is None where none runs."""
    found = timing.clock_of(session, case, clock.today(session))
    return {
        "id": str(case.id),
        "number": case.number,
        "version": case.version,
        "clock": _clock(found) if found else None,
        "open": [
            {"id": str(row.id), "kind": row.kind, "first_on": row.first_on.isoformat()}
            for row in clocks.open_exclusions(session, case.county_code, case.id)
        ],
    }


def _clock(found: Clock) -> dict[str, Any]:
    return {
        "raw": found.raw.isoformat(),
        "due": found.due.isoformat() if found.due else None,
        "alarm": found.alarm.isoformat() if found.alarm else None,
        "stopped_on": found.stopped_on.isoformat() if found.stopped_on else None,
        "allowed_days": found.allowed,
        "excluded_days": found.excluded,
        "excluded": [
            {"kind": str(one.kind), "first_on": one.first.isoformat(),
             "last_on": one.last.isoformat() if one.last else None, "reason": one.reason,
             "paper": one.paper}
            for one in found.spans
        ],
        "extensions": [
            {"approval": str(one.approval), "days": one.days, "reason": one.reason,
             "granted_on": one.granted_on.isoformat()}
            for one in found.extensions
        ],
        "basis": found.profile.basis,
        "how": [{"rule": step.rule, "text": step.zh} for step in found.how],
    }  # fmt: skip


@blp.route("/cases/<uuid:case_id>/clock")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def get_clock(case_id: uuid.UUID) -> dict[str, Any]:
    """When the period of a case ends, and how that was counted."""
    with transaction() as session:
        return shown(session, queries.get(session, current_actor(), case_id))


@blp.route("/cases/<uuid:case_id>/exclusions", methods=["POST"])
@requires(Permission.CASE_READ)
@blp.arguments(ExcludeSchema)
def exclude(body: dict[str, Any], case_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    """Let time not count; officers of the case, for suspending it the head."""
    with transaction() as session:
        actor = current_actor()
        row = do_exclude(session, actor, case_id, body)
        return shown(session, queries.get(session, actor, case_id)) | {"made": str(row)}, 201


def do_exclude(
    session: Session, actor: Actor, case_id: uuid.UUID, said: dict[str, Any]
) -> uuid.UUID:
    """Carry out what a form, body or command says; return the id of the excluded time."""
    row = timing.exclude(
        session, actor, case_id, Excluded(said["kind"]), said["reason"], said["paper"],
        said["first_on"], version=said.get("version"),
    )  # fmt: skip
    return row.id


@blp.route("/cases/<uuid:case_id>/exclusions/<uuid:exclusion_id>/end", methods=["POST"])
@requires(Permission.CASE_READ)
@blp.arguments(EndSchema)
def end(body: dict[str, Any], case_id: uuid.UUID, exclusion_id: uuid.UUID) -> dict[str, Any]:
    """End excluded time with its last day and a paper."""
    with transaction() as session:
        actor = current_actor()
        timing.end(
            session, actor, case_id, exclusion_id, body["last_on"], body["paper"],
            version=body.get("version"),
        )  # fmt: skip
        return shown(session, queries.get(session, actor, case_id))


@blp.route("/cases/<uuid:case_id>/extensions", methods=["POST"])
@requires(Permission.CASE_READ)
@blp.arguments(ExtendSchema)
def extend(body: dict[str, Any], case_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    """Lengthen the period: the head once, collective discussion once more."""
    with transaction() as session:
        actor = current_actor()
        do_extend(session, actor, case_id, body)
        return shown(session, queries.get(session, actor, case_id)), 201


def do_extend(session: Session, actor: Actor, case_id: uuid.UUID, said: dict[str, Any]) -> None:
    """Carry out what a form, body or command says."""
    timing.extend(
        session, actor, case_id, Approval(said["approval"]), said["reason"],
        days=said.get("days"), paper=said.get("paper"), version=said.get("version"),
    )  # fmt: skip
