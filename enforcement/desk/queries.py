"""Reads of the desk: the live queue, how many wait, and what lies around one incident."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from enforcement.actor import Actor
from enforcement.incident import points
from enforcement.incident.models import Incident
from enforcement.incident.queries import visible
from enforcement.jurisdiction.models import Division
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import IncidentState, Role, UnitKind, Urgency
from enforcement.people.models import Account, Person, Post, Unit
from gis.cells import in_box
from gis.geojson import Bounds
from gis.srid import STORAGE_SRID
from gis.stops import METRES_PER_DEGREE

MOST: Final = 60
NEAR_M: Final = 300.0
"""Two reports nearer than this may be about the same thing."""
NEAR_TIME: Final = timedelta(hours=24)
SUGGESTED: Final = 5


@dataclass(frozen=True)
class Waiting:
    """A row of the queue.

    group -- unanswered, desk (to be dispatched), field (sent or handled) or check
    """

    incident: Incident
    group: str
    village_name: str | None
    handler_name: str | None


_RINGS: Final = and_(Incident.urgency != Urgency.NORMAL, Incident.answered_at.is_(None),
                     Incident.state == IncidentState.RECEIVED)  # fmt: skip
_GROUP: Final[Any] = case(
    (_RINGS, literal("unanswered")),
    (Incident.state.in_([IncidentState.RECEIVED, IncidentState.OPENED]), literal("desk")),
    (Incident.state == IncidentState.FEEDBACK, literal("check")),
    else_=literal("field"),
)
GROUPS: Final = ("unanswered", "desk", "check", "field")
_ORDER: Final = case({name: n for n, name in enumerate(GROUPS)}, value=_GROUP)
_RANK: Final = case({Urgency.RED: 0, Urgency.GREEN: 1}, value=Incident.urgency, else_=2)


def queue(session: Session, actor: Actor, limit: int = MOST) -> list[Waiting]:
    """Return the open incidents that the actor sees: who rings first, then what is due first."""
    rows = points.open_rows(actor).subquery("open")
    handler = aliased(Unit)
    query = (
        select(Incident, _GROUP, Division.name, handler.name)
        .join(rows, and_(Incident.county_code == actor.county_code, Incident.id == rows.c.id))
        .outerjoin(
            Division,
            and_(
                Division.county_code == Incident.county_code, Division.code == Incident.village_code
            ),
        )
        .outerjoin(
            handler,
            and_(
                handler.county_code == Incident.county_code,
                handler.code == Incident.handler_unit_code,
            ),
        )
        .order_by(
            _ORDER, _RANK, Incident.stage_due_at.nulls_last(), Incident.received_at, Incident.id
        )
        .limit(limit)
    )
    return [Waiting(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Counts:
    """How many open incidents the actor sees, by group, over their limit, and without a place."""

    unanswered: int
    desk: int
    check: int
    field: int
    late: int
    placeless: int


def counts(session: Session, actor: Actor, now: datetime) -> Counts:
    """Return the figures over the whole queue, by one statement."""
    rows = points.open_rows(actor).subquery("open")
    parts = [func.count().filter(name == _GROUP) for name in GROUPS]
    query = (
        select(
            *parts,
            func.count().filter(Incident.stage_due_at < now),
            func.count().filter(Incident.lon.is_(None)),
        )
        .select_from(Incident)
        .join(rows, and_(Incident.county_code == actor.county_code, Incident.id == rows.c.id))
    )
    found: list[int] = list(session.execute(query).one())
    return Counts(*found)


def duplicates(session: Session, actor: Actor, incident: Incident) -> list[Incident]:
    """Return open reports near in time and space, or from the same number, the newest first."""
    if incident.state not in OPEN_STATES:
        return []
    near: list[ColumnElement[bool]] = []
    if incident.lon is not None and incident.lat is not None:
        spot = func.ST_SetSRID(func.ST_MakePoint(incident.lon, incident.lat), STORAGE_SRID)
        metres = (func.geography(Incident.point), func.geography(spot), NEAR_M)
        near.append(and_(in_box(Incident, _around(incident.lon, incident.lat)),
                         func.ST_DWithin(*metres)))  # fmt: skip
    elif incident.village_code:
        same = (Incident.village_code == incident.village_code) & (
            Incident.category == incident.category
        )
        near.append(same)
    if incident.reporter_phone_hash is not None:
        near.append(Incident.reporter_phone_hash == incident.reporter_phone_hash)
    if not near:
        return []
    query = select(Incident).where(
        visible(actor),
        Incident.id != incident.id,
        Incident.state.in_(OPEN_STATES),
        Incident.received_at.between(
            incident.received_at - NEAR_TIME, incident.received_at + NEAR_TIME
        ),
        or_(*near),
    )
    newest = query.order_by(Incident.received_at.desc(), Incident.id.desc())
    return list(session.scalars(newest.limit(SUGGESTED)))


def _around(lon: float, lat: float) -> Bounds:
    """Return a box that holds what is nearer than NEAR_M."""
    high = NEAR_M / METRES_PER_DEGREE
    wide = high / max(0.1, math.cos(math.radians(lat)))
    return lon - wide, lat - high, lon + wide, lat + high


def callers(session: Session, actor: Actor, incident: Incident) -> list[Incident]:
    """Return what the same number reported before, the newest first; the number stays sealed."""
    if incident.reporter_phone_hash is None:
        return []
    query = select(Incident).where(
        visible(actor),
        Incident.county_code == actor.county_code,
        Incident.reporter_phone_hash == incident.reporter_phone_hash,
        Incident.id != incident.id,
    )
    newest = query.order_by(Incident.received_at.desc(), Incident.id.desc())
    return list(session.scalars(newest.limit(SUGGESTED)))


@dataclass(frozen=True)
class Cadre:
    """A person to whom an incident may be given: by his post in the township or the village."""

    person_id: uuid.UUID
    name: str
    role: Role
    unit_name: str


FORWARDED: Final = (Role.AUXILIARY, Role.TOWNSHIP_LEADER, Role.SQUAD_LEADER, Role.DISPATCHER)


def cadres(session: Session, incident: Incident, today: Any) -> list[Cadre]:
    """Return who may be given the incident: the village's auxiliary, the township, the squad."""
    here = [Post.village_code == incident.village_code, Unit.home_code == incident.township_code]
    if incident.responsible_unit_code:
        here.append(Unit.code == incident.responsible_unit_code)
    query = (
        select(Person.id, Person.name, Post.role, Unit.name)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .join(
            Account,
            and_(Account.county_code == Person.county_code, Account.person_id == Person.id),
        )
        .where(
            Person.county_code == incident.county_code,
            Account.active,
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to > today),
            Post.role.in_([str(role) for role in FORWARDED]),
            or_(*here),
        )
        .distinct()
        .order_by(Post.role, Unit.name, Person.name, Person.id)
        .limit(40)
    )
    return [Cadre(row[0], row[1], Role(row[2]), row[3]) for row in session.execute(query)]


def units(session: Session, county_code: str, today: Any) -> tuple[list[Unit], list[Unit]]:
    """Return squads and county departments that exist on a day, in the order of the tree."""
    query = select(Unit).where(
        Unit.county_code == county_code,
        Unit.kind.in_([str(UnitKind.SQUAD), str(UnitKind.DEPARTMENT)]),
        Unit.valid_from <= today,
        or_(Unit.valid_to.is_(None), Unit.valid_to > today),
    )
    found = list(session.scalars(query.order_by(Unit.code)))
    squads = [unit for unit in found if unit.kind == UnitKind.SQUAD]
    return squads, [unit for unit in found if unit.kind == UnitKind.DEPARTMENT]
