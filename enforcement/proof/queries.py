"""Reads: the checkpoints of today's list of one's own squad."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.law.terms import PatrolState
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.terms import BeatKind


@dataclass(frozen=True)
class ToVisit:
    """A checkpoint on today's list; photo -- one is demanded there."""

    beat_id: uuid.UUID
    seq: int
    name: str
    photo: bool
    planned_at: datetime | None
    arrived_at: datetime | None
    visited_at: datetime | None
    way: str | None


def today(session: Session, actor: Actor) -> list[ToVisit]:
    """Return the checkpoints of today's list of the actor's squad, in order."""
    query = (
        select(Beat.id, PatrolStop.seq, Beat.name, Beat.photo, PatrolStop.planned_at,
               PatrolStop.arrived_at, PatrolStop.visited_at, PatrolStop.way)
        .join(Patrol, and_(Patrol.county_code == PatrolStop.county_code,
                           Patrol.id == PatrolStop.patrol_id))
        .join(Beat, and_(Beat.county_code == PatrolStop.county_code,
                         Beat.id == PatrolStop.beat_id))
        .where(PatrolStop.county_code == actor.county_code,
               PatrolStop.patrol_on == clock.today(session),
               Patrol.squad_code == actor.unit_code, Beat.kind == BeatKind.POINT,
               Patrol.state.in_([PatrolState.PUBLISHED, PatrolState.STARTED]))
        .order_by(Patrol.number, PatrolStop.seq)
    )  # fmt: skip
    return [ToVisit(*row) for row in session.execute(query)]
