"""Reads: where a checkpoint is missing: many incidents, or a village long not visited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, permissions, scope
from enforcement.actor import Actor
from enforcement.incident.models import Incident
from enforcement.jurisdiction import plan_queries, routing
from enforcement.jurisdiction.duty_sql import owners
from enforcement.jurisdiction.routing import OutsideCountyError
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.terms import BeatKind, BeatState
from enforcement.permissions import Permission
from gis.clusters import Cluster, clusters
from gis.errors import GisError
from gis.layers import SpatialLayer
from gis.proximity import nearest

LOOK_BACK_DAYS: Final = 90
NEAR_M: Final = 300
LEAST: Final = 3
NOT_FOR_DAYS: Final = 30
MOST: Final = 50


@dataclass(frozen=True)
class Proposal:
    """A checkpoint that could be made: where, for whom, and why.

    count -- incidents of the last days, 0 for a village; days -- since the last visit, None where
    nobody ever was there
    """

    name: str
    lon: float
    lat: float
    unit_code: str
    unit_name: str
    village_code: str | None
    count: int = 0
    days: int | None = None


def hot_spots(session: Session, actor: Actor, *, days: int = LOOK_BACK_DAYS) -> list[Proposal]:
    """Return clusters of the incidents that the actor sees, without one that has a checkpoint.

    A cluster nobody answers for, or of another's unit, is left out.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    since = clock.now(session) - timedelta(days=days)
    mine = scope.rows(actor, Incident, units=(Incident.responsible_unit_code,))
    layer = SpatialLayer(
        Incident.id, Incident.point,
        (mine, Incident.point.is_not(None), Incident.received_at >= since),
    )  # fmt: skip
    found = clusters(session, layer, within_m=NEAR_M, least=LEAST, limit=MOST)
    proposed = (_at(session, actor, one) for one in found if not _known(session, actor, one))
    return [one for one in proposed if one is not None]


def _known(session: Session, actor: Actor, one: Cluster) -> bool:
    """Tell whether a checkpoint in use lies near the middle of a cluster."""
    layer = SpatialLayer(
        Beat.id, Beat.geom,
        (Beat.county_code == actor.county_code, Beat.kind == BeatKind.POINT,
         Beat.state == BeatState.ACTIVE),
    )  # fmt: skip
    return bool(nearest(session, layer, one.lon, one.lat, within_m=NEAR_M, limit=1))


def _at(session: Session, actor: Actor, one: Cluster) -> Proposal | None:
    try:
        place = routing.route(session, actor.county_code, one.lon, one.lat, clock.today(session))
    except (OutsideCountyError, GisError):
        return None
    if place.unit_code is None or not place.unit_code.startswith(actor.unit_code):
        return None
    name = place.village_name or place.township_name or place.county_name
    return Proposal(name, one.lon, one.lat, place.unit_code, place.unit_name or "",
                    place.village_code, count=one.count)  # fmt: skip


UNVISITED: Final = """
  SELECT a.code, a.name, a.label_lon AS lon, a.label_lat AS lat, own.unit_code, own.unit_name,
    last.visited_at
  FROM ({owners}) own
  JOIN area a ON a.county_code = :county AND a.edition_id = :edition AND a.code = own.code
  LEFT JOIN (
    SELECT village_code, max(visited_at) AS visited_at FROM patrol_stop
    WHERE county_code = :county AND visited_at IS NOT NULL GROUP BY village_code
  ) last ON last.village_code = a.code
  WHERE own.unit_code >= :unit AND own.unit_code < :unit || '~'
    AND coalesce(last.visited_at < :since, true)
    AND NOT EXISTS (SELECT 1 FROM beat b WHERE b.county_code = :county AND b.state = 'active'
      AND b.kind = 'point' AND b.village_code = a.code)
  ORDER BY last.visited_at NULLS FIRST, a.code LIMIT :most
"""


def unvisited(session: Session, actor: Actor, *, days: int = NOT_FOR_DAYS) -> list[Proposal]:
    """Return villages of the actor's units without a checkpoint and without a visit for days."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    today = clock.today(session)
    edition = plan_queries.edition_on(session, actor.county_code, today)
    asked = {
        "county": actor.county_code, "on": today, "edition": edition.id, "level": edition.level,
        "unit": actor.unit_code, "most": MOST,
        "since": clock.now(session) - timedelta(days=days),
    }  # fmt: skip
    rows = session.execute(text(UNVISITED.format(owners=owners("day"))), asked)
    return [_village(row, today) for row in rows]


def _village(row: Any, today: date) -> Proposal:
    seen = row.visited_at.astimezone(clock.ZONE).date() if row.visited_at else None
    return Proposal(row.name, row.lon, row.lat, row.unit_code, row.unit_name, row.code,
                    days=(today - seen).days if seen else None)  # fmt: skip
