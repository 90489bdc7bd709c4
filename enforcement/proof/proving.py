"""What proves a patrol: its stops planned and actual, tracks, coverage, alarms and doubts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.patrol import queries
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.permissions import Permission, allows
from enforcement.positions import looking
from enforcement.positions.looking import Walked
from enforcement.proof import covering, judging
from enforcement.proof.covering_sql import CREW
from enforcement.proof.judging import Listed
from enforcement.proof.models import BeatVisit, CheckIn
from enforcement.proof.result_models import PatrolCoverage, StopAlarm


@dataclass
class Proved:
    """A stop with what proves it.

    dwell_s -- of all visits of the squad's people that day; distance_m -- the least that is known
    late_min -- minutes after the planned moment; check_ins -- as they were said
    """

    stop: PatrolStop
    name: str
    visits: int = 0
    dwell_s: int = 0
    distance_m: float | None = None
    check_ins: list[CheckIn] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def late_min(self) -> int | None:
        """Return how many minutes after the plan somebody arrived, None where that is unknown."""
        planned, actual = self.stop.planned_at, self.stop.arrived_at
        return None if not (planned and actual) else round((actual - planned).total_seconds() / 60)


@dataclass(frozen=True)
class Proof:
    """All that proves a patrol, as far as the actor may look at it."""

    patrol: Patrol
    rows: list[Proved]
    coverage: PatrolCoverage | None
    walked: list[Walked]
    flags: list[Listed]


def proof(session: Session, actor: Actor, patrol_id: uuid.UUID) -> Proof:
    """Return what proves a patrol; each look at somebody's track is logged.

    Who leads nobody sees stops, coverage and his own track. Raises NotFoundError.
    """
    permissions.check(actor, Permission.PATROL_READ)
    patrol = queries.get(session, actor, patrol_id)
    crew = crew_of(session, patrol)
    flags = (
        judging.list_flags(session, actor, open_only=False, on=patrol.patrol_on, carriers=crew)
        if allows(actor, Permission.POSITION_READ)
        else []
    )
    return Proof(patrol, rows_of(session, patrol, crew), covering.find(session, actor, patrol_id),
                 _walked(session, actor, patrol, crew), flags)  # fmt: skip


def crew_of(session: Session, patrol: Patrol) -> list[uuid.UUID]:
    """Return the people of a patrol's squad on its day."""
    values = {"county": patrol.county_code, "squad": patrol.squad_code, "on": patrol.patrol_on}
    return list(session.scalars(CREW, values))


def rows_of(session: Session, patrol: Patrol, crew: Sequence[uuid.UUID]) -> list[Proved]:
    """Return the stops in order, each with its visits, check-ins and alarms."""
    county = patrol.county_code
    stops = [stop for stop, _one in queries.stops(session, county, [patrol.id])[patrol.id]]
    names = queries.names(session, county, stops)
    found = {stop.id: Proved(stop, names[stop.id][0]) for stop in stops}
    visits = (
        select(BeatVisit.beat_id, func.count(), func.sum(BeatVisit.dwell_s),
               func.min(BeatVisit.min_distance_m))
        .where(BeatVisit.county_code == county, BeatVisit.on_day == patrol.patrol_on,
               BeatVisit.person_id.in_(crew),
               BeatVisit.beat_id.in_([stop.beat_id for stop in stops if stop.beat_id]))
        .group_by(BeatVisit.beat_id)
    )  # fmt: skip
    seen = {row[0]: row for row in session.execute(visits)}
    for one in found.values():
        if one.stop.beat_id in seen:
            _beat, one.visits, one.dwell_s, one.distance_m = seen[one.stop.beat_id]
    said = select(CheckIn).where(CheckIn.county_code == county, CheckIn.stop_id.in_(found))
    for row in session.scalars(said.order_by(CheckIn.occurred_at)):
        if row.stop_id is not None:
            one = found[row.stop_id]
            one.check_ins.append(row)
            known = [far for far in (one.distance_m, row.distance_m) if far is not None]
            one.distance_m = min(known, default=None)
    alarms = select(StopAlarm.stop_id, StopAlarm.kind).where(
        StopAlarm.county_code == county, StopAlarm.stop_id.in_(found)
    )
    for stop_id, kind in session.execute(alarms.order_by(StopAlarm.at)):
        found[stop_id].alarms.append(kind)
    return list(found.values())


def _walked(
    session: Session, actor: Actor, patrol: Patrol, crew: Sequence[uuid.UUID]
) -> list[Walked]:
    """Return the tracks of the squad's people that the actor may look at."""
    tracks = [one.track for one in looking.list_tracks(session, actor, patrol.patrol_on)
              if one.track.carrier_id in set(crew)]  # fmt: skip
    return [looking.look(session, actor, one.id) for one in tracks]


def shown(one: Proved) -> dict[str, Any]:
    """Return a stop and what proves it, for programs and maps."""
    stop = one.stop
    return {
        "seq": stop.seq, "name": one.name, "lon": stop.lon, "lat": stop.lat,
        "planned_at": _moment(stop.planned_at), "arrived_at": _moment(stop.arrived_at),
        "left_at": _moment(stop.left_at), "visited": stop.visited_at is not None, "way": stop.way,
        "late_min": one.late_min, "visits": one.visits, "dwell_s": one.dwell_s,
        "distance_m": None if one.distance_m is None else round(one.distance_m, 1),
        "far": any(row.within is False for row in one.check_ins),
        "mock": any(row.mock for row in one.check_ins), "alarms": one.alarms,
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def as_json(found: Proof) -> dict[str, Any]:
    """Return the proof for programs; tracks by their ids, to be looked at one by one."""
    return {
        "patrol_id": str(found.patrol.id), "number": found.patrol.number,
        "stops": [shown(one) for one in found.rows],
        "coverage": covering.as_json(found.coverage) if found.coverage else None,
        "tracks": [{"id": str(one.track.id), "name": one.name, "km": round(one.track.km, 2)}
                   for one in found.walked],
        "flags": [judging.as_json(one) for one in found.flags],
    }  # fmt: skip
