"""What a form already knows: values carried over from the case, to be checked by the person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import discretion, queries
from enforcement.case.models import CaseFile
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import ServiceWay
from enforcement.taxonomy import queries as taxonomy

DAYS_TO_CORRECT = 7


def register_defaults(session: Session, incident: Incident) -> dict[str, Any]:
    """Return what the registration form takes from an incident."""
    kinds = taxonomy.current(session, incident.county_code).known
    matters = kinds[incident.category].matters
    return {
        "matter_code": matters[0] if len(matters) == 1 else None,
        "act": incident.description,
        "place": incident.place or "",
        "acted_on": clock.local_day(incident.occurred_at),
    }


def defaults_of(session: Session, case: CaseFile, event: E, now: datetime) -> dict[str, Any]:
    """Return what the form of an act takes from the case at a moment."""
    local = now.astimezone(clock.ZONE).replace(second=0, microsecond=0, tzinfo=None)
    party = queries.party_of(session, case)
    if event is E.RECORD_SCENE:
        count = (
            sum(
                one.is_picture
                for one in incidents.photos(session, case.county_code, case.incident_id)
            )
            if case.incident_id
            else 0
        )
        return {
            "place": case.place,
            "from_at": local - timedelta(minutes=30),
            "to_at": local,
            "photos": count,
        }
    if event in (E.RECORD_EXECUTION, E.RECORD_SUBSTITUTE):
        start = local - timedelta(minutes=30)
        return {"place": case.place, "from_at": start, "to_at": local}
    if event is E.ORDER_CORRECTION:
        return {"until_on": local.date() + timedelta(days=DAYS_TO_CORRECT)}
    if event in (E.NOTIFY, E.SERVE, E.DEMAND, E.DEMAND_SUBSTITUTE):
        receiver = (party.representative or party.name) if party else ""
        return {
            "at": local,
            "place": (party.address if party else None) or case.place,
            "receiver": receiver,
            "way": ServiceWay.DIRECT,
        }
    return _amounts(session, case, event) | (
        {"paid_on": local.date()} if event is E.RECORD_PAYMENT else {}
    )


def _amounts(session: Session, case: CaseFile, event: E) -> dict[str, Any]:
    if event is E.PROPOSE_DECISION:
        said = queries.last_detail(
            queries.history(session, case.county_code, case.id), E.PROPOSE_PENALTY
        )
        known = {name: said[name] for name in discretion.NAMES if name in said}
        return {"amount": case.noticed_yuan, "reason": said.get("reason")} | known
    if event is E.RECORD_PAYMENT and case.fine_yuan is not None:
        return {"amount": case.fine_yuan - case.paid_yuan}
    return {}
