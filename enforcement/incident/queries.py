"""Reads: incidents that a person may see, one incident, its history and photos."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.glass import queries as glass
from enforcement.glass.models import GlassKind
from enforcement.i18n import _
from enforcement.incident import listing
from enforcement.incident.models import Incident, IncidentEntry, IncidentPhoto
from enforcement.jurisdiction.models import Division, RoutingDecision
from enforcement.people.models import Unit

PAGE = 20


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which incidents the actor sees: one of its four units is in his scope, or his own."""
    return scope.rows(
        actor,
        Incident,
        units=(
            Incident.responsible_unit_code,
            Incident.handler_unit_code,
            Incident.reporter_unit_code,
        ),
        areas=(Incident.village_code, Incident.township_code),
        own=(Incident.reported_by,),
    )


def get(session: Session, actor: Actor, incident_id: uuid.UUID, *, lock: bool = False) -> Incident:
    """Return an incident the actor may see; NotFoundError is the same for hidden and absent."""
    seen = (
        visible(actor)
        if actor.glass is None
        else glass.shows(actor, GlassKind.INCIDENT, Incident, lock=lock)
    )
    query = select(Incident).where(seen, Incident.id == incident_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该事件，或者您无权查看。"))
    return found


@dataclass(frozen=True)
class Listed:
    """An incident as a list shows it."""

    incident: Incident
    village_name: str | None
    responsible_name: str | None


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    category: str | None = None,
    township_code: str | None = None,
    unit_code: str | None = None,
    since: datetime | None = None,
    among: Collection[str] = (),
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of incidents, the newest first; `after` is the last row of the page before.

    among -- states that may appear, empty allows all; unit_code -- responsible, or below it
    since -- received then or later
    """
    filters = _filters(state, category, township_code)
    if among:
        filters.append(Incident.state.in_(among))
    if unit_code:
        filters.append(
            and_(
                Incident.responsible_unit_code >= unit_code,
                Incident.responsible_unit_code < unit_code + "~",
            )
        )
    if since is not None:
        filters.append(Incident.received_at >= since)
    newest = listing.first_ids(actor, filters, after, limit)
    query = (
        select(Incident, Division.name, Unit.name)
        .join(newest, and_(Incident.county_code == actor.county_code, Incident.id == newest.c.id))
        .outerjoin(
            Division,
            and_(
                Division.county_code == Incident.county_code, Division.code == Incident.village_code
            ),
        )
        .outerjoin(
            Unit,
            and_(
                Unit.county_code == Incident.county_code,
                Unit.code == Incident.responsible_unit_code,
            ),
        )
        .order_by(Incident.received_at.desc(), Incident.id.desc())
    )
    return [Listed(*row) for row in session.execute(query)]


def _filters(
    state: str | None, category: str | None, township_code: str | None
) -> list[ColumnElement[bool]]:
    wanted = {Incident.state: state, Incident.township_code: township_code}
    found: list[ColumnElement[bool]] = [
        column == value for column, value in wanted.items() if value
    ]
    if category:  # level 1 covers what is below it
        found.append(
            or_(Incident.category == category, func.left(Incident.category, -2) == category)
        )
    return found


def history(session: Session, county_code: str, incident_id: uuid.UUID) -> list[IncidentEntry]:
    """Return the acts upon an incident, the first one first."""
    query = select(IncidentEntry).where(
        IncidentEntry.county_code == county_code, IncidentEntry.incident_id == incident_id
    )
    return list(session.scalars(query.order_by(IncidentEntry.seq)))


def photos(session: Session, county_code: str, incident_id: uuid.UUID) -> list[IncidentPhoto]:
    """Return the photos of an incident in order."""
    query = select(IncidentPhoto).where(
        IncidentPhoto.county_code == county_code, IncidentPhoto.incident_id == incident_id
    )
    return list(session.scalars(query.order_by(IncidentPhoto.seq)))


def place_of(session: Session, incident: Incident) -> dict[str, Any]:
    """Return who answers for the incident's point, by name, from the decision kept with it."""
    if incident.routing_id is None:
        return {}
    decision = session.get_one(RoutingDecision, (incident.county_code, incident.routing_id))
    codes = [code for code in (decision.village_code, decision.township_code) if code]
    rows = session.execute(
        select(Division.code, Division.name).where(
            Division.county_code == incident.county_code, Division.code.in_(codes)
        )
    )
    names = {row.code: row.name for row in rows}
    units = {
        unit.id: unit
        for unit in session.scalars(
            select(Unit).where(
                Unit.county_code == incident.county_code,
                Unit.id.in_([i for i in (decision.unit_id, decision.brigade_id) if i]),
            )
        )
    }
    squad, brigade = units.get(decision.unit_id), units.get(decision.brigade_id)  # type: ignore[arg-type]
    return {
        "decision": decision,
        "village": names.get(decision.village_code or ""),
        "township": names.get(decision.township_code or ""),
        "squad": squad.name if squad else None,
        "brigade": brigade.name if brigade else None,
    }
