"""Pages: where everybody on duty is now, and the tracks of a day."""

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


@bp.get("/live")
@requires(Permission.POSITION_READ)
def live() -> ResponseReturnValue:
    """Show people and vehicles on duty on a map and as a list; opening it is one logged look."""
    with transaction() as session:
        rows = looking.live(session, current_actor())
    return render_template("positions/live.html", rows=[_plain(one) for one in rows])


@bp.get("/live/now")
@requires(Permission.POSITION_READ)
def now() -> ResponseReturnValue:
    """Return where they are now, for the open page."""
    with transaction() as session:
        rows = looking.live(session, current_actor(), logged=False)
    return {"units": [_plain(one) for one in rows]}, 200, {"Cache-Control": "no-store"}


def _plain(one: looking.Seen) -> dict[str, object]:
    fresh = one.age_s is not None and one.age_s <= looking.FRESH_S
    return {"id": str(one.id), "name": one.name, "person": one.person, "age_s": one.age_s,
            "lon": one.lon if fresh else None, "lat": one.lat if fresh else None,
            "accuracy_m": one.accuracy_m, "speed_kmh": one.speed_kmh, "mock": one.mock,
            "stale": not fresh or (one.age_s or 0) > looking.STALE_S}  # fmt: skip


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
