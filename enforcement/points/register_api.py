"""Calls upon the register of village points: list, add, change, give a new key, close or open."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.points import queries, services
from enforcement.points.api_blueprint import blp
from enforcement.points.models import VillagePoint
from enforcement.points.services import Described
from enforcement.sign_in import current_actor


class PointSchema(ma.Schema):
    """What is said of a point; lon, lat in degrees; the key makes it one point when sent twice."""

    village_code = ma.fields.Str(required=True, validate=validate.Length(12, 12))
    name = ma.fields.Str(required=True, validate=validate.Length(1, services.LONGEST_NAME))
    place = ma.fields.Str(load_default=None, allow_none=True)
    lon = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    owner_id = ma.fields.UUID(load_default=None, allow_none=True)
    owner = ma.fields.Str(load_default=None, allow_none=True)
    phone = ma.fields.Str(load_default=None, allow_none=True)


class NewPointSchema(PointSchema):
    """A new point."""

    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class EditSchema(PointSchema):
    """A point as it should be, and the version that was read."""

    version = ma.fields.Int(required=True)


class VersionSchema(ma.Schema):
    """The version that was read."""

    version = ma.fields.Int(load_default=None, allow_none=True)


class ActiveSchema(VersionSchema):
    """Whether the point is open."""

    active = ma.fields.Bool(required=True)


class ListQuery(ma.Schema):
    """Which points, and after which row."""

    silent = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)


def shown(point: VillagePoint) -> dict[str, Any]:
    """Return a point as JSON, without key and telephone number."""
    return plain_row(
        point, "id", "village_code", "name", "place", "lon", "lat", "owner_id", "owner", "active",
        "last_seen_at", "last_press_at", "last_test_at", "silent_since", "version",
    )  # fmt: skip


@blp.route("/points")
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(ListQuery, location="query")
def list_points(query: dict[str, Any]) -> dict[str, Any]:
    """List a page of the county's points by village; `next` is where the following one begins."""
    with transaction() as session:
        rows = queries.list_points(
            session, current_actor(), only_silent=query["silent"], after=read_cursor(query["after"])
        )
    last = rows[-1].point if len(rows) == queries.PAGE else None
    return {
        "points": [
            shown(row.point) | {"village": row.village, "township": row.township,
                                "keeper": row.owner, "silent": row.silent}
            for row in rows
        ],
        "next": f"{last.village_code}~{last.id}" if last else None,
    }  # fmt: skip


def read_cursor(text: str | None) -> tuple[str, uuid.UUID] | None:
    """Return village code and id of the last row of the page before; raises InvalidInputError."""
    if not text:
        return None
    code, _sep, row_id = text.partition("~")
    try:
        return code, uuid.UUID(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None


@blp.route("/points", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(NewPointSchema)
def add_point(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Register a point; `device_key` is told this once, and to whoever sends the same key."""
    with transaction() as session:
        point, secret = services.add(session, current_actor(), **body)
        return shown(point) | {"device_key": secret}, 201


@blp.route("/points/<uuid:point_id>", methods=["PUT"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(EditSchema)
def edit_point(body: dict[str, Any], point_id: Any) -> dict[str, Any]:
    """Change what is said of a point."""
    version = body.pop("version")
    with transaction() as session:
        return shown(
            services.edit(session, current_actor(), point_id, Described(**body), version=version)
        )


@blp.route("/points/<uuid:point_id>/key", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(VersionSchema)
def new_key(body: dict[str, Any], point_id: Any) -> dict[str, Any]:
    """Give a point a new key, told this once; sent again with the old version it is refused."""
    with transaction() as session:
        point, secret = services.replace_key(session, current_actor(), point_id, **body)
        return shown(point) | {"device_key": secret}


@blp.route("/points/<uuid:point_id>/active", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(ActiveSchema)
def set_active(body: dict[str, Any], point_id: Any) -> dict[str, Any]:
    """Close a point, or open it again."""
    with transaction() as session:
        return shown(
            services.set_active(
                session, current_actor(), point_id, body["active"], version=body["version"]
            )
        )
