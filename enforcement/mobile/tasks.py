"""Reads: what a person has to do now, by his unit or by name, and his unit's patrols of today."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.incident.field_acts import may_handle
from enforcement.incident.models import Incident
from enforcement.incident.queries import visible
from enforcement.incident.services import PERMISSION_OF
from enforcement.jurisdiction.models import Division
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.patrol import queries as patrols
from enforcement.patrol.models import Patrol
from enforcement.permissions import allows

TO_DO: Final = (IncidentState.DISPATCHED, IncidentState.HANDLING)
BUTTONS: Final = (
    IncidentEvent.ACCEPT,
    IncidentEvent.ARRIVE,
    IncidentEvent.REPORT_RESULT,
    IncidentEvent.RETURN,
)
"""What a phone offers, in this order."""
MOST: Final = 100


@dataclass(frozen=True)
class Task:
    """An incident that waits for the person or his unit."""

    incident: Incident
    village_name: str | None


def list_tasks(session: Session, actor: Actor) -> list[Task]:
    """Return the incidents sent to the person's unit or taken by him, the most urgent first."""
    query = (
        select(Incident, Division.name)
        .outerjoin(
            Division,
            and_(
                Division.county_code == Incident.county_code, Division.code == Incident.village_code
            ),
        )
        .where(
            Incident.county_code == actor.county_code,
            visible(actor),
            Incident.state.in_(TO_DO),
            or_(
                Incident.handler_id == actor.account_id,
                scope.below(Incident.handler_unit_code, actor),
            ),
        )
        .order_by(
            Incident.urgency != "red",
            Incident.stage_due_at.nulls_last(),
            Incident.received_at,
            Incident.id,
        )
        .limit(MOST)
    )
    return [Task(row[0], row[1]) for row in session.execute(query)]


def acts_for(actor: Actor, incident: Incident) -> list[IncidentEvent]:
    """Return what the person may do with an incident on the spot, in the order of the buttons."""
    return acts_from(actor, IncidentState(incident.state)) if may_handle(actor, incident) else []


def acts_from(actor: Actor, state: IncidentState) -> list[IncidentEvent]:
    """Return the acts of the buttons that may follow a state, as far as the person's role goes."""
    follow = law.events_from(state)
    return [event for event in BUTTONS if event in follow and allows(actor, PERMISSION_OF[event])]


def list_patrols_today(session: Session, actor: Actor) -> list[tuple[Patrol, str, int, int]]:
    """Return the patrols of today that the person sees: squad's name, stops, stops visited."""
    today = clock.today(session)
    found = [row for row in patrols.list_recent(session, actor, since=today)
             if row[0].patrol_on == today]  # fmt: skip
    ids: list[uuid.UUID] = [patrol.id for patrol, _name in found]
    stops = patrols.stops(session, actor.county_code, ids) if ids else {}
    return [
        (patrol, name, len(stops[patrol.id]),
         sum(stop.visited_at is not None for stop, _incident in stops[patrol.id]))
        for patrol, name in found
    ]  # fmt: skip
