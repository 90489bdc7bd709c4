"""Who heard a press: what the device shows, and until when it goes on asking."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.clock import ZONE
from enforcement.incident.hearing import heard
from enforcement.incident.models import Incident
from enforcement.law.terms import Urgency
from enforcement.points.models import VillagePoint


def status(session: Session, point: VillagePoint) -> dict[str, Any]:
    """Return the newest incident of each button, who was told of it and who heard it.

    Names are those of people on duty; nothing of what was said stands in the answer.
    """
    now = clock.now(session)
    point.last_seen_at, point.silent_since = now, None
    ids = [one for one in (point.red_incident_id, point.green_incident_id) if one]
    rows = session.scalars(
        select(Incident)
        .where(Incident.county_code == point.county_code, Incident.id.in_(ids))
        .execution_options(populate_existing=True)
    ).all()
    told = heard(session, point.county_code, rows)
    answer: dict[str, Any] = {"now": now.astimezone(ZONE).isoformat(), "name": point.name}
    for button in (Urgency.RED, Urgency.GREEN):
        answer[str(button)] = told.get(getattr(point, f"{button}_incident_id"))
    return answer
