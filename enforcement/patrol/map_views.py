"""The county under maps of patrols: its villages and townships, asked for once by a browser."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.jurisdiction import map_queries, plan_queries
from enforcement.jurisdiction.maps import note_of
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("patrol", __name__)
NEARER = 1.0
"""How many zooms nearer than the whole county the borders are drawn for."""


def ground(session: Session, actor: Actor) -> dict[str, Any]:
    """Return what a page needs for a map: bounds in degrees, zoom, edition, the note on it."""
    edition = plan_queries.edition_on(session, actor.county_code, clock.today(session))
    bounds = map_queries.extent(session, edition)
    zoom = round(map_queries.zoom_for(bounds) + NEARER, 1)
    return {"bounds": bounds, "zoom": zoom, "edition": edition.id, "note": note_of(edition)}


@bp.get("/patrols/areas")
@requires(Permission.PATROL_READ)
def areas() -> Response:
    """Return villages and townships of today's boundaries as GeoJSON."""
    zoom = min(16.0, max(6.0, request.args.get("zoom", 10.0, type=float)))
    with transaction() as session:
        on = clock.today(session)
        edition = plan_queries.edition_on(session, current_actor().county_code, on)
        tag = f"{edition.id}-{zoom:g}"
        if tag in request.if_none_match:
            answer = Response(status=304)
        else:
            layers = map_queries.county_layers(session, edition, on, zoom=zoom, with_squads=False)
            answer = jsonify({"villages": layers.villages, "townships": layers.townships})
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer
