"""Calls: the roads in use, and a file of new ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.patrol import road_queries, roads
from enforcement.patrol.roads import Said
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.datum import Datum

blp = Blueprint("road_api", __name__, description="路网")


class RoadsQuery(ma.Schema):
    """What is said of a file of roads."""

    name = ma.fields.Str(load_default="api", validate=validate.Length(1, 200))
    source = ma.fields.Str(load_default=None, validate=validate.Length(max=100))
    dated_on = ma.fields.Date(load_default=None)
    crs = ma.fields.Str(load_default=None, validate=validate.Length(max=20))
    datum = ma.fields.Str(load_default="cgcs2000", validate=validate.OneOf([*map(str, Datum)]))
    layer = ma.fields.Str(load_default=None, validate=validate.Length(max=200))


@blp.route("/roads")
@requires(Permission.JURISDICTION_READ)
def show() -> dict[str, Any]:
    """Return the roads in use, null without any, and the files before them."""
    with transaction() as session:
        files = [roads.shown(one)
                 for one in road_queries.files(session, current_actor().county_code)]  # fmt: skip
    return {"in_use": next((one for one in files if one["in_use"]), None), "files": files}


@blp.route("/roads", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(RoadsQuery, location="query")
def put(query: dict[str, Any]) -> dict[str, Any]:
    """Take a file of roads; the body is the file. The same file again changes nothing."""
    data, name, actor = request.get_data(), query.pop("name"), current_actor()
    if not data:
        raise InvalidInputError("body", _("请求正文应当是要导入的文件。"))
    said = Said(**query | {"datum": Datum(query["datum"])})
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(data)
        kept.flush()
        with transaction() as session:
            taken = roads.take(session, actor.county_code, actor, Path(kept.name), name, said)
            return roads.shown(taken.file) | {"again": taken.again, "outside": taken.outside}
