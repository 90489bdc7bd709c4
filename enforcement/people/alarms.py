"""Certificates that need somebody's attention: ending, over, or suspended."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from enforcement.actor import Actor
from enforcement.law.terms import CertificateStatus, Role, Term
from enforcement.people import certificate_queries as certificates
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.people.person_queries import in_post
from enforcement.scope import COUNTY_WIDE, below
from enforcement.settings import queries as settings

PAGE: Final = 50


class Level(Term):
    """How pressing a certificate is, the most pressing first; days are the county's settings."""

    EXPIRED = "expired", "已过期", "Expired"
    SUSPENDED = "suspended", "暂扣", "Suspended"
    ALARM = "alarm", "报警", "Alarm"
    WARNING = "warning", "预警", "Warning"
    NOTICE = "notice", "提醒", "Notice"


@dataclass(frozen=True)
class Days:
    """How many days before its end a certificate is first noticed, warned of, alarmed about."""

    notice: int
    warning: int
    alarm: int

    @classmethod
    def of(cls, session: Session, county_code: str) -> Days:
        """Return what the county has set."""
        found = settings.values(session, county_code)
        return cls(*(found[f"certificate_{name}_days"] for name in ("notice", "warning", "alarm")))


@dataclass(frozen=True)
class Listed:
    """A certificate with its holder, his unit, and how pressing it is (None: not at all)."""

    certificate: Certificate
    person: Person
    organ: Unit
    state: CertificateStatus
    level: Level | None
    unit: Unit | None = None


def level_of(state: CertificateStatus, valid_to: date, on: date, days: Days) -> Level | None:
    """Return how pressing a certificate is on a day."""
    left = (valid_to - on).days
    if state is CertificateStatus.REVOKED:
        return None
    if left < 0:
        return Level.EXPIRED
    if state is CertificateStatus.SUSPENDED:
        return Level.SUSPENDED
    steps = ((days.alarm, Level.ALARM), (days.warning, Level.WARNING), (days.notice, Level.NOTICE))
    return next((level for most, level in steps if left <= most), None)


def list_page(
    session: Session,
    county_code: str,
    on: date,
    *,
    days: Days | None = None,
    only: str = "alarms",
    after: tuple[date, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of certificates by their last day, in two statements and the settings.

    only -- alarms (those of people in post that need attention), suspended, expired, all
    """
    days = days or Days.of(session, county_code)
    query = _rows(county_code, on).order_by(Certificate.valid_to, Certificate.id).limit(limit)
    if only != "all":
        query = query.where(_pressing(on, days))
    if only == "suspended":
        query = query.where(certificates.status_on(on) == CertificateStatus.SUSPENDED)
    if only == "expired":
        query = query.where(Certificate.valid_to < on)
    if after is not None:
        query = query.where(tuple_(Certificate.valid_to, Certificate.id) > after)
    rows = session.execute(query).all()
    units = _units(session, county_code, [row.Person.id for row in rows], on)
    return [_listed(row, on, days, units.get(row.Person.id)) for row in rows]


def _rows(county_code: str, on: date) -> Any:
    return (
        select(Certificate, Person, Unit, certificates.status_on(on).label("state"))
        .join(
            Person,
            and_(Person.county_code == Certificate.county_code, Person.id == Certificate.person_id),
        )
        .join(
            Unit,
            and_(Unit.county_code == Certificate.county_code, Unit.id == Certificate.organ_unit_id),
        )
        .where(Certificate.county_code == county_code)
    )


def _listed(row: Any, on: date, days: Days, unit: Unit | None) -> Listed:
    state = CertificateStatus(row.state)
    level = level_of(state, row.Certificate.valid_to, on, days)
    return Listed(row.Certificate, row.Person, row.Unit, state, level, unit)


def _pressing(on: date, days: Days) -> Any:
    """Return the condition of what needs attention: its holder is in post, no other follows."""
    held = select(Post.id).where(
        Post.county_code == Certificate.county_code,
        Post.person_id == Certificate.person_id,
        in_post(on),
    )
    ends = Certificate.valid_to <= on + timedelta(days=days.notice)
    suspended = certificates.status_on(on) == CertificateStatus.SUSPENDED
    revoked = certificates.status_on(on) == CertificateStatus.REVOKED
    return and_(held.exists(), certificates.not_followed(), ~revoked, or_(ends, suspended))


def _units(
    session: Session, county_code: str, person_ids: list[uuid.UUID], on: date
) -> dict[uuid.UUID, Unit]:
    query = (
        select(Post.person_id, Unit)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Post.county_code == county_code, Post.person_id.in_(person_ids), in_post(on))
        .order_by(Post.valid_from)
    )
    return {row.person_id: row.Unit for row in session.execute(query)} if person_ids else {}


@dataclass(frozen=True)
class Told:
    """What the first page tells: how many of each level, and the person's own certificates."""

    counts: Mapping[Level, int]
    own: tuple[Listed, ...]


def tell(session: Session, actor: Actor, on: date, *, others: bool) -> Told:
    """Return what needs attention: the actor's own, and with `others` in the unit he belongs to.

    Who sees the whole county is told of all. Two statements.
    """
    days = Days.of(session, actor.county_code)
    query = _rows(actor.county_code, on).where(_pressing(on, days))
    mine = Certificate.person_id == actor.person_id
    whole = actor.role in COUNTY_WIDE | {Role.SYSTEM_ADMIN}
    if not others:
        query = query.where(mine)
    elif not whole:
        query = query.where(or_(mine, _in_unit(actor, on)))
    rows = session.execute(query.order_by(Certificate.valid_to).limit(1000)).all()
    found = [_listed(row, on, days, None) for row in rows]
    counts = Counter(one.level for one in found if one.level) if others else Counter()
    own = tuple(one for one in found if one.person.id == actor.person_id)
    return Told({level: counts[level] for level in Level if counts[level]}, own)


def _in_unit(actor: Actor, on: date) -> Any:
    own = aliased(Unit)
    held = select(Post.id).join(own, and_(own.county_code == Post.county_code,
                                          own.id == Post.unit_id))  # fmt: skip
    return held.where(
        Post.county_code == Certificate.county_code,
        Post.person_id == Certificate.person_id,
        in_post(on),
        below(own.code, actor),
    ).exists()
