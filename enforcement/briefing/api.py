"""Calls: the map report as figures, and the links to reports."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.briefing import schedules, services, sharing, told
from enforcement.briefing.asking import Wanted
from enforcement.briefing.schedules import Order
from enforcement.briefing.share_views import address_of
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("briefing_api", __name__, description="地图报告 / Map reports")


class BriefingQuery(ma.Schema):
    """A unit or a township (neither: what the reader answers for), the days, what narrows it."""

    unit = ma.fields.Str(load_default=None)
    township = ma.fields.Str(load_default=None)
    first = ma.fields.Date(load_default=None)
    last = ma.fields.Date(load_default=None)
    matter = ma.fields.Str(load_default=None)
    category = ma.fields.Str(load_default=None)


class ShareArgs(BriefingQuery):
    """A report, and for how many days its link is good; by default as the county sets."""

    days = ma.fields.Int(
        load_default=None, allow_none=True, validate=validate.Range(1, sharing.MOST_DAYS)
    )


class OrderArgs(ma.Schema):
    """A report to be made each week of the week before: when, in which files, for whom."""

    unit = ma.fields.Str(load_default=None)
    township = ma.fields.Str(load_default=None)
    matter = ma.fields.Str(load_default=None)
    category = ma.fields.Str(load_default=None)
    weekday = ma.fields.Int(required=True)
    hour = ma.fields.Int(required=True)
    formats = ma.fields.List(ma.fields.Str(), load_default=lambda: ["pdf"])
    people = ma.fields.List(ma.fields.Str(), required=True)
    mail = ma.fields.List(ma.fields.Str(), load_default=list)


@blp.route("/briefing")
@requires(Permission.REPORT_READ)
@blp.arguments(BriefingQuery, location="query")
def get_briefing(query: dict[str, Any]) -> dict[str, Any]:
    """Return the map report of an area or a unit in a period."""
    with transaction() as session:
        return told.as_json(services.make(session, current_actor(), Wanted(**query)))


@blp.route("/briefing/shares")
@requires(Permission.REPORT_READ)
def list_shares() -> dict[str, Any]:
    """Return the links to reports that the caller may take back, the newest first."""
    with transaction() as session:
        rows = sharing.list_shares(session, current_actor())
        return {"items": [told.share_json(row) for row in rows]}


@blp.route("/briefing/shares", methods=["POST"])
@requires(Permission.REPORT_READ)
@blp.arguments(ShareArgs)
def post_share(said: dict[str, Any]) -> dict[str, Any]:
    """Share a report as it is now; the address of the link is told this once."""
    days = said.pop("days")
    with transaction() as session:
        row, token = sharing.share(session, current_actor(), Wanted(**said), days)
        return told.share_json(row) | {"address": address_of(token)}


@blp.route("/briefing/shares/<uuid:share_id>/revoke", methods=["POST"])
@requires(Permission.REPORT_READ)
def post_revoke(share_id: uuid.UUID) -> dict[str, Any]:
    """Take a link back."""
    with transaction() as session:
        return told.share_json(sharing.revoke(session, current_actor(), share_id))


@blp.route("/briefing/weekly")
@requires(Permission.REPORT_READ)
def list_weekly() -> dict[str, Any]:
    """Return the weekly reports that concern the caller, and what was filed of them."""
    with transaction() as session:
        actor = current_actor()
        orders, filed = schedules.list_orders(session, actor), schedules.list_filed(session, actor)
        return {"items": [told.order_json(row) for row in orders],
                "filed": [told.filed_json(row) for row in filed]}  # fmt: skip


@blp.route("/briefing/weekly", methods=["POST"])
@requires(Permission.REPORT_READ)
@blp.arguments(OrderArgs)
def post_weekly(said: dict[str, Any]) -> dict[str, Any]:
    """Have a report made each week."""
    names = ("unit", "township", "matter", "category")
    asked = Order(
        Wanted(**{name: said[name] for name in names}), said["weekday"], said["hour"],
        tuple(said["formats"]), tuple(said["people"]), tuple(said["mail"]),
    )  # fmt: skip
    with transaction() as session:
        return told.order_json(schedules.order(session, current_actor(), asked))


@blp.route("/briefing/weekly/<uuid:schedule_id>/end", methods=["POST"])
@requires(Permission.REPORT_READ)
def post_weekly_end(schedule_id: uuid.UUID) -> dict[str, Any]:
    """Make no more of a weekly report."""
    with transaction() as session:
        return told.order_json(schedules.end(session, current_actor(), schedule_id))
