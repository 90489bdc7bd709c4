"""Calls: search parties, one party, correct, merge and part again, consents to e-service."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.party import acts, queries, services
from enforcement.party.shown import brief, in_full
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("party_api", __name__, description="当事人")


class SearchQuery(ma.Schema):
    """Part of a name, or a whole number; after -- id of the last row of the page before."""

    name = ma.fields.Str(load_default="")
    number = ma.fields.Str(load_default="")
    after = ma.fields.UUID(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


class MergeBody(ma.Schema):
    """The record that goes on, and why."""

    into = ma.fields.UUID(required=True)
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 4000))
    version = ma.fields.Int(load_default=None)


@blp.route("/parties")
@requires(Permission.CASE_READ)
@blp.arguments(SearchQuery, location="query")
def search_parties(query: dict[str, Any]) -> dict[str, Any]:
    """Parties of cases that the caller sees; by number only with the right, and logged."""
    with transaction() as session:
        found = queries.search(session, current_actor(), **query)
    full = len(found) == query["limit"]
    return {
        "parties": [brief(one.party) | {"cases": one.cases} for one in found],
        "next": str(found[-1].party.id) if full else None,
    }


@blp.route("/parties/<uuid:party_id>")
@requires(Permission.CASE_READ)
def get_party(party_id: Any) -> dict[str, Any]:
    """One party, or the record that it was merged into."""
    actor = current_actor()
    with transaction() as session:
        now = queries.surviving_id(session, actor.county_code, party_id)
        return in_full(session, actor, queries.get(session, actor, now))


@blp.route("/parties/<uuid:party_id>/correct", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(schema_of("CorrectParty", acts.CORRECT))
def correct_party(body: dict[str, Any], party_id: Any) -> dict[str, Any]:
    """Change the name of a record."""
    body.pop("key", None)
    actor = current_actor()
    with transaction() as session:
        return in_full(session, actor, services.correct(session, actor, party_id, **body))


@blp.route("/parties/<uuid:party_id>/consent", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(schema_of("PartyConsent", acts.CONSENT))
def consent_party(body: dict[str, Any], party_id: Any) -> dict[str, Any]:
    """Take down what a party declared of electronic service."""
    actor = current_actor()
    with transaction() as session:
        services.consent(
            session, actor, party_id, agreed=bool(body["agreed"]), address=body["address"],
            signed_on=body["signed_on"], paper=body["paper"],
        )  # fmt: skip
        return in_full(session, actor, queries.get(session, actor, party_id))


@blp.route("/parties/<uuid:party_id>/merge", methods=["POST"])
@requires(Permission.PARTY_MERGE)
@blp.arguments(MergeBody)
def merge_party(body: dict[str, Any], party_id: Any) -> dict[str, Any]:
    """Let another record stand for this one; returns the one that goes on."""
    actor = current_actor()
    with transaction() as session:
        stays = services.merge(
            session, actor, party_id, body["into"], reason=body["reason"], version=body["version"]
        )
        return in_full(session, actor, stays)


@blp.route("/parties/<uuid:party_id>/unmerge", methods=["POST"])
@requires(Permission.PARTY_MERGE)
@blp.arguments(schema_of("UnmergeParty", acts.UNMERGE))
def unmerge_party(body: dict[str, Any], party_id: Any) -> dict[str, Any]:
    """Undo the merge of a record; returns it with its cases."""
    actor = current_actor()
    with transaction() as session:
        found = services.unmerge(session, actor, party_id, reason=body["reason"])
        return brief(found)
