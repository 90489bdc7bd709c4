"""Calls: decide on the spot, carry out each act of the summary procedure, read what was decided."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.api_document import file
from enforcement.case.models import Party
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document import sign_api
from enforcement.fields import schema_of
from enforcement.i18n import reason_of
from enforcement.law.spot_terms import SpotEvent, SpotState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.spot import acts, papers, queries, services
from enforcement.spot.facts import following
from enforcement.spot.models import SpotPenalty

blp = Blueprint("spot_api", __name__, description="当场处罚（简易程序）")
sign_api.register(blp, "/spot/<uuid:spot_id>", "spot_id", services.to_sign)
DecideSchema = schema_of("DecideOnTheSpot", acts.DECIDE)


class ListQuery(ma.Schema):
    """Which penalties, and after which row."""

    state = ma.fields.Str(load_default=None, validate=validate.OneOf([str(s) for s in SpotState]))
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def shown(spot: SpotPenalty) -> dict[str, Any]:
    """Return a penalty as JSON."""
    return plain_row(
        spot, "id", "number", "state", "matter_code", "act", "place", "place_code", "acted_at",
        "unit_code", "organ", "kind", "fine_yuan", "plea", "decided_at", "payment_due_on",
        "review_until_on", "report_due_on", "reported_on", "collect_ground", "collected_on",
        "hand_in_due_on", "handed_in_on", "paid_yuan", "surcharge_yuan", "surcharge_paid_yuan",
        "closed_on", "version",
    )  # fmt: skip


def in_full(session: Session, spot: SpotPenalty) -> dict[str, Any]:
    """Return a penalty with its history and the gates of every act that may follow."""
    today = clock.today(session)
    party = session.get_one(Party, (spot.county_code, spot.party_id))
    return shown(spot) | {
        "party_name": party.name,
        "papers": [
            plain_row(paper, "id", "code", "number", "issued_at", "sha256")
            for paper in documents.list_of_spot(session, spot.county_code, spot.id)
        ],
        "history": [
            plain_row(row, "seq", "event", "state", "by_name", "at", "article", "detail")
            for row in queries.history(session, spot)
        ],
        "next": [
            {"event": str(one.step.event), "article": one.step.source.zh,
             "gates": [{"id": gate.id, "open": gate.open, "reason": reason_of(gate),
                        "rule": gate.rule, "article": gate.article} for gate in one.gates]}
            for one in following(session, spot, today)
        ],
    }  # fmt: skip


@blp.route("/spot", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(DecideSchema)
def decide(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Decide on the spot and hand the decision over."""
    body.pop("version", None)
    key = body.pop("key", None)
    with transaction() as session:
        made = services.decide(session, current_actor(), body, key=key)
        return in_full(session, made), 201


@blp.route("/spot")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_spot(query: dict[str, Any]) -> dict[str, Any]:
    """Penalties on the spot that the caller may see, the latest first."""
    with transaction() as session:
        found = queries.list_page(
            session, current_actor(), state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
    return {
        "penalties": [
            shown(row.spot) | {"party_name": row.party_name, "unit_name": row.unit_name}
            for row in found
        ],
        "next": next_page([row.spot for row in found], query["limit"], "decided_at"),
    }


@blp.route("/spot/<uuid:spot_id>")
@requires(Permission.CASE_READ)
def get_spot(spot_id: Any) -> dict[str, Any]:
    """One penalty with its history and what may follow."""
    with transaction() as session:
        return in_full(session, queries.get(session, current_actor(), spot_id))


class WidthQuery(ma.Schema):
    """Width of the roll in mm."""

    width = ma.fields.Int(load_default=58, validate=validate.OneOf([58, 80]))


@blp.route("/spot/<uuid:spot_id>/receipt")
@blp.doc(responses=file("application/octet-stream"))
@requires(Permission.DOCUMENT_READ)
@blp.arguments(WidthQuery, location="query")
def receipt(query: dict[str, Any], spot_id: Any) -> Response:
    """Return the decision as ESC/POS bytes for a roll printer."""
    with transaction() as session:
        data = papers.ticket(session, current_actor(), spot_id, query["width"])
    return Response(data, mimetype="application/octet-stream")


def _register(event: SpotEvent) -> None:
    def carry_out(body: dict[str, Any], spot_id: Any) -> dict[str, Any]:
        key, version = body.pop("key", None), body.pop("version", None)
        with transaction() as session:
            actor = current_actor()
            spot = services.carry_out(
                session, actor, spot_id, event, body, key=key, version=version
            )
            return in_full(session, spot)

    carry_out.__name__, carry_out.__doc__ = f"{event}_spot", event.zh
    name = "".join(word.capitalize() for word in event.value.split("_"))
    blp.route(f"/spot/<uuid:spot_id>/{event.value.replace('_', '-')}", methods=["POST"])(
        requires(Permission.CASE_WORK)(
            blp.arguments(schema_of(f"Spot{name}", acts.FIELDS[event]))(carry_out)
        )
    )


for _event in acts.FIELDS:
    _register(_event)
