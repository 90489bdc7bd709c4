"""Calls: the list, one item, the question, a change of state, import and export."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api_document import SHEETS, file
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.permissions import Permission, requires
from enforcement.power import acts, importing, queries, services
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

blp = Blueprint("power_api", __name__, description="权责清单")


def _words(words: Any) -> validate.OneOf:
    return validate.OneOf([str(word) for word in words])


class ListQuery(ma.Schema):
    """Which items, and after which code."""

    act_type = ma.fields.Str(load_default=None, validate=_words(ActType))
    channel = ma.fields.Str(load_default=None, validate=_words(Channel))
    status = ma.fields.Str(load_default=None, validate=_words(ItemStatus))
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 200))


class MayQuery(ma.Schema):
    """The question of R1; days default to today."""

    unit = ma.fields.Str(required=True, metadata={"description": "unit code"})
    act = ma.fields.Str(load_default=str(ActType.PENALTY), validate=_words(ActType))
    matter = ma.fields.Str(required=True)
    place = ma.fields.Str(required=True, validate=validate.Length(6, 12))
    on = ma.fields.Date(load_default=None)
    decided_on = ma.fields.Date(load_default=None)


class StatusBody(ma.Schema):
    """The new state of an item, from which day, and why."""

    status = ma.fields.Str(required=True, validate=_words(ItemStatus))
    on = ma.fields.Date(load_default=None, allow_none=True)
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 2000))


class ImportQuery(ma.Schema):
    """The name of the file in the body, and whether to apply it after looking at it."""

    name = ma.fields.Str(required=True, metadata={"description": "file name, .xlsx or .csv"})
    apply = ma.fields.Bool(load_default=False)
    digest = ma.fields.Str(load_default=None, metadata={"description": "plan that was seen"})


@blp.route("/power/items")
@requires(Permission.POWER_READ)
@blp.arguments(ListQuery, location="query")
def list_items(query: dict[str, Any]) -> dict[str, Any]:
    """List the items of the county by code."""
    with transaction() as session:
        rows = queries.list_page(session, current_actor().county_code, **query)
    more = rows[-1].item.code if len(rows) == query["limit"] else None
    return {"items": [acts.item_json(row.item, row.unit_name) for row in rows], "next": more}


@blp.route("/power/items/<uuid:item_id>")
@requires(Permission.POWER_READ)
def get_item(item_id: Any) -> dict[str, Any]:
    """One item with all versions of its provision."""
    with transaction() as session:
        county_code = current_actor().county_code
        row = queries.get(session, county_code, item_id)
        versions = queries.provisions_of(session, county_code, [item_id])[item_id]
    found = acts.item_json(row.item, row.unit_name)
    return found | {"versions": [acts.version_json(one) for one in versions]}


@blp.route("/power/may")
@requires(Permission.POWER_READ)
@blp.arguments(MayQuery, location="query")
def may(query: dict[str, Any]) -> dict[str, Any]:
    """Answer whether a unit may do an act, in whose name and seal, and by which article."""
    with transaction() as session:
        found = acts.ask(
            session, current_actor(), query["unit"], ActType(query["act"]), query["matter"],
            query["place"], query["on"], query["decided_on"],
        )  # fmt: skip
    return acts.answer_json(found)


@blp.route("/power/items/<uuid:item_id>/status", methods=["POST"])
@requires(Permission.POWER_CHANGE)
@blp.arguments(StatusBody)
def set_status(body: dict[str, Any], item_id: Any) -> dict[str, Any]:
    """Withdraw, suspend or restore an item."""
    with transaction() as session:
        actor = current_actor()
        services.set_status(
            session, actor, item_id, ItemStatus(body["status"]), on=body["on"],
            reason=body["reason"],
        )  # fmt: skip
        row = queries.get(session, actor.county_code, item_id)
        return acts.item_json(row.item, row.unit_name)


@blp.route("/power/import", methods=["POST"])
@requires(Permission.POWER_CHANGE)
@blp.arguments(ImportQuery, location="query")
def import_list(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Say what the file in the body would do; with `apply` do it, unless a row is refused."""
    data = request.get_data()
    with transaction() as session:
        if query["apply"]:
            found = importing.apply(
                session, current_actor(), data, query["name"], digest=query["digest"]
            )
        else:
            found = importing.preview(session, current_actor(), data, query["name"])
    return found.as_json(), 422 if found.problems else 200


@blp.route("/power/export.<string:suffix>")
@blp.doc(responses=file(*SHEETS))
@requires(Permission.POWER_READ)
def export(suffix: str) -> Response:
    """Return the whole list as .xlsx or .csv."""
    if suffix not in TYPES:
        raise NotFoundError(_("只能导出 .xlsx 或者 .csv。"))
    with transaction() as session:
        data = acts.export(session, current_actor(), suffix)
    return Response(data, mimetype=TYPES[suffix].partition(";")[0])
