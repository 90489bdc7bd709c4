"""Calls: list, record, read and act upon asks of the ledger."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.law import ledger as law
from enforcement.law.ledger import AskEvent, AskKind, AskNature, AskState
from enforcement.ledger import people, queries, services, visitors
from enforcement.ledger.models import Ask
from enforcement.ledger.services import Said, Told
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("ledger_api", __name__, description="民情台账")
TEXT = validate.Length(0, 2000)


class AskSchema(ma.Schema):
    """What is written down of an ask."""

    kind = ma.fields.Enum(AskKind, by_value=True, required=True)
    nature = ma.fields.Enum(AskNature, by_value=True, load_default=AskNature.ORDINARY)
    matter = ma.fields.Str(required=True, validate=validate.Length(1, 2000))
    asked_on = ma.fields.Date(required=True)
    visitor = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 60))
    phone = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 30))
    village_code = ma.fields.Str(load_default=None, allow_none=True)
    promise = ma.fields.Str(load_default=None, allow_none=True, validate=TEXT)
    handler_id = ma.fields.UUID(load_default=None, allow_none=True)
    agent_id = ma.fields.UUID(load_default=None, allow_none=True)
    due_on = ma.fields.Date(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class ToldSchema(ma.Schema):
    """Words, and what an act needs besides."""

    note = ma.fields.Str(load_default=None, allow_none=True, validate=TEXT)
    handler_id = ma.fields.UUID(load_default=None, allow_none=True)
    until = ma.fields.Date(load_default=None, allow_none=True)
    score = ma.fields.Int(load_default=None, allow_none=True)
    category = ma.fields.Str(load_default=None, allow_none=True)
    version = ma.fields.Int(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class ListQuery(ma.Schema):
    """Which asks, and after which row."""

    state = ma.fields.Str(
        load_default=None, validate=validate.OneOf([str(state) for state in AskState])
    )
    village_code = ma.fields.Str(load_default=None)
    handler_id = ma.fields.UUID(load_default=None)
    overdue = ma.fields.Bool(load_default=False)
    undated = ma.fields.Bool(load_default=False)
    mine = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


class ReasonSchema(ma.Schema):
    """Why somebody looks at who asked."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, visitors.LONGEST_REASON))


class PeopleQuery(ma.Schema):
    """Of which village; without it the caller's own area or unit."""

    village_code = ma.fields.Str(load_default=None)


def shown(ask: Ask) -> dict[str, Any]:
    """Return an ask as JSON; who asked is masked."""
    who = visitors.masked(ask)
    return {"visitor": who.name, "phone": who.phone} | plain_row(
        ask, "id", "number", "kind", "nature", "village_code", "township_code", "matter",
        "promise", "asked_on", "received_at", "handler_id", "agent_id", "due_on", "extended",
        "state", "result", "score", "incident_id", "version",
    )  # fmt: skip


@blp.route("/ledger")
@requires(Permission.LEDGER_READ)
@blp.arguments(ListQuery, location="query")
def list_asks(query: dict[str, Any]) -> dict[str, Any]:
    """Asks that the caller may see, the newest first."""
    query["after"] = read_cursor(query["after"])
    with transaction() as session:
        found = queries.list_page(session, current_actor(), **query)
        rows = [
            shown(row.ask)
            | {"village": row.village_name, "handler": row.handler_name, "agent": row.agent_name}
            for row in found
        ]
    return {
        "asks": rows,
        "next": next_page([row.ask for row in found], query["limit"], "received_at"),
    }


@blp.route("/ledger", methods=["POST"])
@requires(Permission.LEDGER_WRITE)
@blp.arguments(AskSchema)
def record(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Write an ask down; the same key gives the same row."""
    key = body.pop("key")
    with transaction() as session:
        return shown(services.record(session, current_actor(), Said(**body), key=key)), 201


@blp.route("/ledger/people")
@requires(Permission.LEDGER_WRITE)
@blp.arguments(PeopleQuery, location="query")
def list_people(query: dict[str, Any]) -> dict[str, Any]:
    """People who may keep a promise, the nearest first: of the village, on duty, other."""
    with transaction() as session:
        found = people.for_actor(session, current_actor(), query["village_code"])
    return {
        "people": [
            {"id": str(one.person_id), "name": one.name, "unit": one.unit_name, "near": one.near}
            for one in found
        ]
    }


@blp.route("/ledger/<uuid:ask_id>/visitor", methods=["POST"])
@requires(Permission.LEDGER_WRITE)
@blp.arguments(ReasonSchema)
def visitor(body: dict[str, Any], ask_id: Any) -> dict[str, Any]:
    """Tell who asked, in clear; the log keeps who looked, and why."""
    with transaction() as session:
        found = visitors.reveal(session, current_actor(), ask_id, body["reason"])
    return {"visitor": found.name, "phone": found.phone}


@blp.route("/ledger/<uuid:ask_id>")
@requires(Permission.LEDGER_READ)
def get_ask(ask_id: Any) -> dict[str, Any]:
    """One ask with its history."""
    with transaction() as session:
        ask = queries.get(session, current_actor(), ask_id)
        entries = queries.history(session, ask)
        return shown(ask) | {
            "history": [
                plain_row(entry, "seq", "event", "state", "by_name", "at", "detail")
                for entry in entries
            ]
        }


def _register(event: AskEvent) -> None:
    def carry_out(body: dict[str, Any], ask_id: Any) -> dict[str, Any]:
        version, key = body.pop("version"), body.pop("key")
        with transaction() as session:
            told = Told(**body)
            actor = current_actor()
            return shown(
                services.act(session, actor, ask_id, event, told, version=version, key=key)
            )

    carry_out.__name__ = f"{event}_ask"
    carry_out.__doc__ = event.zh
    blp.route(f"/ledger/<uuid:ask_id>/{event.value.replace('_', '-')}", methods=["POST"])(
        requires(Permission.LEDGER_WRITE)(blp.arguments(ToldSchema)(carry_out))
    )


for _step in law.STEPS:
    _register(_step.event)
