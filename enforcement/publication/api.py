"""Calls: what waits for publication, the review of a decision, its withdrawal."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint

from enforcement.api import plain_row
from enforcement.api_document import file
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.law.redaction import Outcome
from enforcement.permissions import Permission, requires
from enforcement.publication import acts, cards, queries, services
from enforcement.publication.models import Publication
from enforcement.sign_in import current_actor

blp = Blueprint("publication_api", __name__, description="决定公示")


class PaperQuery(ma.Schema):
    """Which paper: a notice of demolition; without it the newest decision."""

    paper = ma.fields.UUID(load_default=None)


def shown(row: Publication) -> dict[str, Any]:
    """Return a review as JSON."""
    return plain_row(
        row, "id", "case_id", "document_id", "outcome", "reason", "shown", "sha256", "decided_on",
        "due_on", "by_name", "at",
    )  # fmt: skip


@blp.route("/publications")
@requires(Permission.PUBLISH)
def list_waiting() -> dict[str, Any]:
    """Decisions that wait for a review or a withdrawal with the last day, and what is public."""
    actor = current_actor()
    with transaction() as session:
        waiting = queries.waiting(session, actor)
        public = queries.public_page(session, actor.county_code)
    return {
        "waiting": [
            {
                "case_id": str(one.case.id),
                "number": one.case.number,
                "act": "withdraw" if one.publication else "review",
                "publication_id": str(one.publication.id) if one.publication else None,
                "document_id": str(one.document_id) if one.document_id else None,
                "notice": one.notice,
                "limit": one.limit_id,
                "due_on": one.due_on.isoformat() if one.due_on else None,
            }
            for one in waiting
        ],
        "public": [shown(row) for row in public],
    }


@blp.route("/cases/<uuid:case_id>/publication", methods=["POST"])
@requires(Permission.PUBLISH)
@blp.arguments(PaperQuery, location="query")
@blp.arguments(schema_of("ReviewPublication", acts.REVIEW))
def review_publication(
    query: dict[str, Any], body: dict[str, Any], case_id: Any
) -> tuple[dict[str, Any], int]:
    """Review a decision, or with ?paper= a notice of demolition, for publication."""
    with transaction() as session:
        row = services.review(
            session, current_actor(), case_id, outcome=Outcome(body["outcome"]),
            reason=body["reason"], name_person=bool(body["name_person"]), hide=body["hide"] or "",
            document_id=query["paper"],
        )  # fmt: skip
        return shown(row), 201


@blp.route("/publications/<uuid:publication_id>/withdraw", methods=["POST"])
@requires(Permission.PUBLISH)
@blp.arguments(schema_of("WithdrawPublication", acts.WITHDRAW))
def withdraw_publication(body: dict[str, Any], publication_id: Any) -> dict[str, Any]:
    """Take a published decision back."""
    with transaction() as session:
        row = services.withdraw(session, current_actor(), publication_id, reason=body["reason"])
        return plain_row(row, "publication_id", "reason", "by_name", "at")


@blp.route("/units/<uuid:unit_id>/cards")
@blp.doc(responses=file("application/pdf"))
@requires(Permission.PEOPLE_READ)
def officer_cards(unit_id: Any) -> Response:
    """Return the cards of a unit's certified officers as PDF."""
    with transaction() as session:
        return Response(cards.sheet(session, current_actor(), unit_id), mimetype="application/pdf")
