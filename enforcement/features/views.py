"""Pages: what lies on the map as a file for a GIS, within what the map shows, of some days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import Blueprint, Response, render_template, request

from enforcement.features import asking, collections, serving
from enforcement.i18n import _
from enforcement.periods import read_day
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("exports", __name__)
FORMS: Final = {"gpkg": ("gpkg", "UTF-8"), "shp": ("shp", "UTF-8"), "shp-gbk": ("shp", "GBK")}


@bp.get("/map/export")
@requires(Permission.MAP_READ)
def index() -> str:
    """Offer the collections that the person may read; bbox -- what the map shows."""
    words = {"gpkg": "GeoPackage", "shp": _("Shapefile（UTF-8）"), "shp-gbk": _("Shapefile（GBK）")}
    return render_template(
        "atlas/export.html", collections=collections.listed(current_actor()), forms_of=words,
        bbox=request.args.get("bbox", ""),
    )  # fmt: skip


@bp.get("/map/export/file")
@requires(Permission.MAP_READ)
def file() -> Response:
    """Send a collection as a file; raises InvalidInputError that names a field."""
    actor, args = current_actor(), request.args
    collection = collections.get(actor, args.get("collection", ""))
    form, encoding = FORMS.get(args.get("form", ""), ("", "UTF-8"))
    return serving.answer(actor, collection, asking.read(collection, _said(args)), form, encoding)


def _said(args: Mapping[str, str]) -> dict[str, str]:
    """Return what the form says in the words of the API."""
    first, last = (read_day(name, args.get(name)) for name in ("first", "last"))
    said = {"datetime": f"{_end(first)}/{_end(last)}"} if first or last else {}
    return said | ({"bbox": args["bbox"]} if args.get("bbox") else {})


def _end(day: date | None) -> str:
    return day.isoformat() if day else ".."
