"""Open work in one shape: incidents, cases, penalties on the spot, stops still to be walked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import CompoundSelect, and_, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from enforcement import scope
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.clock import sql_today
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.spot_terms import SpotState
from enforcement.law.terms import CaseState, PatrolState, Role
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.people.models import Unit
from enforcement.permissions import Permission, allows
from enforcement.rehoming.terms import WorkKind
from enforcement.rules.deciding import PREFIX
from enforcement.spot.models import SpotPenalty
from enforcement.wall import over_county

MOST: Final = 5000
ENDED_CASES: Final = (CaseState.CLOSED, CaseState.NOT_FILED)


@dataclass(frozen=True)
class Work:
    """A piece of open work.

    holder_code -- unit that has it now; answered_code -- unit that answered for its place when
    that was decided last; lon, lat -- EPSG:4490, None without a place
    by_rule -- a rule of the county sent it there, whatever boundaries and duties say
    """

    kind: WorkKind
    id: uuid.UUID
    number: str
    state: str
    category: str | None
    holder_code: str | None
    answered_code: str | None
    village_code: str | None
    lon: float | None
    lat: float | None
    version: int
    by_rule: bool


@over_county
def list_open(session: Session, actor: Actor, limit: int = MOST) -> list[Work]:
    """Return the open work of the county that the actor's role may hand over, in one statement."""
    rows = session.execute(union_of(actor).limit(limit))
    return [Work(WorkKind(row[0]), *row[1:]) for row in rows]


def union_of(actor: Actor) -> CompoundSelect[Any]:
    """Return the statement that lists the open work."""
    parts = [_incidents(actor), _stops(actor)]
    if allows(actor, Permission.CASE_READ):
        parts += [_cases(actor), _spots(actor)]
    return union_all(*parts)


def _mine(actor: Actor, *codes: Any) -> Any:
    """Return the condition that a unit of the work lies in a brigade leader's brigade.

    Work that comes to his brigade from another one is handed over by that one, or by the county.
    """
    if actor.role is not Role.BRIGADE_LEADER:
        return literal(True)
    return or_(*[scope.below(code, actor) for code in codes])


def _incidents(actor: Actor) -> Any:
    return select(
        literal(str(WorkKind.INCIDENT)),
        Incident.id,
        Incident.number,
        Incident.state,
        Incident.category,
        Incident.responsible_unit_code,
        Incident.responsible_unit_code,
        Incident.village_code,
        Incident.lon,
        Incident.lat,
        Incident.version,
        _by_rule(),
    ).where(
        Incident.county_code == actor.county_code,
        Incident.state.in_(OPEN_STATES),
        _mine(actor, Incident.responsible_unit_code, Incident.handler_unit_code),
    )


def _by_rule() -> Any:
    """Return the condition that the decision kept with an incident was a rule's."""
    return (
        select(RoutingDecision.id)
        .where(
            RoutingDecision.county_code == Incident.county_code,
            RoutingDecision.id == Incident.routing_id,
            RoutingDecision.rule.startswith(PREFIX),
        )
        .exists()
    )


def _cases(actor: Actor) -> Any:
    answered = aliased(Unit)
    return (
        select(
            literal(str(WorkKind.CASE)),
            CaseFile.id,
            CaseFile.number,
            CaseFile.state,
            null(),
            CaseFile.unit_code,
            answered.code,
            CaseFile.village_code,
            CaseFile.lon,
            CaseFile.lat,
            CaseFile.version,
            literal(False),
        )
        .outerjoin(
            RoutingDecision,
            and_(
                RoutingDecision.county_code == CaseFile.county_code,
                RoutingDecision.id == CaseFile.routing_id,
            ),
        )
        .outerjoin(
            answered,
            and_(
                answered.county_code == CaseFile.county_code, answered.id == RoutingDecision.unit_id
            ),
        )
        .where(
            CaseFile.county_code == actor.county_code,
            CaseFile.state.not_in(ENDED_CASES),
            _mine(actor, CaseFile.unit_code),
        )
    )


def _spots(actor: Actor) -> Any:
    """List penalties on the spot that are not closed; their unit changes only where it ended."""
    return select(
        literal(str(WorkKind.SPOT)),
        SpotPenalty.id,
        SpotPenalty.number,
        SpotPenalty.state,
        null(),
        SpotPenalty.unit_code,
        null(),
        SpotPenalty.place_code,
        null(),
        null(),
        SpotPenalty.version,
        literal(False),
    ).where(
        SpotPenalty.county_code == actor.county_code,
        SpotPenalty.state == SpotState.DECIDED,
        _mine(actor, SpotPenalty.unit_code),
    )


def _stops(actor: Actor) -> Any:
    """List stops not visited yet whose squad has ended, or will.

    Other stops follow their incident: a squad may walk another one's place on purpose.
    """
    return (
        select(
            literal(str(WorkKind.STOP)),
            PatrolStop.id,
            Patrol.number,
            Patrol.state,
            null(),
            Patrol.squad_code,
            null(),
            PatrolStop.village_code,
            PatrolStop.lon,
            PatrolStop.lat,
            Patrol.version,
            literal(False),
        )
        .join(
            Patrol,
            and_(Patrol.county_code == PatrolStop.county_code, Patrol.id == PatrolStop.patrol_id),
        )
        .join(Unit, and_(Unit.county_code == Patrol.county_code, Unit.id == Patrol.squad_id))
        .where(
            Unit.valid_to.is_not(None),
            PatrolStop.county_code == actor.county_code,
            PatrolStop.visited_at.is_(None),
            PatrolStop.patrol_on >= sql_today(),
            Patrol.state.in_([PatrolState.PUBLISHED, PatrolState.STARTED]),
            _mine(actor, Patrol.squad_code),
        )
    )
