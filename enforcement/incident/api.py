"""Calls: report, list, read and act upon incidents."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _
from enforcement.incident import points, queries, searching, services
from enforcement.incident.intake import MOST_PHOTOS, Report
from enforcement.incident.models import Incident
from enforcement.incident.place_api import blp
from enforcement.incident.said_schema import ActSchema, PhotoSchema, decoded, said_of
from enforcement.incident.shown import names_of, shown
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentSource, IncidentState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.geojson import Bounds

ACTS = tuple(event for event in services.PERMISSION_OF if event != IncidentEvent.PASS_TO_CASE)
"""Every act of the table; passing on to a case is an act of cases."""


class ReportSchema(ma.Schema):
    """What a reporter says; lon, lat in degrees, WGS 84."""

    category = ma.fields.Str(required=True, validate=validate.Length(1, 20))
    description = ma.fields.Str(load_default="", validate=validate.Length(0, 2000))
    occurred_at = ma.fields.AwareDateTime(required=True)
    lon = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    accuracy_m = ma.fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000)
    )
    place = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 200))
    photos = ma.fields.List(
        ma.fields.Nested(PhotoSchema),
        load_default=list,
        validate=validate.Length(0, MOST_PHOTOS),
    )
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class ListQuery(ma.Schema):
    """Which incidents, and after which row."""

    state = ma.fields.Str(
        load_default=None, validate=validate.OneOf([str(state) for state in IncidentState])
    )
    category = ma.fields.Str(load_default=None)
    township = ma.fields.Str(load_default=None)
    unit = ma.fields.Str(load_default=None)
    since = ma.fields.AwareDateTime(load_default=None)
    open = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


class PointsQuery(ma.Schema):
    """The box of a map (west,south,east,north in degrees) and its zoom."""

    bbox = ma.fields.Str(required=True, validate=validate.Length(7, 200))
    zoom = ma.fields.Float(load_default=10.0, validate=validate.Range(0, 22))


@blp.route("/incidents", methods=["POST"])
@requires(Permission.INCIDENT_REPORT)
@blp.arguments(ReportSchema())
def report(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Report an incident; the same key gives the same incident."""
    key, photos = body.pop("key"), decoded(body.pop("photos"))
    with transaction() as session:
        what = Report(**body, source=IncidentSource.API)
        taken = services.take(session, current_actor(), what, photos, key=key)
    names = names_of(taken.place) if taken.place else _names(taken.incident)
    return shown(taken.incident) | {"names": names}, 201


def _names(incident: Incident) -> dict[str, str | None]:
    """Look up who answers for a report that was sent before, or has no place."""
    with transaction() as session:
        place = queries.place_of(session, incident)
    return {name: place.get(name) for name in ("village", "township", "squad", "brigade")}


@blp.route("/incidents")
@requires(Permission.INCIDENT_READ)
@blp.arguments(ListQuery(), location="query")
def list_incidents(query: dict[str, Any]) -> dict[str, Any]:
    """Incidents that the caller may see, the newest first."""
    with transaction() as session:
        found = queries.list_page(
            session,
            current_actor(),
            state=query["state"],
            category=query["category"],
            township_code=query["township"],
            unit_code=query["unit"],
            since=query["since"],
            among=law.OPEN_STATES if query["open"] else (),
            after=read_cursor(query["after"]),
            limit=query["limit"],
        )
    return _listed(found, query["limit"])


def _listed(found: list[queries.Listed], limit: int) -> dict[str, Any]:
    return {
        "incidents": [
            shown(row.incident)
            | {"village_name": row.village_name, "responsible_name": row.responsible_name}
            for row in found
        ],
        "next": next_page([row.incident for row in found], limit, "received_at"),
    }


class SearchQuery(ma.Schema):
    """Words, pinyin initials, a number or a caller's telephone number."""

    q = ma.fields.Str(required=True, validate=validate.Length(1, 100))
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


@blp.route("/incidents/search")
@requires(Permission.INCIDENT_READ)
@blp.arguments(SearchQuery, location="query")
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Incidents that the caller may see and that fit the words, the newest first."""
    with transaction() as session:
        found = searching.search(
            session,
            current_actor(),
            query["q"],
            after=read_cursor(query["after"]),
            limit=query["limit"],
        )
    return _listed(found, query["limit"])


@blp.route("/incidents/points")
@requires(Permission.INCIDENT_READ)
@blp.arguments(PointsQuery(), location="query")
def open_points(query: dict[str, Any]) -> dict[str, Any]:
    """Open incidents within a box, as GeoJSON: single points, or counted cells from afar."""
    with transaction() as session:
        return points.open_points(session, current_actor(), _box(query["bbox"]), query["zoom"])


def _box(text: str) -> Bounds:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise InvalidInputError("bbox", _("范围应为：西,南,东,北（度）。")) from None
    return west, south, east, north


@blp.route("/incidents/<uuid:incident_id>")
@opens_by_grant("incident_id")
@requires(Permission.INCIDENT_READ)
def get_incident(incident_id: Any) -> dict[str, Any]:
    """One incident with its history."""
    with transaction() as session:
        incident = queries.get(session, current_actor(), incident_id)
        entries = queries.history(session, incident.county_code, incident.id)
        photos = queries.photos(session, incident.county_code, incident.id)
        return shown(incident) | {
            "history": [
                plain_row(entry, "seq", "event", "state", "by_name", "at", "detail")
                for entry in entries
            ],
            "photos": [
                {"seq": photo.seq, "sha256": photo.sha256.hex(), "type": photo.file.media_type}
                for photo in photos
            ],
        }


def _register(event: IncidentEvent) -> None:
    def carry_out(body: dict[str, Any], incident_id: Any) -> dict[str, Any]:
        with transaction() as session:
            actor = current_actor()
            told = said_of(session, actor, body, decoded(body["photos"]))
            return shown(
                services.act(
                    session, actor, incident_id, event, told,
                    version=body["version"], key=body["key"],
                )
            )  # fmt: skip

    carry_out.__name__ = f"{event}_incident"
    carry_out.__doc__ = event.zh
    blp.route(f"/incidents/<uuid:incident_id>/{event.value.replace('_', '-')}", methods=["POST"])(
        requires(services.PERMISSION_OF[event])(blp.arguments(ActSchema)(carry_out))
    )


for _event in ACTS:
    _register(_event)
