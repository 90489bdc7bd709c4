"""What the county's rules make of an incident whose place a person corrected or confirmed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ids import uuid7
from enforcement.incident import opening
from enforcement.incident.models import Incident
from enforcement.jurisdiction.routing import Routing
from enforcement.rules import deciding
from enforcement.rules.deciding import Facts, Ruling
from enforcement.rules.models import RuleDecision


def ask(session: Session, incident: Incident, found: Routing) -> Ruling | None:
    """Ask the rules anew for another place; the moment of receipt stays. None without rules."""
    start = opening.read(session, incident.county_code)
    if not start.ruled:
        return None
    facts = Facts(
        incident.category,
        found.village_code,
        found.township_code,
        incident.source,
        incident.urgency,
        incident.received_at,
    )
    return deciding.decide(session, incident.county_code, facts, start.taxonomy.offered)


def applied(ruled: Ruling | None, found: Routing) -> Routing:
    """Return a routing as the rules leave it."""
    return (ruled.on(found) if ruled is not None else None) or found


def keep(session: Session, incident: Incident, ruled: Ruling | None, found: Routing) -> None:
    """Keep what the rules did; found -- the routing without them.

    An incident that rules decided before keeps a row too where none decides now, so that the last
    row always tells.
    """
    if ruled is None or not (ruled.said or _has_row(session, incident)):
        return
    session.add(
        RuleDecision(
            county_code=incident.county_code, id=uuid7(), incident_id=incident.id,
            decided_at=clock.now(session), **ruled.as_row(found.unit_code),
        )
    )  # fmt: skip
    session.flush()


def _has_row(session: Session, incident: Incident) -> bool:
    mine = (
        RuleDecision.county_code == incident.county_code,
        RuleDecision.incident_id == incident.id,
    )
    return session.scalar(select(RuleDecision.id).where(*mine).limit(1)) is not None
