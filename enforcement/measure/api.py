"""Calls: measures of cases, each act upon them, their items and custody log."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.case import people
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.i18n import reason_of
from enforcement.law.measure_terms import MeasureEvent, MeasureKind, MeasureState
from enforcement.measure import acts, queries, services
from enforcement.measure.facts import following
from enforcement.measure.models import Measure
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

blp = Blueprint("measure_api", __name__, description="强制措施和先行登记保存")


class ListQuery(ma.Schema):
    """Which measures, and after which row; state "open" is all that are not over."""

    state = ma.fields.Str(
        load_default=None, validate=validate.OneOf(["open", *map(str, MeasureState)])
    )
    kind = ma.fields.Str(load_default=None, validate=validate.OneOf([str(k) for k in MeasureKind]))
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def shown(measure: Measure) -> dict[str, Any]:
    """Return a measure as JSON."""
    return plain_row(
        measure, "id", "number", "case_id", "kind", "state", "reason", "basis", "place",
        "proposed_at", "approved_at", "taken_at", "confirm_until", "due_on", "extended",
        "excluded_days", "lapsed_at", "ended_at", "version",
    )  # fmt: skip


def in_full(session: Session, actor: Actor, measure: Measure, case: CaseFile) -> dict[str, Any]:
    """Return a measure with items, custody, history, and the gates of what may follow."""
    now = clock.now(session)
    items = queries.items(session, measure)
    return shown(measure) | {
        "case_number": case.number,
        "items": [
            plain_row(row, "no", "name", "spec", "quantity", "condition", "place", "fate",
                      "given_to", "given_at")
            for row in items
        ],
        "custody": [
            {"item": no} | plain_row(row, "at", "place", "from_name", "to_name", "condition",
                                     "photo_sha256", "by_name", "recorded_at")
            for row, no in queries.custody(session, measure)
        ],
        "history": [
            plain_row(row, "seq", "event", "state", "by_name", "at", "article", "detail")
            for row in queries.history(session, measure)
        ],
        "next": [
            {"event": str(one.step.event), "article": one.step.source.zh,
             "may": allows(actor, services.permission_of(one.step.event))
             and people.problem(session, actor, case, one.step, clock.local_day(now)) is None,
             "gates": [{"id": gate.id, "open": gate.open, "reason": reason_of(gate),
                        "rule": gate.rule, "article": gate.article} for gate in one.gates]}
            for one in following(session, case, measure, items, now)
        ],
    }  # fmt: skip


@blp.route("/measures")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_measures(query: dict[str, Any]) -> dict[str, Any]:
    """Measures of the cases that the caller may see, the newest first."""
    with transaction() as session:
        found = queries.list_page(
            session, current_actor(), state=query["state"], kind=query["kind"],
            after=read_cursor(query["after"]), limit=query["limit"],
        )  # fmt: skip
    return {
        "measures": [
            shown(row.measure)
            | {"case_number": row.case_number, "unit_name": row.unit_name, "items": row.items}
            for row in found
        ],
        "next": next_page([row.measure for row in found], query["limit"], "proposed_at"),
    }


@blp.route("/measures/<uuid:measure_id>")
@requires(Permission.CASE_READ)
def get_measure(measure_id: Any) -> dict[str, Any]:
    """One measure in full."""
    with transaction() as session:
        actor = current_actor()
        return in_full(session, actor, *queries.get(session, actor, measure_id))


def _register(event: MeasureEvent) -> None:
    making = event in acts.MAKING
    fields = acts.MAKING[event] if making else acts.FIELDS[event]

    def make(body: dict[str, Any], case_id: Any) -> tuple[dict[str, Any], int]:
        key = body.pop("key", None)
        body.pop("version", None)
        with transaction() as session:
            actor = current_actor()
            made = services.make(session, actor, case_id, event, body, key=key)
            return in_full(session, actor, *queries.get(session, actor, made.id)), 201

    def carry_out(body: dict[str, Any], measure_id: Any) -> dict[str, Any]:
        key, version = body.pop("key", None), body.pop("version", None)
        with transaction() as session:
            actor = current_actor()
            services.carry_out(session, actor, measure_id, event, body, key=key, version=version)
            return in_full(session, actor, *queries.get(session, actor, measure_id))

    call: Any = make if making else carry_out
    call.__name__, call.__doc__ = f"{event}_measure", event.zh
    name = "".join(word.capitalize() for word in event.value.split("_"))
    path = f"/{event.value.replace('_', '-')}"
    path = ("/cases/<uuid:case_id>/measures" if making else "/measures/<uuid:measure_id>") + path
    needed = requires(people.door_of(services.permission_of(event)))
    blp.route(path, methods=["POST"])(
        needed(blp.arguments(schema_of(f"Measure{name}", fields))(call))
    )


for _event in (*acts.MAKING, *acts.FIELDS):
    _register(_event)
