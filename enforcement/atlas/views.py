"""Pages: the operations map, its tiles, its list, and what is laid over it."""

from __future__ import annotations

import time
import uuid
from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock, limiting
from enforcement.actor import Actor
from enforcement.api import read_cursor
from enforcement.atlas import asking, first, ground, layers, listed, tiles
from enforcement.atlas.grid import Tile
from enforcement.atlas.kinds import CASES, KINDS, Kind
from enforcement.case import queries as cases
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _, label
from enforcement.law.matters import matters
from enforcement.law.terms import CaseState, IncidentState, UnitKind, Urgency
from enforcement.people import unit_queries as units
from enforcement.permissions import Permission, allows, check, requires
from enforcement.security import let_images_from
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy
from gis.cells import FINEST

bp = Blueprint("atlas", __name__)
TILES_A_MINUTE: Final = 1500
"""Some hundred moves of a map; whoever asks for more fetches the map by a program."""
TILES_AT_ONCE: Final = 64
"""More than a large screen shows."""
VILLAGES: Final = (UnitKind.VILLAGE_POINT,)
LOOK_S: Final = 1800
"""A look at people lasts as long; asking on meanwhile is the same look."""


def kinds_of(actor: Actor, asked: asking.Asked) -> list[Kind]:
    """Return the kinds that are asked for and that the person may read."""
    return [KINDS[one] for one in asked.kinds if allows(actor, KINDS[one].permission)]


def kept(answer: Any, *, version: str = "") -> Response:
    """Return an answer that a browser keeps for itself; without a version it asks again."""
    lasting = version != "" and request.args.get("v") == version
    how = "private, max-age=604800, immutable" if lasting else "private, no-cache"
    answer.headers["Cache-Control"] = how
    answer.headers["Vary"] = "Cookie, Authorization"
    answer.add_etag()
    found: Response = answer.make_conditional(request)
    return found


@bp.get("/map")
@requires(Permission.MAP_READ)
def index() -> ResponseReturnValue:
    """Show the operations map, its filters, and the same content as a list beside it."""
    actor, asked = current_actor(), asking.read(request.args)
    config: Config = current_app.extensions["enforcement.config"]
    for one in config.base_maps:
        let_images_from(one.origins())
    with transaction() as db:
        now = clock.now(db)
        on = clock.local_day(now)
        shown = _listed(db, actor, asked, now)
        below = ground.ground(db, actor, on)
        return render_template(
            "atlas/map.html", asked=asked, ground=below, base_maps=config.base_maps, today=on,
            units=_units(db, actor, on, asked.unit), show=request.args.get("show"),
            kinds=[kind for kind in KINDS.values() if allows(actor, kind.permission)],
            words=_words(actor), hot=layers, services=[one.as_json() for one in config.base_maps],
            brigades={one.key: one.colour for one in below.legend},
            sheets=first.sheets(below.bounds), **shown,
        )  # fmt: skip


def _units(db: Session, actor: Actor, on: date, chosen: str) -> dict[str, list[Any]]:
    """Return the units to filter by, under the name of the organ or township above them.

    Village points are left out: hundreds of them hide the others, and the map itself finds a
    village; the one that an address names stays.
    """
    found: dict[str, list[Any]] = {}
    above: dict[str, str] = {}
    for one in units.list_names(db, actor.county_code, on, without=VILLAGES, keep=chosen):
        head = ".".join(one.code.split(".")[:2])
        above.setdefault(head, one.name)
        found.setdefault(above[head], []).append(one)
    return found


def _words(actor: Actor) -> dict[str, Any]:
    """Return what the map's script calls states and sorts; matters as they are named today."""
    found: dict[str, Any] = {
        "state": {str(one): label(one) for terms in (IncidentState, CaseState) for one in terms},
        "urgency": {str(one): label(one) for one in Urgency},
        "sort": {f"incident.{code}": word for code, word in taxonomy.main_choices()},
    }
    if allows(actor, Permission.CASE_READ):
        found["sort"] |= {f"case.{row.code}": row.name for row in matters().values()}
    return found


def _listed(
    db: Session, actor: Actor, asked: asking.Asked, now: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return what the list shows."""
    after = read_cursor(request.args.get("after"))
    kinds = [KINDS[one] for one in (asked.kinds if after is None else asked.kinds[:1])]
    parts = [listed.page(db, actor, kind, asked, after)
             for kind in kinds if allows(actor, kind.permission)]  # fmt: skip
    walks = []
    if after is None and allows(actor, Permission.PATROL_READ):
        walks = layers.patrols_of(db, actor, clock.local_day(now), asked.unit)
    return {"parts": parts, "patrols": walks, "now": now, "left": listed.left,
            "categories": taxonomy.mine().known, "query": asking.as_query}  # fmt: skip


@bp.get("/map/list")
@requires(Permission.MAP_READ)
def list_part() -> ResponseReturnValue:
    """Return the list of what lies in the shown part of the map, for the page's script."""
    actor, asked = current_actor(), asking.read(request.args)
    with transaction() as db:
        return render_template(
            "atlas/list.html", asked=asked, **_listed(db, actor, asked, clock.now(db))
        )


@bp.get("/map/tiles/<int(signed=True):z>/<int:x>/<int:y>")
@requires(Permission.MAP_READ)
def tile(z: int, x: int, y: int) -> Response:
    """Return incidents and cases of a tile of 512 px, as marks of many and as single ones."""
    actor, at, asked = current_actor(), Tile.of(z, x, y), asking.read(request.args)
    limiting.count(actor.county_code, "tiles", str(actor.account_id), most=TILES_A_MINUTE)
    with transaction() as db:
        found = {kind.name: tiles.tile(db, actor, kind, asked, at)
                 for kind in kinds_of(actor, asked)}  # fmt: skip
    return kept(jsonify(found))


@bp.get("/map/tiles/<int:z>/<int:left>-<int:right>/<int:top>-<int:bottom>")
@requires(Permission.MAP_READ)
def sheet(z: int, left: int, right: int, top: int, bottom: int) -> Response:
    """Return the tiles of a rectangle by "column/row", each as `tile` does: what a window shows."""
    actor, asked = current_actor(), asking.read(request.args)
    count = (right - left + 1) * (bottom - top + 1)
    if right < left or bottom < top or count > TILES_AT_ONCE or z > FINEST:
        raise NotFoundError(_("没有这个瓦片。"))
    ats = [Tile.of(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    limiting.count(
        actor.county_code, "tiles", str(actor.account_id), most=TILES_A_MINUTE, times=count
    )
    with transaction() as db:
        found = {kind.name: tiles.sheet(db, actor, kind, asked, ats)
                 for kind in kinds_of(actor, asked)}  # fmt: skip
    return kept(jsonify({
        f"{at.x}/{at.y}": {name: marks[at] for name, marks in found.items()} for at in ats
    }))  # fmt: skip


@bp.get("/map/ground/<int:z>/<int:x>/<int:y>")
@requires(Permission.MAP_READ)
def ground_tile(z: int, x: int, y: int) -> Response:
    """Return a vector tile of the county: villages, townships, roads, names."""
    actor, at = current_actor(), Tile.of(z, x, y)
    if z > ground.DEEPEST:
        raise NotFoundError(_("没有这个瓦片。"))
    limiting.count(actor.county_code, "ground", str(actor.account_id), most=TILES_A_MINUTE)
    with transaction() as db:
        version, content = ground.tile(db, actor, at)
    answer = Response(content, mimetype="application/vnd.mapbox-vector-tile")
    return kept(answer, version=version)


@bp.get("/map/patrols")
@requires(Permission.PATROL_READ)
def patrols() -> Response:
    """Return today's patrols with their stops."""
    actor, asked = current_actor(), asking.read(request.args)
    with transaction() as db:
        found = layers.patrols_of(db, actor, clock.today(db), asked.unit)
    return kept(jsonify({"patrols": found}))


@bp.get("/map/people")
@requires(Permission.POSITION_READ)
def people() -> ResponseReturnValue:
    """Return who is on duty where; a look is logged once in half an hour."""
    began = session.get("looked_at_people")
    again = isinstance(began, float) and 0 <= time.time() - began < LOOK_S
    if not again:
        session["looked_at_people"] = time.time()
    with transaction() as db:
        found = layers.people(db, current_actor(), logged=not again)
    return {"people": found}, 200, {"Cache-Control": "no-store"}


@bp.get("/map/hot-spots")
@requires(Permission.MAP_READ)
def hot_spots() -> Response:
    """Return where incidents lie thick, with the parameters of the clusters."""
    actor, days = current_actor(), _days(layers.DAYS)
    check(actor, Permission.INCIDENT_READ)
    with transaction() as db:
        found = layers.hot_spots(db, actor, days)
    return kept(jsonify({"spots": found, "days": days, "within_m": layers.NEAR_M,
                         "least": layers.LEAST}))  # fmt: skip


@bp.get("/map/blank-spots")
@requires(Permission.MAP_READ)
def blank_spots() -> Response:
    """Return villages and checkpoints that nobody visited for days."""
    actor, days = current_actor(), _days(layers.BLANK_DAYS)
    with transaction() as db:
        found = layers.blank_spots(db, actor, days)
    return kept(jsonify({"spots": found, "days": days}))


def _days(usual: int) -> int:
    days = request.args.get("days", usual, type=int)
    return min(layers.LONGEST_DAYS, max(1, days))


@bp.get("/map/cases/<uuid:case_id>")
@requires(Permission.CASE_READ)
def case_panel(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show a case beside the map, with the way to its page and its acts."""
    with transaction() as db:
        case = cases.get(db, current_actor(), case_id)
        due = listed.due_of(db, CASES, case.county_code, case.id)
        return render_template("atlas/case_panel.html", case=case, due=due, now=clock.now(db),
                               state=CaseState(case.state), left=listed.left)  # fmt: skip
