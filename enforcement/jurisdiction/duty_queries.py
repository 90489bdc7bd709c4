"""Reads: single duties, and the list of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division, Responsibility
from enforcement.jurisdiction.plan_queries import in_force
from enforcement.people.models import Unit

PAGE: Final = 50


@dataclass(frozen=True)
class Listed:
    """A duty as the list shows it; `area_m2` of a drawn polygon only."""

    duty: Responsibility
    unit_code: str
    unit_name: str
    area_name: str | None
    area_m2: float | None


def get(
    session: Session, county_code: str, duty_id: uuid.UUID, *, lock: bool = False
) -> Responsibility:
    """Return a duty of the county; raises NotFoundError."""
    query = select(Responsibility).where(
        Responsibility.county_code == county_code, Responsibility.id == duty_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该责任。"), duty=duty_id)
    return found


def list_page(
    session: Session,
    county_code: str,
    *,
    unit_code: str | None = None,
    on: date | None = None,
    after: tuple[str, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of duties by unit; those of a unit and below it, those of a day, or all.

    after -- unit code and id of the last row of the page before
    """
    area_m2 = func.ST_Area(func.geography(Responsibility.geom))
    query = (
        select(Responsibility, Unit.code, Unit.name, Division.name, area_m2)
        .join(
            Unit,
            and_(Unit.county_code == Responsibility.county_code, Unit.id == Responsibility.unit_id),
        )
        .outerjoin(
            Division,
            and_(
                Division.county_code == Responsibility.county_code,
                Division.code == Responsibility.area_code,
            ),
        )
        .where(Responsibility.county_code == county_code)
        .order_by(Unit.code, Responsibility.id)
        .limit(limit)
    )
    if unit_code:
        query = query.where(or_(Unit.code == unit_code, Unit.code.startswith(f"{unit_code}.")))
    if on is not None:
        query = query.where(in_force(on))
    if after is not None:
        query = query.where(tuple_(Unit.code, Responsibility.id) > after)
    return [Listed(*row) for row in session.execute(query)]


def has_twin(session: Session, county_code: str, on: date, wkb: bytes | None, **said: Any) -> bool:
    """Return whether a duty in force on a day says the same.

    wkb -- of a drawn polygon; said -- the other columns by name
    """
    shape = func.ST_AsBinary(Responsibility.geom)
    query = select(Responsibility.id).where(
        Responsibility.county_code == county_code,
        in_force(on),
        *(getattr(Responsibility, name).is_not_distinct_from(one) for name, one in said.items()),
        shape.is_(None) if wkb is None else shape == wkb,
    )
    return session.scalar(query.limit(1)) is not None
