"""Reads: units within reach, templates, the shifts of a week or of a person, leave and swaps."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from enforcement.actor import Actor
from enforcement.clock import ZONE, sql_today
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import UnitKind
from enforcement.people.models import Person, Post, Unit
from enforcement.roster import reach
from enforcement.roster.models import DutyLeave, DutyRequirement, DutyShift, DutyTemplate
from enforcement.roster.terms import MINE_DAYS, TALLY_DAYS, LeaveState, ShiftState

SHOWN = (
    UnitKind.BUREAU, UnitKind.BRIGADE, UnitKind.SUB_BUREAU, UnitKind.SQUAD,
    UnitKind.COMMAND_CENTRE, UnitKind.TOWNSHIP_GOVERNMENT, UnitKind.SERVICE_HALL,
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A shift with the name of its person, None for an open slot."""

    shift: DutyShift
    person_name: str | None


@dataclass(frozen=True)
class Tally:
    """What one person worked in the last four weeks up to a day; hours of all kinds of duty.

    nights -- shifts that run past midnight; weekends -- shifts that start on Saturday or Sunday
    """

    person_id: uuid.UUID
    name: str
    shifts: int
    hours: float
    nights: int
    weekends: int


def exists_today(unit: Any = Unit) -> ColumnElement[bool]:
    """Return the condition that a unit exists today."""
    day = sql_today()
    return and_(unit.valid_from <= day, or_(unit.valid_to.is_(None), unit.valid_to > day))


def list_units(session: Session, within: ColumnElement[bool]) -> list[Unit]:
    """Return the units of a condition that keep a roster, by code."""
    query = select(Unit).where(within, exists_today(), Unit.kind.in_(SHOWN))
    return list(session.scalars(query.order_by(Unit.code)))


def find_unit(session: Session, within: ColumnElement[bool], unit_id: uuid.UUID) -> Unit | None:
    """Return a unit of a condition by id, None where it is not among them."""
    return session.scalars(select(Unit).where(within, Unit.id == unit_id)).first()


def person_name(session: Session, county_code: str, person_id: uuid.UUID | None) -> str | None:
    """Return the name of a person, None for nobody."""
    query = select(Person.name).where(Person.county_code == county_code, Person.id == person_id)
    return session.scalar(query) if person_id else None


def unit_name(session: Session, county_code: str, unit_id: uuid.UUID) -> str:
    """Return the name of a unit; raises NoResultFound."""
    return session.get_one(Unit, (county_code, unit_id)).name


def list_villages(session: Session, actor: Actor) -> list[tuple[str, str, str]]:
    """Return code, name and township of every village the actor may ask about, by code."""
    township = aliased(Division)
    query = (
        select(Division.code, Division.name, township.name)
        .join(
            township,
            and_(
                township.county_code == Division.county_code,
                township.code == Division.parent_code,
            ),
        )
        .where(reach.places(actor), Division.level == Level.VILLAGE)
        .order_by(Division.code)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def get_template(
    session: Session, county_code: str, template_id: uuid.UUID, *, lock: bool = False
) -> DutyTemplate:
    """Return a template; raises NotFoundError."""
    query = select(DutyTemplate).where(
        DutyTemplate.county_code == county_code, DutyTemplate.id == template_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该模板。"))
    return found


def list_templates(session: Session, county_code: str, unit_id: uuid.UUID) -> list[DutyTemplate]:
    """Return the templates of a unit by name."""
    query = select(DutyTemplate).where(
        DutyTemplate.county_code == county_code, DutyTemplate.unit_id == unit_id
    )
    return list(session.scalars(query.order_by(DutyTemplate.name)))


def list_requirements(
    session: Session, county_code: str, unit_id: uuid.UUID
) -> list[DutyRequirement]:
    """Return what must be covered in a unit, ended ones too, the oldest first."""
    query = select(DutyRequirement).where(
        DutyRequirement.county_code == county_code, DutyRequirement.unit_id == unit_id
    )
    return list(session.scalars(query.order_by(DutyRequirement.kind, DutyRequirement.id)))


def _below(unit_id: uuid.UUID) -> Any:
    """Return a subquery of the units that are a unit or lie below it."""
    top = aliased(Unit)
    return (
        select(Unit.county_code, Unit.id)
        .join(top, and_(top.county_code == Unit.county_code, top.id == unit_id))
        .where(Unit.code >= top.code, Unit.code < top.code + "~")
        .subquery()
    )


def list_people(
    session: Session, county_code: str, unit_id: uuid.UUID, on: date | None = None
) -> list[Person]:
    """Return the people who hold a post in a unit or below it on a day, or later, by name.

    on -- by default today. Village auxiliaries are left out: they are called without a shift.
    """
    units = _below(unit_id)
    day: Any = on or sql_today()
    posts = (
        select(Post.person_id)
        .join(units, and_(units.c.county_code == Post.county_code, units.c.id == Post.unit_id))
        .where(
            Post.county_code == county_code,
            Post.village_code.is_(None),
            or_(Post.valid_to.is_(None), Post.valid_to > day),
        )
    )
    query = select(Person).where(Person.county_code == county_code, Person.id.in_(posts))
    return list(session.scalars(query.order_by(Person.name, Person.id)))


def get_shift(
    session: Session, county_code: str, shift_id: uuid.UUID, *, lock: bool = False
) -> DutyShift:
    """Return a shift; raises NotFoundError."""
    query = select(DutyShift).where(DutyShift.county_code == county_code, DutyShift.id == shift_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该班次，或者您无权查看。"))
    return found


def _shifts(county_code: str) -> Any:
    return (
        select(DutyShift, Person.name)
        .outerjoin(
            Person,
            and_(Person.county_code == DutyShift.county_code, Person.id == DutyShift.person_id),
        )
        .where(DutyShift.county_code == county_code, DutyShift.state == ShiftState.PLANNED)
        .order_by(DutyShift.starts_at, DutyShift.kind, Person.name, DutyShift.id)
    )


def list_shifts(
    session: Session, county_code: str, unit_id: uuid.UUID, since: datetime, until: datetime
) -> list[Shown]:
    """Return the shifts of a unit that touch a span, by start."""
    query = _shifts(county_code).where(
        DutyShift.unit_id == unit_id,
        DutyShift.starts_at > since - timedelta(hours=24),
        DutyShift.starts_at < until,
        DutyShift.ends_at > since,
    )
    return [Shown(*row) for row in session.execute(query)]


def list_shifts_of(
    session: Session, county_code: str, person_id: uuid.UUID, since: datetime, until: datetime
) -> list[tuple[DutyShift, str]]:
    """Return a person's shifts that touch a span, each with the name of its unit, by start."""
    query = (
        select(DutyShift, Unit.name)
        .join(Unit, and_(Unit.county_code == DutyShift.county_code, Unit.id == DutyShift.unit_id))
        .where(
            DutyShift.county_code == county_code,
            DutyShift.person_id == person_id,
            DutyShift.state == ShiftState.PLANNED,
            DutyShift.starts_at > since - timedelta(hours=24),
            DutyShift.starts_at < until,
            DutyShift.ends_at > since,
        )
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def find_next_shift(session: Session, county_code: str, person_id: uuid.UUID) -> DutyShift | None:
    """Return the shift that a person has now or next within two weeks, None without one."""
    now = func.app_now()
    query = select(DutyShift).where(
        DutyShift.county_code == county_code,
        DutyShift.person_id == person_id,
        DutyShift.state == ShiftState.PLANNED,
        DutyShift.starts_at > now - timedelta(hours=24),
        DutyShift.starts_at < now + timedelta(MINE_DAYS),
        DutyShift.ends_at > now,
    )
    return session.scalars(query.order_by(DutyShift.starts_at, DutyShift.id).limit(1)).first()


def list_leave_in(
    session: Session, county_code: str, unit_id: uuid.UUID, since: datetime, until: datetime
) -> list[tuple[DutyLeave, str]]:
    """Return the leave, asked or approved, of a unit's people that touches a span, with names."""
    units = _below(unit_id)
    staff = (
        select(Post.person_id)
        .join(units, and_(units.c.county_code == Post.county_code, units.c.id == Post.unit_id))
        .where(Post.county_code == county_code)
    )
    query = (
        select(DutyLeave, Person.name)
        .join(
            Person,
            and_(Person.county_code == DutyLeave.county_code, Person.id == DutyLeave.person_id),
        )
        .where(
            DutyLeave.county_code == county_code,
            DutyLeave.person_id.in_(staff),
            DutyLeave.state.in_([LeaveState.ASKED, LeaveState.APPROVED]),
            DutyLeave.starts_at < until,
            DutyLeave.ends_at > since,
        )
        .order_by(DutyLeave.starts_at, Person.name, DutyLeave.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def tally(
    session: Session, county_code: str, unit_id: uuid.UUID, until: datetime
) -> Sequence[Tally]:
    """Return what people worked in a unit in the four weeks before a moment, the most first."""
    local = func.timezone(ZONE.key, DutyShift.starts_at)
    end = func.timezone(ZONE.key, DutyShift.ends_at - timedelta(seconds=1))
    hours = func.extract("epoch", DutyShift.ends_at - DutyShift.starts_at) / 3600
    query = (
        select(
            Person.id,
            Person.name,
            func.count(),
            func.sum(hours),
            func.count().filter(func.date_trunc("day", end) > func.date_trunc("day", local)),
            func.count().filter(func.extract("isodow", local) >= 6),
        )
        .join(
            Person,
            and_(Person.county_code == DutyShift.county_code, Person.id == DutyShift.person_id),
        )
        .where(
            DutyShift.county_code == county_code,
            DutyShift.unit_id == unit_id,
            DutyShift.state == ShiftState.PLANNED,
            DutyShift.starts_at >= until - timedelta(TALLY_DAYS),
            DutyShift.starts_at < until,
        )
        .group_by(Person.id, Person.name)
        .order_by(func.sum(hours).desc(), Person.name, text("1"))
    )
    return [
        Tally(row[0], row[1], row[2], float(row[3]), row[4], row[5])
        for row in session.execute(query)
    ]
