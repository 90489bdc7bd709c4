"""What screens are told of an incident: ids, states and times, never a word that was typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from enforcement import events
from enforcement.incident.models import Incident


def publish(session: Session, incident: Incident, act: str, **data: Any) -> None:
    """Tell the screens that an incident concerns; ids and states only."""
    events.publish(
        session,
        incident.county_code,
        "incident",
        act,
        incident.id,
        units=(
            incident.responsible_unit_code,
            incident.handler_unit_code,
            incident.reporter_unit_code,
        ),
        areas=(incident.village_code, incident.township_code),
        number=incident.number,
        state=str(incident.state),
        urgency=str(incident.urgency),
        category=incident.category,
        version=incident.version,
        **data,
    )
