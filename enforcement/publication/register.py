"""Reads: what the public sees of officers and of the power list, by the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from enforcement.law.power_terms import ItemStatus
from enforcement.law.staff import Standing, standing
from enforcement.people.certificate_queries import status_on, valid_on
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.people.person_queries import in_post
from enforcement.power.models import PowerItem, PowerProvision

PAGE: Final = 20
MOST_CARDS: Final = 500


@dataclass(frozen=True)
class PublicOfficer:
    """An officer as the register shows him: what stands on the certificate, and his unit.

    unit -- where he is posted on the day asked for, None where he is posted nowhere
    """

    name: str
    number: str
    organ: str
    unit: str | None
    field: str
    area: str
    valid_from: date
    valid_to: date
    standing: Standing


def _unit(on: date) -> ScalarSelect[str]:
    posted = aliased(Unit)
    query = (
        select(posted.name)
        .join(Post, and_(Post.county_code == posted.county_code, Post.unit_id == posted.id))
        .where(
            Post.county_code == Certificate.county_code,
            Post.person_id == Certificate.person_id,
            in_post(on),
        )
        .order_by(func.length(posted.code).desc(), posted.code)
        .limit(1)
    )
    return query.correlate(Certificate).scalar_subquery()


def _officers(county_code: str, on: date) -> Any:
    of_person = and_(
        Person.county_code == Certificate.county_code, Person.id == Certificate.person_id
    )
    of_organ = and_(
        Unit.county_code == Certificate.county_code, Unit.id == Certificate.organ_unit_id
    )
    return (
        select(
            Person.name, Certificate.number, Unit.name.label("organ"), _unit(on).label("unit"),
            Certificate.field, Certificate.area, Certificate.valid_from, Certificate.valid_to,
            status_on(on).label("status"),
        )
        .join(Person, of_person)
        .join(Unit, of_organ)
        .where(Certificate.county_code == county_code)
        .order_by(Certificate.number)
    )  # fmt: skip


def _shown(rows: Sequence[Any], on: date) -> list[PublicOfficer]:
    return [
        PublicOfficer(
            row.name, row.number, row.organ, row.unit, row.field, row.area, row.valid_from,
            row.valid_to, standing(row.status, row.valid_from, row.valid_to, on),
        )
        for row in rows
    ]  # fmt: skip


def officers(
    session: Session, county_code: str, on: date, *, after: str | None = None
) -> list[PublicOfficer]:
    """Return a page of those whose certificate is valid on a day, by its number."""
    query = _officers(county_code, on).where(valid_on(on)).limit(PAGE)
    if after is not None:
        query = query.where(Certificate.number > after)
    return _shown(session.execute(query).all(), on)


def officer(session: Session, county_code: str, number: str, on: date) -> PublicOfficer | None:
    """Return whoever holds the certificate of a number, valid or not; None where there is none."""
    query = _officers(county_code, on).where(Certificate.number == number.strip())
    return next(iter(_shown(session.execute(query).all(), on)), None)


def of_unit(session: Session, county_code: str, unit_code: str, on: date) -> list[PublicOfficer]:
    """Return those posted in a unit or below whose certificate is valid on a day."""
    below = aliased(Unit)
    people = (
        select(Post.person_id)
        .join(below, and_(below.county_code == Post.county_code, below.id == Post.unit_id))
        .where(
            Post.county_code == county_code, in_post(on),
            below.code >= unit_code, below.code < unit_code + "~",
        )
    )  # fmt: skip
    query = _officers(county_code, on).where(valid_on(on), Certificate.person_id.in_(people))
    return _shown(session.execute(query.limit(MOST_CARDS)).all(), on)


@dataclass(frozen=True)
class PublicPower:
    """An item of the power list, who exercises it, and the provision it rests on today."""

    item: PowerItem
    unit: str
    basis: str | None


def powers(
    session: Session, county_code: str, on: date, *, after: str | None = None
) -> list[PublicPower]:
    """Return a page of the power list in force on a day, by code."""
    rests_on = and_(
        PowerProvision.county_code == PowerItem.county_code,
        PowerProvision.item_id == PowerItem.id,
        PowerProvision.valid_from <= on,
        or_(PowerProvision.valid_to.is_(None), PowerProvision.valid_to >= on),
    )
    exercises = and_(
        Unit.county_code == PowerItem.county_code, Unit.id == PowerItem.exercising_unit_id
    )
    query = (
        select(PowerItem, Unit.name, PowerProvision.basis)
        .join(Unit, exercises)
        .outerjoin(PowerProvision, rests_on)
        .where(
            PowerItem.county_code == county_code,
            PowerItem.status == ItemStatus.IN_FORCE,
            PowerItem.valid_from <= on,
            or_(PowerItem.valid_to.is_(None), PowerItem.valid_to >= on),
        )
        .order_by(PowerItem.code)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(PowerItem.code > after)
    return [PublicPower(*row) for row in session.execute(query)]
