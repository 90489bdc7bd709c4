"""Reads: patrols that a person may see, with their stops."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import Division
from enforcement.law.terms import PatrolState
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolFinding, PatrolStop
from enforcement.patrol.plan_models import PatrolWish
from enforcement.people.models import Unit
from enforcement.permissions import Permission, allows
from enforcement.wall import over_county


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which patrols the actor sees: his squad's, or those of squads below him.

    What is still being planned is seen by those who plan only.
    """
    mine = scope.rows(actor, Patrol, units=(Patrol.squad_code,), own=(Patrol.assigned_by,))
    if allows(actor, Permission.PATROL_ASSIGN):
        return mine
    return and_(mine, Patrol.state != PatrolState.DRAFT)


def get(session: Session, actor: Actor, patrol_id: uuid.UUID, *, lock: bool = False) -> Patrol:
    """Return a patrol the actor may see; raises NotFoundError."""
    query = select(Patrol).where(visible(actor), Patrol.id == patrol_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该巡查任务，或者您无权查看。"))
    return found


def list_recent(
    session: Session, actor: Actor, *, since: date | None = None, limit: int = 50
) -> list[tuple[Patrol, str]]:
    """Return patrols with the name of their squad, the latest day first."""
    query = (
        select(Patrol, Unit.name)
        .join(Unit, and_(Unit.county_code == Patrol.county_code, Unit.id == Patrol.squad_id))
        .where(visible(actor))
        .order_by(Patrol.patrol_on.desc(), Patrol.number.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(Patrol.patrol_on >= since)
    return [(row[0], row[1]) for row in session.execute(query)]


def find_open(session: Session, county_code: str, squad_id: uuid.UUID, on: date) -> Patrol | None:
    """Return the squad's patrol of that day to which stops may still be added."""
    query = select(Patrol).where(
        Patrol.county_code == county_code,
        Patrol.squad_id == squad_id,
        Patrol.patrol_on == on,
        Patrol.state.in_([PatrolState.PUBLISHED, PatrolState.STARTED]),
    )
    return session.scalars(query.order_by(Patrol.number).limit(1).with_for_update()).first()


@over_county
def stops(
    session: Session, county_code: str, patrol_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[PatrolStop, Incident | None]]]:
    """Return the stops of several patrols in order, each with its incident, in one query."""
    query = (
        select(PatrolStop, Incident)
        .outerjoin(
            Incident,
            and_(
                Incident.county_code == PatrolStop.county_code,
                Incident.id == PatrolStop.incident_id,
            ),
        )
        .where(PatrolStop.county_code == county_code, PatrolStop.patrol_id.in_(patrol_ids))
        .order_by(PatrolStop.patrol_id, PatrolStop.seq)
    )
    found: dict[uuid.UUID, list[tuple[PatrolStop, Incident | None]]] = defaultdict(list)
    for stop, incident in session.execute(query):
        found[stop.patrol_id].append((stop, incident))
    return found


def findings(
    session: Session, county_code: str, stop_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[PatrolFinding]]:
    """Return what visits brought about, by stop, the first one first."""
    query = select(PatrolFinding).where(
        PatrolFinding.county_code == county_code, PatrolFinding.stop_id.in_(stop_ids)
    )
    found: dict[uuid.UUID, list[PatrolFinding]] = defaultdict(list)
    for one in session.scalars(query.order_by(PatrolFinding.at, PatrolFinding.id)):
        found[one.stop_id].append(one)
    return found


@over_county
def names(
    session: Session, county_code: str, stops: Sequence[PatrolStop]
) -> dict[uuid.UUID, tuple[str, str | None]]:
    """Return what each stop is called and what is asked there, in one statement."""
    name = func.coalesce(Beat.name, PatrolWish.title, Incident.number, Division.name, "")
    asked = func.coalesce(Beat.instructions, PatrolWish.article, Incident.description)
    query = (
        select(PatrolStop.id, name, asked)
        .outerjoin(Beat, _same(Beat, PatrolStop.beat_id))
        .outerjoin(PatrolWish, _same(PatrolWish, PatrolStop.wish_id))
        .outerjoin(Incident, _same(Incident, PatrolStop.incident_id))
        .outerjoin(
            Division,
            and_(
                Division.county_code == PatrolStop.county_code,
                Division.code == PatrolStop.village_code,
            ),
        )
        .where(PatrolStop.county_code == county_code, PatrolStop.id.in_([one.id for one in stops]))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _same(table: Any, column: Any) -> ColumnElement[bool]:
    return and_(table.county_code == PatrolStop.county_code, table.id == column)


def history(session: Session, county_code: str, patrol_id: uuid.UUID) -> list[PatrolEntry]:
    """Return the acts upon a patrol, the first one first."""
    query = select(PatrolEntry).where(
        PatrolEntry.county_code == county_code, PatrolEntry.patrol_id == patrol_id
    )
    return list(session.scalars(query.order_by(PatrolEntry.seq)))
