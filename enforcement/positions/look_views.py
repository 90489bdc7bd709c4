"""Pages: the tracks of a day, and the map that they and units are drawn on."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.jurisdiction import maps
from enforcement.permissions import Permission, requires
from enforcement.positions import looking
from enforcement.security import map_answer
from enforcement.sign_in import current_actor

bp = Blueprint("tracks", __name__)


@bp.get("/live/map")
@requires(Permission.MAP_READ)
def county_frame() -> Response:
    """Return the county's map for a frame; units are drawn by the page around it."""
    with transaction() as session:
        actor = current_actor()
        made = maps.county_map(session, actor.county_code, clock.today(session), with_squads=True)
    return map_answer(made.target, title=_("在岗位置"), note=made.note)


@bp.get("/tracks")
@requires(Permission.SELF)
def index() -> ResponseReturnValue:
    """List the tracks of a day; who leads nobody sees his own."""
    with transaction() as session:
        try:
            on = date.fromisoformat(request.args.get("on", ""))
        except ValueError:
            on = clock.today(session)
        rows = looking.list_tracks(session, current_actor(), on)
    return render_template("positions/tracks.html", rows=rows, on=on)


@bp.get("/tracks/<uuid:track_id>")
@requires(Permission.SELF)
def detail(track_id: uuid.UUID) -> ResponseReturnValue:
    """Show one track on the map, with a slider through its time."""
    with transaction() as session:
        found = looking.look(session, current_actor(), track_id)
        stops = [
            {"since": datetime.fromisoformat(one["since"]),
             "until": datetime.fromisoformat(one["until"]), "lon": one["lon"], "lat": one["lat"]}
            for one in found.track.stops
        ]  # fmt: skip
    return render_template("positions/track.html", found=found, stops=stops)
