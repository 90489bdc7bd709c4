"""Calls: beats: list, read, add, change, retire, new codes, files of them, proposals."""

from __future__ import annotations

import dataclasses
from typing import Any

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.patrol import beat_files, beats, proposing
from enforcement.patrol import beat_queries as queries
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import Described
from enforcement.patrol.terms import BeatKind, BeatState, Per, PlaceKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.datum import Datum

blp = Blueprint("beat_api", __name__, description="巡区和点位")
SHOWN = (
    "id", "kind", "name", "place_kind", "unit_code", "village_code", "lon", "lat", "times", "per",
    "from_minute", "to_minute", "radius_m", "dwell_min", "instructions", "photo", "source",
    "state", "last_visited_at", "version",
)  # fmt: skip


def _word(words: Any, **more: Any) -> ma.fields.Str:
    return ma.fields.Str(validate=validate.OneOf([str(one) for one in words]), **more)


class FrequencySchema(ma.Schema):
    """How often, when, how long, for whom."""

    unit_code = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    times = ma.fields.Int(load_default=1, validate=validate.Range(0, 50))
    per = _word(Per, load_default="week")
    from_minute = ma.fields.Int(load_default=0, validate=validate.Range(0, 1439))
    to_minute = ma.fields.Int(load_default=1440, validate=validate.Range(1, 1440))
    radius_m = ma.fields.Int(load_default=None, allow_none=True, validate=validate.Range(5, 5000))
    dwell_min = ma.fields.Int(load_default=15, validate=validate.Range(0, 600))
    photo = ma.fields.Bool(load_default=False)


class BeatSchema(FrequencySchema):
    """One beat; geometry is GeoJSON or WKT, degrees, lon before lat."""

    kind = _word(BeatKind, required=True)
    name = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    place_kind = _word(PlaceKind, load_default=None, allow_none=True)
    geometry = ma.fields.Raw(required=True)
    instructions = ma.fields.Str(
        load_default=None, allow_none=True, validate=validate.Length(0, 2000)
    )
    version = ma.fields.Int(load_default=None, allow_none=True)
    key = ma.fields.Str(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class ImportQuery(FrequencySchema):
    """What holds for all beats of a file, in the query; the file is the body."""

    datum = _word(Datum, load_default="wgs84")
    apply = ma.fields.Bool(load_default=False)


class ListQuery(ma.Schema):
    """Which beats."""

    kind = _word(BeatKind, load_default=None)
    late = ma.fields.Bool(load_default=False)
    retired = ma.fields.Bool(load_default=False)
    limit = ma.fields.Int(load_default=50, validate=validate.Range(1, 200))


class BeatVersionSchema(ma.Schema):
    """The version that was read."""

    version = ma.fields.Int(load_default=None, allow_none=True)


def shown(beat: Beat) -> dict[str, Any]:
    """Return a beat as JSON; its code is told to those who print it only."""
    return plain_row(beat, *SHOWN)


def described(body: dict[str, Any]) -> Described:
    """Return what a body says of a beat."""
    said = {name: body[name] for name in body if name not in ("version", "key")}
    place = said.pop("place_kind")
    return Described(**{
        **said, "kind": BeatKind(said["kind"]), "per": Per(said["per"]),
        "place_kind": PlaceKind(place) if place else None,
    })  # fmt: skip


@blp.route("/beats")
@requires(Permission.PATROL_READ)
@blp.arguments(ListQuery, location="query")
def list_beats(query: dict[str, Any]) -> dict[str, Any]:
    """Beats by unit; `late` only those not visited for their whole span."""
    with transaction() as session:
        rows = queries.list_page(
            session, current_actor(), kind=query["kind"], only_overdue=query["late"],
            retired=query["retired"], limit=query["limit"],
        )  # fmt: skip
        return {"beats": [shown(row.beat) | {"unit_name": row.unit_name, "late": row.overdue}
                          for row in rows]}  # fmt: skip


@blp.route("/beats", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(BeatSchema)
def add_beat(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Register an area, a route or a checkpoint."""
    with transaction() as session:
        beat = beats.add(session, current_actor(), described(body), key=body["key"])
        return shown(beat) | {"tag": beat.tag}, 201


@blp.route("/beats/<uuid:beat_id>")
@requires(Permission.PATROL_READ)
def get_beat(beat_id: Any) -> dict[str, Any]:
    """One beat with its shape."""
    with transaction() as session:
        beat = queries.get(session, current_actor(), beat_id)
        return shown(beat) | {"geometry": queries.shape_of(session, beat)}


@blp.route("/beats/<uuid:beat_id>", methods=["PUT"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(BeatSchema)
def edit_beat(body: dict[str, Any], beat_id: Any) -> dict[str, Any]:
    """Change a beat."""
    with transaction() as session:
        said = described(body)
        return shown(beats.edit(session, current_actor(), beat_id, said, version=body["version"]))


@blp.route("/beats/<uuid:beat_id>/<string:act>", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(BeatVersionSchema)
def act_on_beat(body: dict[str, Any], beat_id: Any, act: str) -> dict[str, Any]:
    """Retire a beat (`retire`), put it to use again (`resume`), give a new code (`tag`)."""
    actor, version = current_actor(), body["version"]
    with transaction() as session:
        if act == "tag":
            beat = beats.renew_tag(session, actor, beat_id, version=version)
            return shown(beat) | {"tag": beat.tag}
        state = {"retire": BeatState.RETIRED, "resume": BeatState.ACTIVE}.get(act)
        if state is None:
            raise beats.unknown_act()
        return shown(beats.set_state(session, actor, beat_id, state, version=version))


@blp.route("/beats/import", methods=["POST"])
@requires(Permission.PATROL_ASSIGN)
@blp.arguments(ImportQuery, location="query")
def import_beats(query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Say what the GPX, KML or GeoJSON file in the body holds; with `apply` register all of it."""
    actor, apply, datum = current_actor(), query.pop("apply"), Datum(query.pop("datum"))
    with transaction() as session:
        rows = beat_files.read(request.get_data(), datum, query | {"per": Per(query["per"])})
        made = beat_files.take(session, actor, rows) if apply else []
        told = [{"row": one.row, "name": one.name, "kind": one.kind, "problem": one.problem}
                for one in rows]  # fmt: skip
        return {"rows": told, "made": [str(one.id) for one in made]}, 201 if apply else 200


@blp.route("/beats/proposals")
@requires(Permission.PATROL_ASSIGN)
def propose_beats() -> dict[str, Any]:
    """Where a checkpoint is missing: clusters of incidents, villages long not visited."""
    with transaction() as session:
        actor = current_actor()
        return {
            "hot_spots": [dataclasses.asdict(one) for one in proposing.hot_spots(session, actor)],
            "unvisited": [dataclasses.asdict(one) for one in proposing.unvisited(session, actor)],
        }
