"""Calls: the evidence of a case, its files, new and corrected items, custody."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement import files, uploads
from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.api_document import file
from enforcement.case import exhibits, queries, recordings
from enforcement.case.exhibit_views import file_of
from enforcement.case.exhibits import Move
from enforcement.db import transaction
from enforcement.evidence import queries as evidence
from enforcement.evidence.models import EvidenceItem
from enforcement.evidence.storing import Draft
from enforcement.glass.door import opens_by_grant
from enforcement.law.evidence import CustodyAct, EvidenceKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("exhibit_api", __name__, description="证据")
COLUMNS = (
    "id", "no", "kind", "name", "sha256", "captured_at", "lon", "lat", "distance_m", "place",
    "device", "taker", "source", "proves", "of_seq", "measure_entry_id", "from_incident",
    "replaces_id", "reason", "by_name", "at", "media_type",
)  # fmt: skip


def _text(most: int = 200, **more: Any) -> Any:
    return ma.fields.Str(validate=validate.Length(1, most), **more)


class ItemQuery(ma.Schema):
    """An item; the body holds its bytes, or is empty where `sha256` names an upload of the caller.

    sha256 -- as the phone computed it, compared with the bytes; lon, lat -- degrees, WGS 84
    """

    kind = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in EvidenceKind]))
    name = _text(required=True)
    captured_at = ma.fields.AwareDateTime(required=True)
    taker = _text(required=True)
    source = _text(required=True)
    sha256 = ma.fields.Str(load_default=None, validate=validate.Regexp("[0-9a-f]{64}$"))
    lon = ma.fields.Float(load_default=None, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, validate=validate.Range(-90, 90))
    place = _text(load_default=None)
    device = _text(load_default=None)
    proves = _text(4000, load_default=None)
    of_seq = ma.fields.Int(load_default=None)
    measure_entry_id = ma.fields.UUID(load_default=None)
    replaces_id = ma.fields.UUID(load_default=None)
    reason = _text(4000, load_default=None)
    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))


class CustodyStep(ma.Schema):
    """One step of a physical item's custody."""

    act = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in CustodyAct]))
    giver = _text(required=True)
    taker = _text(required=True)
    place = _text(required=True)
    happened_at = ma.fields.AwareDateTime(required=True)
    note = _text(4000, load_default=None)


def shown(item: EvidenceItem) -> dict[str, Any]:
    """Return an item as JSON."""
    return plain_row(item, *COLUMNS)


@blp.route("/cases/<uuid:case_id>/evidence")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def list_evidence(case_id: Any) -> dict[str, Any]:
    """Items of a case by number, the custody of physical ones, and acts that lack a record."""
    with transaction() as session:
        case = queries.get(session, current_actor(), case_id)
        items = evidence.of_case(session, case.county_code, case.id)
        entries = queries.history(session, case.county_code, case.id)
        steps = evidence.custody(session, case.county_code, case.id)
        in_use = {one.id for one in evidence.in_use(items)}
        return {
            "items": [shown(one) | {"in_use": one.id in in_use} for one in items],
            "custody": [
                plain_row(
                    one, "item_id", "seq", "act", "giver", "taker", "place", "happened_at", "note",
                    "by_name", "at",
                )
                for one in steps
            ],
            "lacking": [
                {"seq": one.seq, "measure_entry_id": str(one.entry_id) if one.entry_id else None,
                 "measure": one.number, "event": one.rule.event, "must": one.rule.must,
                 "source": one.rule.source}
                for one in recordings.lacking(session, case, entries, items)
            ],
        }  # fmt: skip


@blp.route("/cases/<uuid:case_id>/evidence", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(ItemQuery, location="query")
def add_evidence(query: dict[str, Any], case_id: Any) -> tuple[dict[str, Any], int]:
    """Enter an item with the bytes of the body, or those that the caller uploaded before."""
    actor, data = current_actor(), request.get_data()
    key, claimed = query.pop("key"), query.pop("sha256")
    digest = uploads.read_hash(claimed) if claimed else None
    draft = Draft(EvidenceKind(query.pop("kind")), **query)
    with transaction() as session:
        queries.get(session, actor, case_id)
        if not data and digest:
            data = _uploaded(session, actor, digest)
        item = exhibits.add(session, actor, case_id, draft, data or None, claimed=digest, key=key)
        return shown(item), 201


def _uploaded(session: Any, actor: Actor, digest: bytes) -> bytes:
    uploads.require(session, actor.county_code, actor.account_id, [digest])
    return files.read(actor.county_code, digest)


@blp.route("/cases/<uuid:case_id>/evidence/<uuid:item_id>/file")
@blp.doc(responses=file("*/*"))
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def get_evidence_file(case_id: Any, item_id: Any) -> Response:
    """Return the original bytes of an item."""
    with transaction() as session:
        item = exhibits.get(session, current_actor(), case_id, item_id)
        return file_of(item, item.sha256)


@blp.route("/cases/<uuid:case_id>/evidence/<uuid:item_id>/custody", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(CustodyStep)
def move_evidence(body: dict[str, Any], case_id: Any, item_id: Any) -> tuple[dict[str, Any], int]:
    """Add a step to the custody of a physical item."""
    step = Move(CustodyAct(body.pop("act")), **body)
    with transaction() as session:
        row = exhibits.move(session, current_actor(), case_id, item_id, step)
        return plain_row(row, "seq", "act", "giver", "taker", "place", "happened_at"), 201
