"""Reads: plans of duties, their rows, and what they are drawn up with: units and areas."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, text
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction import queries
from enforcement.jurisdiction.duty_sql import said
from enforcement.jurisdiction.models import Area, Edition, Responsibility
from enforcement.jurisdiction.plan_areas import PlanRow
from enforcement.jurisdiction.plan_models import DutyPlan, DutyPlanEntry, DutyPlanRow
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit

PAGE: Final = 20
ENFORCING: Final = (UnitKind.BUREAU, UnitKind.BRIGADE, UnitKind.SUB_BUREAU, UnitKind.SQUAD)
"""Kinds of unit that may answer for an area."""


@dataclass(frozen=True)
class UnitRef:
    """A unit that may answer for areas; `live` tells whether it exists on the day."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    live: bool


@dataclass(frozen=True)
class Leaf:
    """One of the finest areas: mostly a village; `parent` is the name of the area above."""

    code: str
    name: str
    parent: str
    area_m2: float


def get(session: Session, county_code: str, plan_id: uuid.UUID, *, lock: bool = False) -> DutyPlan:
    """Return a plan of the county; raises NotFoundError."""
    query = select(DutyPlan).where(DutyPlan.county_code == county_code, DutyPlan.id == plan_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该方案。"), plan=plan_id)
    return found


def list_page(
    session: Session,
    county_code: str,
    *,
    status: str | None = None,
    after: uuid.UUID | None = None,
    limit: int = PAGE,
) -> list[DutyPlan]:
    """Return a page of plans, the newest first; `after` is the id of the last one before it."""
    query = select(DutyPlan).where(DutyPlan.county_code == county_code)
    if status:
        query = query.where(DutyPlan.status == status)
    if after is not None:
        query = query.where(DutyPlan.id < after)
    return list(session.scalars(query.order_by(DutyPlan.id.desc()).limit(limit)))


def rows_of(session: Session, plan: DutyPlan) -> list[PlanRow]:
    """Return the duties of a plan, in the order in which they were made."""
    wkb = cast(func.encode(func.ST_AsBinary(DutyPlanRow.geom), "hex"), String)
    query = (
        select(DutyPlanRow, Unit.code, wkb)
        .join(
            Unit, and_(Unit.county_code == DutyPlanRow.county_code, Unit.id == DutyPlanRow.unit_id)
        )
        .where(DutyPlanRow.county_code == plan.county_code, DutyPlanRow.plan_id == plan.id)
        .order_by(DutyPlanRow.id)
        .execution_options(populate_existing=True)
    )
    return [
        PlanRow(
            row.id, row.unit_id, code, row.area_code, shape, row.priority, row.category, row.name
        )
        for row, code, shape in session.execute(query)
    ]


def _unit_of(table: Any) -> ColumnElement[bool]:
    return and_(Unit.county_code == table.county_code, Unit.id == table.unit_id)


def rows_on(session: Session, county_code: str, on: date) -> list[PlanRow]:
    """Return the duties in force on a day as rows of a new plan, with ids of their own."""
    wkb = cast(func.encode(func.ST_AsBinary(Responsibility.geom), "hex"), String)
    query = (
        select(Responsibility, Unit.code, wkb)
        .join(Unit, _unit_of(Responsibility))
        .where(Responsibility.county_code == county_code, in_force(on))
        .order_by(Responsibility.id)
    )
    return [
        PlanRow(
            uuid7(), row.unit_id, code, row.area_code, shape, row.priority, row.category, row.name
        )
        for row, code, shape in session.execute(query)
    ]


def in_force(on: date) -> ColumnElement[bool]:
    """Return the condition that a duty counts on a day."""
    return and_(
        Responsibility.valid_from <= on,
        or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > on),
    )


def entry(session: Session, plan: DutyPlan, seq: int) -> DutyPlanEntry:
    """Return one change of a plan by its number; raises NoResultFound."""
    query = select(DutyPlanEntry).where(
        DutyPlanEntry.county_code == plan.county_code,
        DutyPlanEntry.plan_id == plan.id,
        DutyPlanEntry.seq == seq,
    )
    return session.scalars(query).one()


def entries_of(session: Session, plan: DutyPlan) -> list[DutyPlanEntry]:
    """Return how a plan came about, in order."""
    query = select(DutyPlanEntry).where(
        DutyPlanEntry.county_code == plan.county_code, DutyPlanEntry.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(DutyPlanEntry.seq)))


def events_of(session: Session, plan: DutyPlan) -> list[tuple[int, str, int | None]]:
    """Return number, kind and target of every change of a plan, in order."""
    query = select(DutyPlanEntry.seq, DutyPlanEntry.event, DutyPlanEntry.target).where(
        DutyPlanEntry.county_code == plan.county_code, DutyPlanEntry.plan_id == plan.id
    )
    rows = session.execute(query.order_by(DutyPlanEntry.seq))
    return [(row.seq, row.event, row.target) for row in rows]


def units_on(session: Session, county_code: str, on: date) -> list[UnitRef]:
    """Return every unit that may answer for areas, by code, also those closed on the day."""
    live = and_(Unit.valid_from <= on, or_(Unit.valid_to.is_(None), Unit.valid_to > on))
    query = select(Unit.id, Unit.code, Unit.name, Unit.kind, live).where(
        Unit.county_code == county_code, Unit.kind.in_(ENFORCING)
    )
    return [UnitRef(*row) for row in session.execute(query.order_by(Unit.code))]


def edition_on(session: Session, county_code: str, on: date) -> Edition:
    """Return the edition of boundaries in force on a day; raises NotFoundError."""
    edition = queries.find_edition(session, county_code, on)
    if edition is None:
        raise NotFoundError(_("该日没有启用的界线。"), on=on)
    return edition


def leaves_of(session: Session, edition: Edition) -> list[Leaf]:
    """Return the finest areas of an edition by code, each with the name of the one above."""
    above = select(Area.code, Area.name).where(
        Area.county_code == edition.county_code, Area.edition_id == edition.id
    )
    parent = above.subquery("parent")
    query = (
        select(Area.code, Area.name, func.coalesce(parent.c.name, ""), Area.area_m2)
        .outerjoin(parent, parent.c.code == func.left(Area.code, func.length(Area.code) - 3))
        .where(
            Area.county_code == edition.county_code,
            Area.edition_id == edition.id,
            Area.level == edition.level,
        )
        .order_by(Area.code)
    )
    return [Leaf(*row) for row in session.execute(query)]


def contents(
    session: Session, county_code: str, source: str, *, on: date, plan_id: uuid.UUID | None = None
) -> Sequence[Any]:
    """Return `id` and `content` of the duties of a "day" or a "plan", by what they say."""
    asked = {"county": county_code, "on": on, "plan": plan_id}
    return session.execute(text(said(source)), asked).all()


def told(session: Session, county_code: str, ids: Sequence[uuid.UUID]) -> list[Any]:
    """Return unit, area, name and days of some duties, for a list that a person reads."""
    query = text("""
        SELECT r.id, u.code AS unit_code, u.name AS unit_name, r.area_code, d.name AS area_name,
          r.name, r.category, r.priority, r.valid_from, r.valid_to
        FROM responsibility r
        JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
        LEFT JOIN division d ON d.county_code = r.county_code AND d.code = r.area_code
        WHERE r.county_code = :county AND r.id = ANY (CAST(:ids AS uuid[]))
        ORDER BY u.code, r.area_code NULLS LAST, r.name, r.id
    """)
    return list(session.execute(query, {"county": county_code, "ids": [str(one) for one in ids]}))
