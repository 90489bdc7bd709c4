"""Calls: where is a point and who answers for it; imports of divisions and boundaries."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import request
from marshmallow import validate

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import acts, routing
from enforcement.jurisdiction.mapping import parse_pairs
from enforcement.jurisdiction.plan_api import blp  # the calls of duties and plans stand there
from enforcement.jurisdiction.report import edition_geojson, edition_json
from enforcement.jurisdiction.terms import Level
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.datum import Datum
from gis.readers import ReadOptions

__all__ = ["blp"]


class PlaceQuery(ma.Schema):
    """A point and a day."""

    lon = ma.fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(required=True, validate=validate.Range(-90, 90))
    on = ma.fields.Date(load_default=None)


class ImportQuery(ma.Schema):
    """How a file is to be read."""

    level = ma.fields.Str(
        load_default="village", validate=validate.OneOf([str(level) for level in Level])
    )
    skip_rejected = ma.fields.Bool(load_default=False)
    activate = ma.fields.Bool(load_default=False)
    valid_from = ma.fields.Date(load_default=None)


class BoundariesQuery(ImportQuery):
    """How a file of boundaries is to be read; `map` is "code=FIELD" or "name=FIELD"."""

    name = ma.fields.Str(load_default="api", validate=validate.Length(max=200))
    decree = ma.fields.Str(load_default=None, validate=validate.Length(max=200))
    crs = ma.fields.Str(load_default=None)
    datum = ma.fields.Str(
        load_default=str(Datum.CGCS2000), validate=validate.OneOf([str(datum) for datum in Datum])
    )
    encoding = ma.fields.Str(load_default=None)
    layer = ma.fields.Str(load_default=None)
    repair = ma.fields.Bool(load_default=False)
    map = ma.fields.List(ma.fields.Str(), load_default=list)


class ActivateQuery(ma.Schema):
    """From which day, and whether a person has looked at the problems."""

    from_day = ma.fields.Date(load_default=None, data_key="from")
    accept_problems = ma.fields.Bool(load_default=False)


class CheckQuery(ma.Schema):
    """In which form a check is told."""

    format = ma.fields.Str(load_default="json", validate=validate.OneOf(["json", "geojson"]))


@blp.route("/locate")
@requires(Permission.MAP_READ)
@blp.arguments(PlaceQuery, location="query")
def locate(query: dict[str, Any]) -> dict[str, Any]:
    """Village, township, squad and brigade of a point on a day."""
    with transaction() as session:
        found = routing.locate(
            session, query["lon"], query["lat"], query["on"] or clock.today(session)
        )
        return acts.located(found)


def _sent() -> bytes:
    data = request.get_data()
    if not data:
        raise InvalidInputError("body", _("请求正文应当是要导入的文件。"))
    return data


@blp.route("/imports/divisions", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(ImportQuery, location="query")
def import_divisions(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Import divisions; the body is the CSV file."""
    with transaction() as session:
        result = acts.import_divisions(
            session, current_actor(), _sent(), "api.csv", skip_rejected=query["skip_rejected"]
        )
    return result.as_json(), 200 if result.edition_id else 422


@blp.route("/imports/boundaries", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(BoundariesQuery, location="query")
def import_boundaries(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Import boundaries; the body is the file: GeoJSON, zipped Shapefile, GeoPackage or KML."""
    reading = ReadOptions(
        query.pop("crs"),
        Datum(query.pop("datum")),
        query.pop("encoding"),
        query.pop("layer"),
        query.pop("repair"),
    )
    mapping, name = parse_pairs(query.pop("map")), query.pop("name")
    with transaction() as session:
        result = acts.import_boundaries(
            session, current_actor(), _sent(), name, reading=reading, mapping=mapping, **query
        )
    return result.as_json(), 200 if result.edition_id else 422


@blp.route("/editions/<uuid:edition_id>/check")
@requires(Permission.JURISDICTION_READ)
@blp.arguments(CheckQuery, location="query")
def check(query: dict[str, Any], edition_id: Any) -> dict[str, Any]:
    """Check boundaries: gaps, overlaps, missing areas, and what would change."""
    with transaction() as session:
        edition, found = acts.check_edition(session, current_actor(), edition_id)
        told = edition_geojson if query["format"] == "geojson" else edition_json
        return told(edition, found)


@blp.route("/editions/<uuid:edition_id>/activate", methods=["POST"])
@requires(Permission.JURISDICTION_CHANGE)
@blp.arguments(ActivateQuery, location="query")
def activate(query: dict[str, Any], edition_id: Any) -> dict[str, Any]:
    """Put a checked edition in force, by default from today."""
    with transaction() as session:
        edition = acts.activate(session, current_actor(), edition_id, **query)
        return {
            "edition": str(edition.id),
            "status": edition.status,
            "valid_from": str(edition.valid_from),
        }
