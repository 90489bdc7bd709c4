"""What is laid over the map beside incidents and cases: patrols, people, hot spots, blank spots."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.atlas.kinds import INCIDENTS
from enforcement.i18n import label
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.duty_sql import owners
from enforcement.law.terms import PatrolState
from enforcement.live import board as live
from enforcement.patrol import queries as patrols
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.terms import BeatKind, BeatState
from enforcement.people.models import Unit
from gis.clusters import clusters
from gis.layers import SpatialLayer

STALE_S, FRESH_S = 120, 1800
LOOK: Final = "map"
"""What a look at people from here is called in the log."""
MOST_PATROLS: Final = 200
MOST_SPOTS: Final = 100
MOST_BLANK: Final = 500
NEAR_M, LEAST = 300, 3
"""A hot spot: so many incidents, each within so many metres of another."""
DAYS: Final = 90
BLANK_DAYS: Final = 30
LONGEST_DAYS: Final = 1000


def patrols_of(session: Session, actor: Actor, on: date, unit: str = "") -> list[dict[str, Any]]:
    """Return a day's patrols that the actor sees, not cancelled, with the places of their stops.

    stops -- [lon, lat, seq, visited], those without a place left out
    """
    query = (
        select(Patrol.id, Patrol.number, Patrol.state, Unit.name)
        .join(Unit, and_(Unit.county_code == Patrol.county_code, Unit.id == Patrol.squad_id))
        .where(patrols.visible(actor), Patrol.patrol_on == on,
               Patrol.state != PatrolState.CANCELLED)
        .order_by(Patrol.squad_code, Patrol.number)
        .limit(MOST_PATROLS)
    )  # fmt: skip
    if unit:
        query = query.where(Patrol.squad_code >= unit, Patrol.squad_code < unit + "~")
    rows = session.execute(query).all()
    stops = _stops(session, actor, [row.id for row in rows])
    return [
        {"id": str(row.id), "number": row.number, "state": row.state, "unit": row.name,
         "word": label(PatrolState(row.state)), "stops": stops[row.id]}
        for row in rows
    ]  # fmt: skip


def _stops(session: Session, actor: Actor, ids: list[Any]) -> dict[Any, list[list[Any]]]:
    query = (
        select(PatrolStop.patrol_id, PatrolStop.lon, PatrolStop.lat, PatrolStop.seq,
               PatrolStop.visited_at)
        .where(PatrolStop.county_code == actor.county_code, PatrolStop.patrol_id.in_(ids),
               PatrolStop.lon.is_not(None))
        .order_by(PatrolStop.patrol_id, PatrolStop.seq)
    )  # fmt: skip
    found: dict[Any, list[list[Any]]] = defaultdict(list)
    for row in session.execute(query):
        place = [round(row.lon, 6), round(row.lat, 6), row.seq, row.visited_at is not None]
        found[row.patrol_id].append(place)
    return found


def people(session: Session, actor: Actor, *, logged: bool) -> list[dict[str, Any]]:
    """Return the people and vehicles on duty that the actor may look at, those heard of late."""
    board = live.look(session, actor, LOOK if logged else None)
    return [
        {"id": one["id"], "name": one["name"], "person": one["person"], "lon": one["lon"],
         "lat": one["lat"], "age_s": round(board.now - one["at"]),
         "stale": board.now - one["at"] > STALE_S}
        for one in json.loads(board.units) if board.now - one["at"] <= FRESH_S
    ]  # fmt: skip


def hot_spots(session: Session, actor: Actor, days: int = DAYS) -> list[dict[str, Any]]:
    """Return where the incidents of the last days lie thick, of those that the actor sees."""
    since = clock.now(session) - timedelta(days=days)
    table = INCIDENTS.table
    seen = (INCIDENTS.visible(actor), table.point.is_not(None), table.received_at >= since)
    layer = SpatialLayer(table.id, table.point, seen)
    found = clusters(session, layer, within_m=NEAR_M, least=LEAST, limit=MOST_SPOTS)
    return [{"lon": round(one.lon, 6), "lat": round(one.lat, 6), "n": one.count,
             "reach_m": round(one.reach_m)} for one in found]  # fmt: skip


BLANK: Final = f"""
  SELECT a.code, a.name, a.label_lon AS lon, a.label_lat AS lat, last.visited_at
  FROM area a LEFT JOIN ({owners("day")}) own ON own.code = a.code
  LEFT JOIN (
    SELECT village_code, max(visited_at) AS visited_at FROM patrol_stop
    WHERE county_code = :county AND visited_at IS NOT NULL GROUP BY village_code
  ) last ON last.village_code = a.code
  WHERE a.county_code = :county AND a.edition_id = :edition AND a.level = :level
    AND ((own.unit_code >= :unit AND own.unit_code < :unit || '~')
      OR a.code LIKE ANY(CAST(:areas AS text[])))
    AND coalesce(last.visited_at < :since, true)
  ORDER BY last.visited_at NULLS FIRST, a.code LIMIT :most
"""  # noqa: S608


def blank_spots(session: Session, actor: Actor, days: int = BLANK_DAYS) -> list[dict[str, Any]]:
    """Return villages and checkpoints that nobody visited for days, the longest first."""
    since = clock.now(session) - timedelta(days=days)
    found = [*_villages(session, actor, since), *_checkpoints(session, actor, since)]
    return sorted(found, key=lambda one: (one["last"] or "", one["name"]))[:MOST_BLANK]


def _villages(session: Session, actor: Actor, since: Any) -> list[dict[str, Any]]:
    today = clock.today(session)
    edition = plan_queries.edition_on(session, actor.county_code, today)
    by_area = actor.role in scope.BY_AREA
    unit = "" if actor.role in scope.COUNTY_WIDE else actor.unit_code
    asked = {
        "county": actor.county_code, "on": today, "edition": edition.id, "level": edition.level,
        "unit": "~" if by_area else unit, "since": since, "most": MOST_BLANK,
        "areas": [f"{code}%" for code in (actor.area_codes if by_area else ())],
    }  # fmt: skip
    rows = session.execute(text(BLANK), asked)
    return [_blank("village", row.code, row.name, row.lon, row.lat, row.visited_at) for row in rows]


def _checkpoints(session: Session, actor: Actor, since: Any) -> list[dict[str, Any]]:
    query = (
        select(Beat)
        .where(scope.rows(actor, Beat, units=(Beat.unit_code,), areas=(Beat.village_code,)),
               Beat.kind == BeatKind.POINT, Beat.state == BeatState.ACTIVE,
               or_(Beat.last_visited_at.is_(None), Beat.last_visited_at < since))
        .order_by(func.coalesce(Beat.last_visited_at, Beat.made_at), Beat.id)
        .limit(MOST_BLANK)
    )  # fmt: skip
    return [_blank("point", str(one.id), one.name, one.lon, one.lat, one.last_visited_at)
            for one in session.scalars(query)]  # fmt: skip


def _blank(kind: str, key: str, name: str, lon: float, lat: float, last: Any) -> dict[str, Any]:
    day = last.astimezone(clock.ZONE).date().isoformat() if last else None
    return {"kind": kind, "id": key, "name": name, "lon": round(lon, 6), "lat": round(lat, 6),
            "last": day}  # fmt: skip
