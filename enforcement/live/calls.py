"""Calls for help that are open, within reach, with who is nearest to each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.incident import sos
from enforcement.incident.models import Incident
from enforcement.incident.queries import visible
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import IncidentState, Urgency
from enforcement.live import nearest
from enforcement.permissions import Permission
from enforcement.safety import queries as safety

SHOWN: Final = timedelta(hours=12)
MOST: Final = 10
NEAREST: Final = 3


def list_open(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Return the red calls for help of the last hours that are open, the newest first.

    answered -- somebody took it up; until then it rings. nearest -- three at most, by travel time
    """
    permissions.check(actor, Permission.LIVE_READ)
    query = (
        select(Incident)
        .where(
            and_(
                visible(actor),
                Incident.category == sos.CATEGORY,
                Incident.urgency == str(Urgency.RED),
                Incident.state.in_([str(one) for one in OPEN_STATES]),
                Incident.received_at > clock.now(session) - SHOWN,
            )
        )
        .order_by(Incident.received_at.desc(), Incident.id.desc())
        .limit(MOST)
    )
    may = permissions.allows(actor, Permission.INCIDENT_DISPATCH)
    return [_shown(session, one, may) for one in session.scalars(query)]


def _shown(session: Session, one: Incident, may: bool) -> dict[str, Any]:
    rings = one.state == IncidentState.RECEIVED and one.answered_at is None
    near = nearest.around(session, one, NEAREST) if rings and one.lon is not None else []
    return {
        "id": str(one.id), "number": one.number, "what": one.description, "lon": one.lon,
        "lat": one.lat, "at": one.received_at.timestamp(), "presses": one.presses,
        "rings": rings, "may": may, "version": one.version,
        "nearest": [{"name": near_one.name, "unit": near_one.unit, "minutes": near_one.minutes}
                    for near_one in near],
    }  # fmt: skip


def list_alone(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Return who works alone and does not answer, within reach of one who may deal with it."""
    if not permissions.allows(actor, Permission.SAFETY_ANSWER):
        return []
    return [
        {"id": str(one.watch.id), "name": one.name, "place": one.watch.place,
         "rings": one.watch.answered_at is None, "at": one.watch.ask_at.timestamp()}
        for one in safety.list_open(session, actor, rings=True)
    ]  # fmt: skip
