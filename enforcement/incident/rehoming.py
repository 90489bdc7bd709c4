"""Act: an incident goes to another unit after boundaries, duties or units have changed."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.telling import publish
from enforcement.jurisdiction import routing
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.terms import DecisionBasis
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.people.models import Unit


def rehome(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    unit: Unit,
    *,
    version: int,
    reason: str,
) -> Incident:
    """Make another unit responsible; what the former one was handling goes along, not taken up yet.

    The decision before stays and is named by the new one. The caller has checked permission and
    scope. Raises StaleVersionError.
    """
    incident = session.get_one(Incident, (actor.county_code, incident_id), with_for_update=True)
    session.refresh(incident)
    if incident.version != version:
        raise StaleVersionError(
            _("事件%(number)s刚被他人修改，请刷新后再操作。", number=incident.number)
        )
    before = incident.responsible_unit_code
    incident.routing_id = decide(session, actor, incident, unit, reason) or incident.routing_id
    incident.responsible_unit_code = unit.code
    if incident.handler_unit_code in (before, None) and incident.handler_unit_code != unit.code:
        _hand_over(incident, unit)
    incident.version += 1
    said = {"note": reason, "from": before, "to": unit.code, "squad": unit.name}
    history.append(
        session, IncidentEntry.incident_id, incident, IncidentEvent.REHOME, actor,
        clock.now(session), said, seq=incident.version,
    )  # fmt: skip
    publish(session, incident, str(IncidentEvent.REHOME))
    return incident


def _hand_over(incident: Incident, unit: Unit) -> None:
    """Let the new unit take up what the former one was handling."""
    if incident.handler_unit_code is None:
        return
    incident.handler_unit_code, incident.handler_id = unit.code, None
    if incident.state == IncidentState.HANDLING:
        incident.state = IncidentState.DISPATCHED


def decide(
    session: Session, actor: Actor, work: object, unit: Unit, reason: str
) -> uuid.UUID | None:
    """Keep the decision that a piece of work with a place now answers to a unit; None without one.

    work -- has county_code, lon, lat (EPSG:4490), routing_id, and a category or none
    The rule is "person" where the unit is not the one that routing finds.
    """
    lon, lat = getattr(work, "lon", None), getattr(work, "lat", None)
    if lon is None or lat is None:
        return None
    found = routing.route(
        session, actor.county_code, lon, lat, clock.today(session), getattr(work, "category", None)
    )
    decision = jurisdiction.record_routing(
        session,
        found if found.unit_id == unit.id else routing.by_person(found, unit),
        basis=DecisionBasis.REHOMED,
        replaces_id=getattr(work, "routing_id", None),
        decided_by=actor.account_id,
        reason=reason,
    )
    return decision.id
