"""Reads: devices and when they were heard, positions of one, where everybody is now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.clock import sql_today
from enforcement.people.models import Person, Post, Unit
from enforcement.positions.models import Device, DeviceState, Fix, Protocol

PAGE: Final = 50
MOST_FIXES: Final = 10_000


def hear(session: Session, county_code: str, device_id: uuid.UUID) -> None:
    """Note that a device was heard without a position."""
    now = func.app_now()
    session.execute(
        insert(DeviceState)
        .values(county_code=county_code, device_id=device_id, heard_at=now)
        .on_conflict_do_update(
            index_elements=["county_code", "device_id"], set_={"heard_at": func.app_now()}
        )
    )


@dataclass(frozen=True)
class Listed:
    """A device as the register shows it."""

    device: Device
    person: str | None
    heard_at: datetime | None
    fixed_at: datetime | None

    @property
    def protocol(self) -> Protocol:
        """How it speaks."""
        return Protocol(self.device.protocol)


def list_devices(
    session: Session, actor: Actor, *, after: uuid.UUID | None = None, limit: int = PAGE
) -> list[Listed]:
    """Return devices of the county that are in service, the newest first; phones' pages apart."""
    query = (
        select(Device, Person.name, DeviceState.heard_at, DeviceState.fixed_at)
        .outerjoin(Person, (Person.county_code == Device.county_code)
                   & (Person.id == Device.person_id))
        .outerjoin(DeviceState, (DeviceState.county_code == Device.county_code)
                   & (DeviceState.device_id == Device.id))
        .where(Device.county_code == actor.county_code, Device.retired_at.is_(None))
        .order_by(Device.id.desc())
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(Device.id < after)
    return [Listed(*row) for row in session.execute(query)]


def find_named(session: Session, actor: Actor, ident: str) -> Device | None:
    """Return the newest device of a name, in service or not."""
    query = (
        select(Device)
        .where(Device.county_code == actor.county_code, Device.ident == ident)
        .order_by(Device.retired_at.is_not(None), Device.id.desc())
    )
    return session.scalars(query.limit(1)).first()


def list_fixes(
    session: Session,
    county_code: str,
    device_id: uuid.UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = MOST_FIXES,
) -> list[Fix]:
    """Return what is stored of a device, the oldest first, marked positions too."""
    query = select(Fix).where(Fix.county_code == county_code, Fix.device_id == device_id)
    if since is not None:
        query = query.where(Fix.fixed_at >= since)
    if until is not None:
        query = query.where(Fix.fixed_at < until)
    return list(session.scalars(query.order_by(Fix.fixed_at).limit(limit)))


def own_fixes(session: Session, actor: Actor, since: datetime, until: datetime) -> list[Fix]:
    """Return the positions kept of the person himself between two moments, the oldest first."""
    mine = select(Device.id).where(
        Device.county_code == actor.county_code, Device.person_id == actor.person_id
    )
    query = select(Fix).where(
        Fix.county_code == actor.county_code, Fix.device_id.in_(mine),
        Fix.person_id == actor.person_id, Fix.fixed_at >= since, Fix.fixed_at < until,
    )  # fmt: skip
    return list(session.scalars(query.order_by(Fix.fixed_at).limit(MOST_FIXES)))


def whose(actor: Actor) -> ColumnElement[bool]:
    """Return which people's positions an actor may look at: his unit's and those below, or own.

    Who answers for an area looks at the people of units at home in it, too.
    """
    own = Person.id == actor.person_id
    if actor.role in scope.COUNTY_WIDE:
        return Person.county_code == actor.county_code
    if actor.role in scope.NOTHING:
        return own
    today = sql_today()
    units = scope.below(Unit.code, actor)
    if actor.role in scope.BY_AREA:
        units = or_(units, scope.within(Unit.home_code, actor))
    holds = (
        select(Post.id)
        .join(Unit, (Unit.county_code == Post.county_code) & (Unit.id == Post.unit_id))
        .where(
            Post.county_code == Person.county_code, Post.person_id == Person.id,
            Post.valid_from <= today, or_(Post.valid_to.is_(None), Post.valid_to > today),
            units,
        )
        .exists()
    )  # fmt: skip
    return (Person.county_code == actor.county_code) & or_(own, holds)


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """Return which devices an actor may look at: people's as `whose`, vehicles county-wide only."""
    if actor.role in scope.COUNTY_WIDE:
        return or_(Device.person_id.is_(None), whose(actor))
    return and_(Device.person_id.is_not(None), whose(actor))


def plain(fix: Fix) -> dict[str, Any]:
    """Return a position as JSON: every column, moments in UTC."""
    return {
        column.name: getattr(fix, column.name)
        for column in Fix.__table__.columns
        if column.name != "county_code"
    }
