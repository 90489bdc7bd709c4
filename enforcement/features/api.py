"""Calls: OGC API - Features 1.0 with CQL2 text filters, read by GIS programs with a token."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, jsonify, request, url_for
from flask_smorest import Blueprint

from enforcement import limiting
from enforcement.api_document import file, json
from enforcement.db import transaction
from enforcement.features import asking, collections, queries, serving
from enforcement.features.asking import CRS84, EPSG4490
from enforcement.features.collections import DAY, MOMENT, Collection
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("features", __name__, description="OGC API - Features：供地理信息软件读取")
A_MINUTE: Final = 600
GEOJSON: Final = "application/geo+json"
CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
)


def _link(rel: str, href: str, kind: str = "application/json", title: Any = "") -> dict[str, str]:
    return {"rel": rel, "href": href, "type": kind, **({"title": str(title)} if title else {})}


def _here(endpoint: str, **values: Any) -> str:
    return url_for(f"features.{endpoint}", _external=True, **values)


@blp.route("/ogc/")
@requires(Permission.SELF)
def landing() -> dict[str, Any]:
    """Return where everything is."""
    return {
        "title": "县域综合行政执法平台",
        "description": str(_("辖区、村、事件、案件和巡查的地理数据")),
        "links": [
            _link("self", _here("landing")),
            _link("service-desc", url_for("api-docs.openapi_json", _external=True),
                  "application/vnd.oai.openapi+json;version=3.0"),
            _link("conformance", _here("conformance")),
            _link("data", _here("list_collections")),
        ],
    }  # fmt: skip


@blp.route("/ogc/conformance")
@requires(Permission.SELF)
def conformance() -> dict[str, Any]:
    """Return which parts of the standard are kept."""
    return {"conformsTo": list(CONFORMS)}


@blp.route("/ogc/collections")
@requires(Permission.SELF)
def list_collections() -> dict[str, Any]:
    """Return the collections that the caller may read."""
    actor = current_actor()
    with transaction() as session:
        box = queries.extent(session, actor)
    return {"links": [_link("self", _here("list_collections"))],
            "collections": [_described(one, box) for one in collections.listed(actor)]}  # fmt: skip


@blp.route("/ogc/collections/<string:name>")
@requires(Permission.SELF)
def get_collection(name: str) -> dict[str, Any]:
    """Return what a collection is."""
    actor = current_actor()
    collection = collections.get(actor, name)
    with transaction() as session:
        return _described(collection, queries.extent(session, actor))


def _described(collection: Collection, box: Any) -> dict[str, Any]:
    name = collection.name
    return {
        "id": name, "title": str(collection.title), "itemType": "feature",
        "extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}},
        "crs": [CRS84, EPSG4490], "storageCrs": EPSG4490,
        "links": [
            _link("self", _here("get_collection", name=name)),
            _link("items", _here("list_items", name=name), GEOJSON),
            _link("http://www.opengis.net/def/rel/ogc/1.0/queryables",
                  _here("queryables", name=name), "application/schema+json"),
            _link("enclosure", _here("export", name=name, f="gpkg"),
                  "application/geopackage+sqlite3", "GeoPackage"),
        ],
    }  # fmt: skip


@blp.route("/ogc/collections/<string:name>/queryables")
@blp.doc(responses=json("application/schema+json"))
@requires(Permission.SELF)
def queryables(name: str) -> Response:
    """Return what may be filtered by, as JSON Schema."""
    collection = collections.get(current_actor(), name)
    properties: dict[str, Any] = {"geometry": {"format": "geometry-any"}}
    for one, column in collection.columns.items():
        timed = column.kind in (DAY, MOMENT)
        properties[one] = (
            {"type": "string", "format": column.kind} if timed else {"type": column.kind}
        )
    answer = jsonify({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "$id": _here("queryables", name=name), "title": str(collection.title),
        "properties": properties, "additionalProperties": False,
    })  # fmt: skip
    answer.mimetype = "application/schema+json"
    return answer


@blp.route("/ogc/collections/<string:name>/items")
@blp.doc(responses=json(GEOJSON))
@requires(Permission.SELF)
def list_items(name: str) -> Response:
    """Return a page of features: limit, after, bbox, datetime, filter, crs, properties."""
    actor = current_actor()
    collection = collections.get(actor, name)
    asked = asking.read(collection, request.args)
    limiting.count(actor.county_code, "features", str(actor.account_id), most=A_MINUTE)
    with transaction() as session:
        found = queries.page(session, actor, collection, asked)
    said = {key: value for key, value in request.args.items() if key != "after"}
    links = [_link("self", _here("list_items", name=name, **request.args), GEOJSON),
             _link("collection", _here("get_collection", name=name))]  # fmt: skip
    if found.next is not None:
        after = {**said, "after": found.next}
        links.append(_link("next", _here("list_items", name=name, **after), GEOJSON))
    body: dict[str, Any] = {"type": "FeatureCollection", "features": found.features,
                            "numberReturned": len(found.features), "links": links}  # fmt: skip
    if found.matched is not None:
        body["numberMatched"] = found.matched
    return _geojson(body, asked.crs)


@blp.route("/ogc/collections/<string:name>/items/<string:key>")
@blp.doc(responses=json(GEOJSON))
@requires(Permission.SELF)
def get_item(name: str, key: str) -> Response:
    """Return one feature."""
    actor = current_actor()
    collection = collections.get(actor, name)
    crs = asking.read(collection, {"crs": request.args.get("crs") or CRS84}).crs
    with transaction() as session:
        found = queries.feature(session, actor, collection, key, crs)
    found["links"] = [_link("self", _here("get_item", name=name, key=key), GEOJSON),
                      _link("collection", _here("get_collection", name=name))]  # fmt: skip
    return _geojson(found, crs)


def _geojson(body: dict[str, Any], crs: str) -> Response:
    answer = jsonify(body)
    answer.mimetype = GEOJSON
    answer.headers["Content-Crs"] = f"<{crs}>"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blp.route("/ogc/collections/<string:name>/export")
@blp.doc(responses=file("application/geopackage+sqlite3", "application/zip"))
@requires(Permission.SELF)
def export(name: str) -> Response:
    """Return a collection as GeoPackage (f=gpkg) or zipped Shapefile (f=shp, encoding=GBK)."""
    actor = current_actor()
    collection = collections.get(actor, name)
    asked = asking.read(collection, request.args)
    form, encoding = request.args.get("f", "gpkg"), request.args.get("encoding", "UTF-8")
    return serving.answer(actor, collection, asked, form, encoding)
