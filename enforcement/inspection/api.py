"""Calls: propose an inspection, carry out each act of it, read what was inspected."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document import sign_api
from enforcement.fields import Field, schema_of
from enforcement.i18n import _l, reason_of
from enforcement.inspection import acts, making, queries, services
from enforcement.inspection.facts import following
from enforcement.inspection.models import Inspection
from enforcement.law.inspection_terms import InspectionEvent, InspectionState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("inspection_api", __name__, description="涉企行政检查")
sign_api.register(blp, "/inspections/<uuid:inspection_id>", "inspection_id", services.to_sign)
ProposeSchema = schema_of("ProposeInspection", acts.PROPOSE)
GATE = Field("gate_code", "text", _l("企业码"), required=False)


class ListQuery(ma.Schema):
    """Which inspections, and after which row."""

    state = ma.fields.Str(
        load_default=None, validate=validate.OneOf([str(s) for s in InspectionState])
    )
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def fields_of(event: InspectionEvent) -> tuple[Field, ...]:
    """Return what a call of an act takes: what the page asks for, and the code read at the gate."""
    more = (GATE,) if event is InspectionEvent.ENTER else ()
    return (*acts.FIELDS[event], *more)


def shown(row: Inspection) -> dict[str, Any]:
    """Return an inspection as JSON."""
    return plain_row(
        row, "id", "number", "state", "matter_code", "source", "reason", "content", "basis",
        "from_on", "until_on", "unit_code", "organ", "proposed_at", "entered_at", "visits",
        "result", "findings", "corrections", "correct_until", "rechecked", "concluded_on",
        "publish_due_on", "published_at", "case_id", "version",
    )  # fmt: skip


def in_full(session: Session, row: Inspection) -> dict[str, Any]:
    """Return an inspection with papers, history and the gates of every act that may follow."""
    today = clock.today(session)
    enterprise = making.known_enterprise(session, row)
    return shown(row) | {
        "enterprise": plain_row(enterprise, "uscc", "name", "address", "village_code"),
        "joined": [
            {"unit": name, "content": join.content} for join, name in queries.joins(session, row)
        ],
        "papers": [
            plain_row(paper, "id", "code", "number", "issued_at", "sha256")
            for paper in documents.list_of_inspection(session, row.county_code, row.id)
        ],
        "history": [
            plain_row(entry, "seq", "event", "state", "by_name", "at", "article", "detail")
            for entry in queries.history(session, row)
        ],
        "next": [
            {"event": str(one.step.event), "article": one.step.source.zh,
             "gates": [{"id": gate.id, "open": gate.open, "reason": reason_of(gate),
                        "rule": gate.rule, "article": gate.article} for gate in one.gates]}
            for one in following(session, row, enterprise, today)
        ],
    }  # fmt: skip


@blp.route("/inspections", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(ProposeSchema)
def propose(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Propose an inspection."""
    body.pop("version", None)
    key = body.pop("key", None)
    with transaction() as session:
        made = services.propose(session, current_actor(), body, key=key)
        return in_full(session, made), 201


@blp.route("/inspections")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_inspections(query: dict[str, Any]) -> dict[str, Any]:
    """Inspections that the caller may see, the newest first."""
    with transaction() as session:
        found = queries.list_page(
            session, current_actor(), state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
    return {
        "inspections": [
            shown(row.inspection) | {"enterprise": row.enterprise, "unit_name": row.unit_name}
            for row in found
        ],
        "next": next_page([row.inspection for row in found], query["limit"], "proposed_at"),
    }


@blp.route("/inspections/<uuid:inspection_id>")
@requires(Permission.CASE_READ)
def get_inspection(inspection_id: Any) -> dict[str, Any]:
    """One inspection with its history and what may follow."""
    with transaction() as session:
        return in_full(session, queries.get(session, current_actor(), inspection_id))


def _register(event: InspectionEvent) -> None:
    def carry_out(body: dict[str, Any], inspection_id: Any) -> dict[str, Any]:
        key, version = body.pop("key", None), body.pop("version", None)
        gate_code = body.pop("gate_code", None)
        with transaction() as session:
            row = services.carry_out(
                session, current_actor(), inspection_id, event, body, gate_code=gate_code,
                key=key, version=version,
            )  # fmt: skip
            return in_full(session, row)

    carry_out.__name__, carry_out.__doc__ = f"{event}_inspection", event.zh
    blp.route(f"/inspections/<uuid:inspection_id>/{event.value}", methods=["POST"])(
        requires(services.permission_of(event))(
            blp.arguments(schema_of(f"Inspection{event.value.capitalize()}", fields_of(event)))(
                carry_out
            )
        )
    )


for _event in acts.FIELDS:
    _register(_event)
