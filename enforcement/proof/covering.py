"""What a patrol covered: made when its shift is over, anew when more comes in, and on demand."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.clock import midnight
from enforcement.patrol import queries
from enforcement.patrol.models import Patrol
from enforcement.permissions import Permission
from enforcement.proof.covering_sql import COVER, CREW, DUE, STALE, ZONE_OF
from enforcement.proof.result_models import PatrolCoverage
from enforcement.proof.visiting import DWELL
from enforcement.settings import queries as settings
from gis.tracks import SIMPLE_M

SETTLE_MIN: Final = 10
"""So long after the end of a shift phones may still be sending."""
LEEWAY: Final = timedelta(minutes=30)
"""So long before and after the shift positions still belong to it."""
MOST: Final = 20
BACK_DAYS: Final = 7
FIGURES: Final = ("reach_m", "road_reach_m", "hot_days", "hot_least")


def cover_due(session: Session, county_code: str) -> int:
    """Make the coverage of patrols whose shift is over; return of how many."""
    since = clock.today(session) - timedelta(days=BACK_DAYS)
    values = {"county": county_code, "since": since, "settle": SETTLE_MIN, "most": MOST}
    ids = list(session.scalars(DUE, values))
    for patrol_id in ids:
        _cover(session, session.get_one(Patrol, (county_code, patrol_id)))
    return len(ids)


def mark_stale(session: Session, county_code: str, since: datetime) -> None:
    """Note which patrols more positions came for since a moment."""
    session.execute(STALE, {"county": county_code, "since": since})


def make(session: Session, actor: Actor, patrol_id: uuid.UUID) -> PatrolCoverage:
    """Make a patrol's coverage now, of what is known of it; raises NotFoundError."""
    permissions.check(actor, Permission.POSITION_READ)
    return _cover(session, queries.get(session, actor, patrol_id))


def find(session: Session, actor: Actor, patrol_id: uuid.UUID) -> PatrolCoverage | None:
    """Return a patrol's coverage, None before its shift is over; raises NotFoundError."""
    patrol = queries.get(session, actor, patrol_id)
    return _of(session, patrol)


def _of(session: Session, patrol: Patrol) -> PatrolCoverage | None:
    query = select(PatrolCoverage).where(
        PatrolCoverage.county_code == patrol.county_code, PatrolCoverage.patrol_id == patrol.id
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def _cover(session: Session, patrol: Patrol) -> PatrolCoverage:
    county = patrol.county_code
    crew = list(session.scalars(CREW, {"county": county, "squad": patrol.squad_code,
                                       "on": patrol.patrol_on}))  # fmt: skip
    figures = {name: settings.value(session, county, f"cover_{name}") for name in FIGURES}
    dwell = settings.value(session, county, DWELL)
    start = midnight(patrol.patrol_on)
    params = figures | {"simple_m": SIMPLE_M, "dwell_s": dwell}
    session.execute(COVER, {
        "county": county, "patrol": patrol.id, "squad": patrol.squad_code, "on": patrol.patrol_on,
        "since": start + timedelta(minutes=patrol.from_minute) - LEEWAY,
        "until": start + timedelta(minutes=patrol.to_minute) + LEEWAY,
        "crew": crew, "dwell": dwell, "params": json.dumps(params),
        "zone": session.scalar(ZONE_OF, {"county": county}), **figures,
    })  # fmt: skip
    made = _of(session, patrol)
    assert made is not None  # noqa: S101 -- kept a moment ago
    return made


def percent(part: float | None, whole: float | None) -> float | None:
    """Return a share in per cent, None where there was nothing to cover."""
    return None if not whole else round(100 * min(part or 0, whole) / whole, 2)


def as_json(row: PatrolCoverage) -> dict[str, Any]:
    """Return a coverage for programs: shares in per cent, with the figures it was made by."""
    return {
        "patrol_id": str(row.patrol_id), "made_at": row.made_at.isoformat(), "stale": row.stale,
        "since": row.since.isoformat(), "until": row.until.isoformat(), "people": len(row.crew),
        "fixes": row.fixes, "km": round(row.km, 2), "minutes": row.minutes, "area_of": row.area_of,
        "area_km2": None if row.area_m2 is None else round(row.area_m2 / 1e6, 2),
        "area_pct": percent(row.area_seen_m2, row.area_m2),
        "road_km": None if row.road_m is None else round(row.road_m / 1000, 1),
        "road_pct": percent(row.road_seen_m, row.road_m),
        "points": row.points, "points_seen": row.points_seen,
        "points_pct": percent(row.points_seen, row.points),
        "villages": row.villages, "villages_seen": row.villages_seen,
        "villages_pct": percent(row.villages_seen, row.villages),
        "hot_cells": row.cells, "params": row.params,
    }  # fmt: skip
