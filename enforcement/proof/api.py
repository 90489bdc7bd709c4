"""Calls: check in at a checkpoint, read what proves a patrol, judge what is doubtful."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.patrol.terms import VisitWay
from enforcement.permissions import Permission, requires
from enforcement.proof import checking, covering, judging, proving, visiting
from enforcement.proof.checking import Said
from enforcement.proof.models import CheckIn
from enforcement.proof.terms import CHECK_INS, Ruling
from enforcement.sign_in import current_actor
from enforcement.uploads import read_hash

blp = Blueprint("proof_api", __name__, description="巡查")
DEGREES = validate.Range(-180, 180)


class CheckInSchema(ma.Schema):
    """Where somebody is and how that is known; degrees in WGS 84, metres.

    code -- of the QR code or the tag; beat_id -- of a checkpoint whose photo was taken
    sha256 -- of a photo that this account uploaded before; key -- sent twice, it is kept once
    """

    way = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in CHECK_INS]))
    key = ma.fields.Str(required=True, validate=validate.Length(1, 100))
    occurred_at = ma.fields.AwareDateTime(required=True)
    code = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 300))
    beat_id = ma.fields.UUID(load_default=None, allow_none=True)
    lon = ma.fields.Float(load_default=None, allow_none=True, validate=DEGREES)
    lat = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    accuracy_m = ma.fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000)
    )
    mock = ma.fields.Bool(load_default=False)
    note = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 500))
    sha256 = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(64, 64))


class DaySchema(ma.Schema):
    """A day."""

    on = ma.fields.Date(required=True)


class JudgeSchema(ma.Schema):
    """What a doubtful record was, in words."""

    ruling = ma.fields.Str(
        required=True, validate=validate.OneOf([str(Ruling.EXPLAINED), str(Ruling.CONFIRMED)])
    )
    note = ma.fields.Str(required=True, validate=validate.Length(1, 500))
    version = ma.fields.Int(load_default=None, allow_none=True)


class FlagsQuery(ma.Schema):
    """Which flags: of a day, judged ones too."""

    on = ma.fields.Date(load_default=None)
    all = ma.fields.Bool(load_default=False)


def said_of(body: dict[str, Any]) -> Said:
    """Return what a body says, its key apart."""
    digest = body.pop("sha256", None)
    told = {name: value for name, value in body.items() if name != "key"}
    way = VisitWay(told.pop("way"))
    return Said(way=way, stored=read_hash(digest) if digest else None, **told)


def shown(row: CheckIn) -> dict[str, Any]:
    """Return a check-in as JSON."""
    found = plain_row(
        row, "id", "beat_id", "stop_id", "person_id", "way", "occurred_at", "received_at", "lon",
        "lat", "accuracy_m", "distance_m", "within", "mock", "note",
    )  # fmt: skip
    return found | {"sha256": row.sha256.hex() if row.sha256 else None}


@blp.route("/patrols/check-ins", methods=["POST"])
@requires(Permission.PATROL_WALK)
@blp.arguments(CheckInSchema)
def check_in(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Check in at a checkpoint of the county; the stop of the own squad's list is done by it."""
    with transaction() as session:
        row = checking.check_in(session, current_actor(), said_of(body), key=body["key"])
        return shown(row), 201


@blp.route("/patrols/visits", methods=["POST"])
@requires(Permission.POSITION_READ)
@blp.arguments(DaySchema)
def make_visits(body: dict[str, Any]) -> dict[str, Any]:
    """Make the visits of a day anew, where checkpoints were registered or moved since."""
    with transaction() as session:
        return {"visits": visiting.make_day(session, current_actor(), body["on"])}


@blp.route("/patrols/<uuid:patrol_id>/proof")
@requires(Permission.PATROL_READ)
def get_proof(patrol_id: Any) -> dict[str, Any]:
    """Return what proves a patrol: stops planned and actual, coverage, tracks, doubts."""
    with transaction() as session:
        return proving.as_json(proving.proof(session, current_actor(), patrol_id))


@blp.route("/patrols/<uuid:patrol_id>/coverage", methods=["POST"])
@requires(Permission.POSITION_READ)
def make_coverage(patrol_id: Any) -> dict[str, Any]:
    """Make the coverage of a patrol now."""
    with transaction() as session:
        return covering.as_json(covering.make(session, current_actor(), patrol_id))


@blp.route("/patrols/flags")
@requires(Permission.POSITION_READ)
@blp.arguments(FlagsQuery, location="query")
def list_flags(query: dict[str, Any]) -> dict[str, Any]:
    """Return what is doubtful about people of the caller's units."""
    with transaction() as session:
        rows = judging.list_flags(
            session, current_actor(), open_only=not query["all"], on=query["on"]
        )
        return {"flags": [judging.as_json(one) for one in rows]}


@blp.route("/patrols/flags/<uuid:flag_id>", methods=["POST"])
@requires(Permission.POSITION_READ)
@blp.arguments(JudgeSchema)
def judge(body: dict[str, Any], flag_id: Any) -> dict[str, Any]:
    """Say what a doubtful record was."""
    with transaction() as session:
        row = judging.judge(session, current_actor(), flag_id, Ruling(body["ruling"]),
                            body["note"], version=body["version"])  # fmt: skip
        return plain_row(row, "id", "kind", "state", "version")
