"""Calls: confiscated goods, the acts upon them, and the custody log of a case."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.case import queries as cases
from enforcement.db import transaction
from enforcement.fields import schema_of
from enforcement.goods import acts, queries, services
from enforcement.goods.models import ConfiscatedItem
from enforcement.law.goods_terms import GoodsEvent, GoodsState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("goods_api", __name__, description="没收物品")


class ListQuery(ma.Schema):
    """Which things, and after which row."""

    state = ma.fields.Str(load_default=None, validate=validate.OneOf([str(s) for s in GoodsState]))
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def shown(item: ConfiscatedItem) -> dict[str, Any]:
    """Return a thing as JSON."""
    return plain_row(
        item, "id", "case_id", "no", "name", "spec", "quantity", "condition", "state", "place",
        "keeper", "way", "gone_at", "gone_to", "money_yuan", "treasury_on", "entered_at", "version",
    )  # fmt: skip


@blp.route("/goods")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_goods(query: dict[str, Any]) -> dict[str, Any]:
    """Confiscated things of cases that the caller may see, the newest first."""
    with transaction() as session:
        found = queries.list_page(
            session, current_actor(), state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
    return {
        "goods": [shown(row.item) | {"case_number": row.case_number} for row in found],
        "next": next_page([row.item for row in found], query["limit"], "entered_at"),
    }


@blp.route("/cases/<uuid:case_id>/goods")
@requires(Permission.CASE_READ)
def goods_of_case(case_id: Any) -> dict[str, Any]:
    """Confiscated things of a case, and every hand-over of its things from all logs."""
    with transaction() as session:
        case = cases.get(session, current_actor(), case_id)
        return {
            "goods": [shown(item) for item in queries.of_case(session, case)],
            "custody": [
                plain_row(one, "log", "thing", "at", "giver", "taker", "place", "by_name")
                for one in queries.custody(session, case)
            ],
        }


@blp.route("/cases/<uuid:case_id>/goods", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(schema_of("EnterGoods", acts.ENTER))
def enter(body: dict[str, Any], case_id: Any) -> tuple[dict[str, Any], int]:
    """Enter what the decision confiscated."""
    with transaction() as session:
        made = services.enter(session, current_actor(), case_id, body)
        return {"goods": [shown(item) for item in made]}, 201


def _register(event: GoodsEvent) -> None:
    def carry_out(body: dict[str, Any], item_id: Any) -> dict[str, Any]:
        version = body.pop("version", None)
        body.pop("key", None)
        with transaction() as session:
            actor = current_actor()
            return shown(services.carry_out(session, actor, item_id, event, body, version=version))

    carry_out.__name__, carry_out.__doc__ = f"{event}_goods", event.zh
    name = f"Goods{event.value.capitalize()}"
    blp.route(f"/goods/<uuid:item_id>/{event.value}", methods=["POST"])(
        requires(services.permission_of(event))(
            blp.arguments(schema_of(name, acts.FIELDS[event]))(carry_out)
        )
    )


for _event in acts.FIELDS:
    _register(_event)
