"""Act: stops that are still to be walked go to another squad's patrol of the same day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.actor import Actor
from enforcement.law.terms import PatrolState
from enforcement.patrol import queries, services
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
from enforcement.people.models import Unit


def open_stops(
    session: Session, county_code: str, incident_id: uuid.UUID, squad_code: str | None
) -> list[PatrolStop]:
    """Return the stops at an incident that a squad has still to visit, today or later."""
    query = (
        select(PatrolStop)
        .join(Patrol, (Patrol.county_code == PatrolStop.county_code)
              & (Patrol.id == PatrolStop.patrol_id))
        .where(
            PatrolStop.county_code == county_code,
            PatrolStop.incident_id == incident_id,
            PatrolStop.visited_at.is_(None),
            PatrolStop.patrol_on >= clock.sql_today(),
            Patrol.squad_code == squad_code,
            Patrol.state.in_([PatrolState.PUBLISHED, PatrolState.STARTED]),
        )
    )  # fmt: skip
    return list(session.scalars(query.order_by(PatrolStop.patrol_on)))


def move_stops(
    session: Session, actor: Actor, stops: Sequence[PatrolStop], squad: Unit, *, reason: str
) -> None:
    """Put stops on the patrols of another squad, made where it has none; an emptied one ends.

    Both patrols remember it. The caller has checked permission and scope.
    """
    for stop in stops:
        old = _locked(session, stop)
        new = queries.find_open(
            session, stop.county_code, squad.id, stop.patrol_on
        ) or services.open_patrol(session, actor, squad, stop.patrol_on, old.instructions)
        said = {"note": reason, "from": old.number, "to": new.number, "squad": squad.name}
        stop.patrol_id, stop.seq = new.id, _next(session, new)
        session.flush()
        for patrol in (old, new):
            patrol.version += 1
            _remember(session, actor, patrol, "rehome", said)
        if not _left(session, old):
            old.state = PatrolState.CANCELLED
            _remember(session, actor, old, "cancel", {"note": reason})


def _locked(session: Session, stop: PatrolStop) -> Patrol:
    query = select(Patrol).where(
        Patrol.county_code == stop.county_code, Patrol.id == stop.patrol_id
    )
    return session.scalars(query.with_for_update()).one()


def _next(session: Session, patrol: Patrol) -> int:
    last = session.scalar(
        select(func.max(PatrolStop.seq)).where(
            PatrolStop.county_code == patrol.county_code, PatrolStop.patrol_id == patrol.id
        )
    )
    return (last or 0) + 1


def _left(session: Session, patrol: Patrol) -> int:
    count = select(func.count()).where(
        PatrolStop.county_code == patrol.county_code, PatrolStop.patrol_id == patrol.id
    )
    return session.scalar(count) or 0


def _remember(
    session: Session, actor: Actor, patrol: Patrol, event: str, said: dict[str, str]
) -> None:
    history.append(
        session, PatrolEntry.patrol_id, patrol, event, actor, clock.now(session), {**said}
    )
