"""Reads: inspections that a person may see, the public list, how often an enterprise was met."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.case.listing import OWN
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.inspection.models import (
    Enterprise,
    Inspection,
    InspectionEntry,
    InspectionJoin,
)
from enforcement.law.inspection_terms import COUNTED, InspectionState
from enforcement.law.inspections import OPEN
from enforcement.people.models import Unit

PAGE = 20
UNUSED = (InspectionState.REFUSED, InspectionState.CANCELLED)
"""Never carried out: they count for nothing."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which inspections the actor sees: his unit's or below, and those it joined.

    Officers see those under way everywhere in the county, so that they join them.
    """
    of_unit = scope.rows(actor, Inspection, units=(Inspection.unit_code,))
    if actor.role not in OWN:
        return of_unit
    joined = exists().where(
        InspectionJoin.county_code == Inspection.county_code,
        InspectionJoin.inspection_id == Inspection.id,
        scope.below(InspectionJoin.unit_code, actor),
    )
    open_now = Inspection.state.in_([str(state) for state in OPEN])
    return or_(of_unit, and_(Inspection.county_code == actor.county_code, or_(joined, open_now)))


def get(
    session: Session, actor: Actor, inspection_id: uuid.UUID, *, lock: bool = False
) -> Inspection:
    """Return an inspection the actor may see; raises NotFoundError, for hidden and absent alike."""
    query = select(Inspection).where(visible(actor), Inspection.id == inspection_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    return found if found is not None else missing()


def missing() -> NoReturn:
    """Raise the one error for an inspection, or a paper of it, that is absent or hidden."""
    raise NotFoundError(_("没有找到该检查，或者您无权查看。"))


@dataclass(frozen=True)
class Listed:
    """An inspection as a list shows it."""

    inspection: Inspection
    enterprise: str
    unit_name: str


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of inspections, the newest first; `after` is the last row before."""
    query = (
        select(Inspection, Enterprise.name, Unit.name)
        .join(
            Enterprise,
            and_(
                Enterprise.county_code == Inspection.county_code,
                Enterprise.id == Inspection.enterprise_id,
            ),
        )
        .join(
            Unit, and_(Unit.county_code == Inspection.county_code, Unit.id == Inspection.squad_id)
        )
        .where(visible(actor))
        .order_by(Inspection.proposed_at.desc(), Inspection.id.desc())
        .limit(limit)
    )
    if state:
        query = query.where(Inspection.state == state)
    if after is not None:
        query = query.where(tuple_(Inspection.proposed_at, Inspection.id) < after)
    return [Listed(*row) for row in session.execute(query)]


def history(session: Session, row: Inspection) -> list[InspectionEntry]:
    """Return the acts of an inspection, the first one first."""
    query = select(InspectionEntry).where(
        InspectionEntry.county_code == row.county_code, InspectionEntry.inspection_id == row.id
    )
    return list(session.scalars(query.order_by(InspectionEntry.seq)))


def joins(session: Session, row: Inspection) -> list[tuple[InspectionJoin, str]]:
    """Return who joined, with the name of the unit, the first one first."""
    query = (
        select(InspectionJoin, Unit.name)
        .join(
            Unit,
            and_(Unit.county_code == InspectionJoin.county_code, Unit.id == InspectionJoin.unit_id),
        )
        .where(
            InspectionJoin.county_code == row.county_code, InspectionJoin.inspection_id == row.id
        )
        .order_by(InspectionJoin.at, InspectionJoin.id)
    )
    return [(join, name) for join, name in session.execute(query)]


def at_gate(session: Session, actor: Actor, gate_code: str) -> Enterprise:
    """Return the enterprise whose sign was read; raises NotFoundError."""
    query = select(Enterprise).where(
        Enterprise.county_code == actor.county_code, Enterprise.gate_code == gate_code
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有这个企业码。"))
    return found


def open_of(
    session: Session, enterprise: Enterprise, but: uuid.UUID | None = None
) -> tuple[Inspection, str] | None:
    """Return the inspection of an enterprise under way and the unit that does it."""
    query = (
        select(Inspection, Unit.name)
        .join(
            Unit, and_(Unit.county_code == Inspection.county_code, Unit.id == Inspection.squad_id)
        )
        .where(
            Inspection.county_code == enterprise.county_code,
            Inspection.enterprise_id == enterprise.id,
            Inspection.state.in_([str(state) for state in OPEN]),
        )
    )
    if but is not None:
        query = query.where(Inspection.id != but)
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def used(session: Session, enterprise: Enterprise, year: int, but: uuid.UUID | None = None) -> int:
    """Return how many inspections of an enterprise count for the cap of a year, of all units."""
    query = select(func.count()).where(
        Inspection.county_code == enterprise.county_code,
        Inspection.enterprise_id == enterprise.id,
        Inspection.from_on.between(date(year, 1, 1), date(year, 12, 31)),
        Inspection.source.in_([str(source) for source in COUNTED]),
        Inspection.state.not_in([str(state) for state in UNUSED]),
    )
    if but is not None:
        query = query.where(Inspection.id != but)
    return session.scalar(query) or 0


def of_enterprise(session: Session, actor: Actor, enterprise: Enterprise) -> list[Inspection]:
    """Return the inspections of an enterprise that the actor sees, the newest first."""
    query = select(Inspection).where(visible(actor), Inspection.enterprise_id == enterprise.id)
    newest = query.order_by(Inspection.proposed_at.desc(), Inspection.id.desc())
    return list(session.scalars(newest.limit(100)))


@dataclass(frozen=True)
class Published:
    """A result as the public sees it."""

    inspection: Inspection
    enterprise: str


def public_page(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Published]:
    """Return a page of published results, the newest first."""
    query = (
        select(Inspection, Enterprise.name)
        .join(
            Enterprise,
            and_(
                Enterprise.county_code == Inspection.county_code,
                Enterprise.id == Inspection.enterprise_id,
            ),
        )
        .where(Inspection.county_code == county_code, Inspection.published_at.is_not(None))
        .order_by(Inspection.published_at.desc(), Inspection.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Inspection.published_at, Inspection.id) < after)
    return [Published(*row) for row in session.execute(query)]
