"""What the county's rules make of an incident: at its report, and when a person moves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ids import uuid7
from enforcement.incident import opening, storing
from enforcement.incident.models import Incident
from enforcement.incident.opening import Opening
from enforcement.jurisdiction.routing import Routing
from enforcement.rules import deciding
from enforcement.rules.deciding import Facts, Ruling
from enforcement.rules.deciding_many import Decided, decide_many
from enforcement.rules.models import RuleDecision

if TYPE_CHECKING:
    from enforcement.incident.intake import Report


def first(
    session: Session, county_code: str, what: Report, start: Opening, place: Routing | None
) -> Ruling | None:
    """Ask the county's rules about a report; None where it has none, which costs no statement."""
    if not start.ruled:
        return None
    facts = _facts(what, start, place)
    return deciding.decide(session, county_code, facts, start.taxonomy.offered)


def first_of_many(
    session: Session,
    county_code: str,
    reports: Sequence[Report],
    start: Opening,
    places: Sequence[Routing | None],
) -> Decided:
    """Ask the county's rules about many reports at once; no rulings where it has none."""
    if not start.ruled:
        return Decided(tuple(None for _one in reports), ())
    facts = [_facts(one, start, place) for one, place in zip(reports, places, strict=True)]
    return decide_many(session, county_code, facts, start.taxonomy.offered)


def _facts(what: Report, start: Opening, place: Routing | None) -> Facts:
    return Facts(
        what.category,
        place.village_code if place else what.village_code,
        place.township_code if place else (what.village_code or "")[:9] or None,
        str(what.source),
        str(what.urgency),
        start.now,
    )


def columns(ruled: Ruling | None, place: Routing | None) -> dict[str, Any]:
    """Return what a ruling adds to the rows: its own row, and the unit where there is no place."""
    row = kept(ruled, place)
    if ruled is None or row is None:
        return {"ruling": None}
    return {"ruling": storing.ruling_json(row), **_given(ruled)}


def columns_of_many(ruled: Ruling | None, place: Routing | None) -> dict[str, Any]:
    """Return the same for `store_many`, which takes the row itself."""
    return {"ruled": kept(ruled, place), **(_given(ruled) if ruled is not None else {})}


def kept(ruled: Ruling | None, place: Routing | None) -> dict[str, Any] | None:
    """Return what is kept of a ruling, None where the rules had nothing to say."""
    if ruled is None or not ruled.said:
        return None
    return ruled.as_row(place.unit_code if place else None)


def _given(ruled: Ruling) -> dict[str, Any]:
    return {"responsible": ruled.unit.unit_code} if ruled.unit else {}


def ask(session: Session, incident: Incident, found: Routing | None) -> Ruling:
    """Ask the rules anew for another place or category; the moment of receipt stays.

    found -- where it is, None for where the incident says; without rules nothing is decided
    """
    start = opening.read(session, incident.county_code)
    facts = Facts(
        incident.category,
        found.village_code if found else incident.village_code,
        found.township_code if found else incident.township_code,
        incident.source,
        incident.urgency,
        incident.received_at,
    )
    if not start.ruled:
        return Ruling(facts)
    return deciding.decide(session, incident.county_code, facts, start.taxonomy.offered)


def applied(ruled: Ruling, found: Routing) -> Routing:
    """Return a routing as the rules leave it."""
    return ruled.on(found) or found


def keep(session: Session, incident: Incident, ruled: Ruling, found: Routing | None) -> None:
    """Keep what the rules did; found -- the routing without them, None without a place.

    An incident that rules decided before keeps a row too where none decides now, so that the last
    row always tells.
    """
    if not (ruled.said or _has_row(session, incident)):
        return
    session.add(
        RuleDecision(
            county_code=incident.county_code, id=uuid7(), incident_id=incident.id,
            decided_at=clock.now(session), **ruled.as_row(found.unit_code if found else None),
        )
    )  # fmt: skip
    session.flush()


def _has_row(session: Session, incident: Incident) -> bool:
    mine = (
        RuleDecision.county_code == incident.county_code,
        RuleDecision.incident_id == incident.id,
    )
    return session.scalar(select(RuleDecision.id).where(*mine).limit(1)) is not None
