"""Calls upon timers of people who work alone: begin, well, end, list, answer."""

from __future__ import annotations

import uuid
from typing import Any, Final

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.roster import reach
from enforcement.safety import alone, posts, queries
from enforcement.safety.alone import Word
from enforcement.safety.models import AloneWatch
from enforcement.sign_in import current_actor

blp = Blueprint("safety_api", __name__, description="单独执勤")
ACTS: Final = {"start": alone.start, "well": alone.well, "end": alone.end}


class WordSchema(ma.Schema):
    """What somebody says of himself; waited_s -- how long it lay on his phone."""

    place = ma.fields.Str(load_default="", validate=validate.Length(0, alone.LONGEST))
    minutes = ma.fields.Int(
        load_default=None, allow_none=True, validate=validate.Range(1, alone.LONGEST_MIN)
    )
    waited_s = ma.fields.Float(load_default=0.0, validate=validate.Range(0, 7 * 86_400))
    lon = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    accuracy_m = ma.fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000)
    )


class AloneActSchema(WordSchema):
    """A word under a key: the same key changes nothing more."""

    act = ma.fields.Str(required=True, validate=validate.OneOf(list(ACTS)))
    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))


class AnswerSchema(ma.Schema):
    """How an alarm is dealt with, in words."""

    words = ma.fields.Str(required=True, validate=validate.Length(1, 200))


def shown(row: AloneWatch) -> dict[str, Any]:
    """Return a timer as JSON."""
    return plain_row(
        row, "id", "person_id", "unit_code", "place", "minutes", "state", "began_at", "ask_at",
        "alarmed_at", "answered_at", "answered_by_name", "escalated_at", "incident_id", "ended_at",
    )  # fmt: skip


class UnitSchema(ma.Schema):
    """Which unit is meant, by its code."""

    unit = ma.fields.Str(required=True)


class PostSchema(ma.Schema):
    """Where the post of a unit is: degrees, and metres around it (none: as the county has set)."""

    unit = ma.fields.Str(required=True)
    lon = ma.fields.Float(required=True)
    lat = ma.fields.Float(required=True)
    radius_m = ma.fields.Int(load_default=None, allow_none=True)


@blp.route("/posts", methods=["PUT"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(PostSchema())
def place_post(body: dict[str, Any]) -> dict[str, Any]:
    """Say where the post of a unit is, from which nobody on duty at its desk should go away."""
    with transaction() as session:
        actor = current_actor()
        unit = reach.unit_to_read(session, actor, body.pop("unit"))
        row = posts.place(session, actor, unit.id, **body)
        return plain_row(row, "unit_id", "lon", "lat", "radius_m", "set_at") | {"unit": unit.code}


@blp.route("/posts", methods=["DELETE"])
@requires(Permission.ROSTER_CHANGE)
@blp.arguments(UnitSchema(), location="query")
def remove_post(asked: dict[str, Any]) -> dict[str, Any]:
    """Take back where the post of a unit is: nobody is told any more that somebody left it."""
    with transaction() as session:
        actor = current_actor()
        unit = reach.unit_to_read(session, actor, asked["unit"])
        posts.remove(session, actor, unit.id)
        return {"unit": unit.code, "removed": True}


@blp.route("/posts/away")
@requires(Permission.SAFETY_ANSWER)
def list_away() -> dict[str, Any]:
    """Who is away from his post within reach, of whom it was told."""
    with transaction() as session:
        rows = queries.list_away(session, current_actor())
        return {"away": [plain_row(one.away, "id", "person_id", "unit_code", "left_at", "metres")
                         | {"name": one.name} for one in rows]}  # fmt: skip


@blp.route("/alone", methods=["POST"])
@requires(Permission.INCIDENT_REPORT)
@blp.arguments(AloneActSchema())
def say(body: dict[str, Any]) -> dict[str, Any]:
    """Say that one is alone (start), well, or no longer alone (end)."""
    act, key = ACTS[body.pop("act")], body.pop("key")
    with transaction() as session:
        return shown(act(session, current_actor(), Word(**body), key=key))


@blp.route("/alone/mine")
@requires(Permission.INCIDENT_REPORT)
def mine() -> dict[str, Any]:
    """Tell the caller's own timer that runs, null without one."""
    with transaction() as session:
        row = queries.find_open(session, current_actor())
        return {"watch": shown(row) if row else None}


@blp.route("/alone")
@requires(Permission.SAFETY_ANSWER)
def list_watches() -> dict[str, Any]:
    """Timers that run within reach, those that ring first."""
    with transaction() as session:
        rows = queries.list_open(session, current_actor())
        return {"watches": [shown(one.watch) | {"name": one.name, "unit": one.unit}
                            for one in rows]}  # fmt: skip


@blp.route("/alone/<uuid:watch_id>/answer", methods=["POST"])
@requires(Permission.SAFETY_ANSWER)
@blp.arguments(AnswerSchema())
def answer(body: dict[str, Any], watch_id: uuid.UUID) -> dict[str, Any]:
    """Take an alarm upon oneself."""
    with transaction() as session:
        return shown(alone.answer(session, current_actor(), watch_id, body["words"]))
