"""Whose roster a person may read and change: conditions on units."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from enforcement import permissions, scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError, NotPermittedError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role
from enforcement.people.models import Unit
from enforcement.permissions import Permission

ALL: Final = frozenset({Role.HEAD, Role.COMMAND_CENTRE})
READ_ALL: Final = ALL | {Role.SYSTEM_ADMIN}


def changeable(actor: Actor) -> ColumnElement[bool]:
    """Return which units' rosters the actor may change, where his role changes any.

    The command centre and the head: the county. A township leader: units at home in his township.
    Others: their unit and those below it.
    """
    if not permissions.allows(actor, Permission.ROSTER_CHANGE):
        return false()
    if actor.role in ALL:
        return Unit.county_code == actor.county_code
    if actor.role is Role.TOWNSHIP_LEADER:
        return and_(Unit.county_code == actor.county_code, scope.within(Unit.home_code, actor))
    return and_(Unit.county_code == actor.county_code, scope.below(Unit.code, actor))


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return which units' rosters the actor may read: besides those below, those above his own.

    Roles that answer for an area read the units at home in it, or in the township around it.
    """
    same_county = Unit.county_code == actor.county_code
    if actor.role in READ_ALL:
        return same_county
    own = [scope.below(Unit.code, actor), Unit.code.in_(_above(actor.unit_code))]
    if actor.role in scope.BY_AREA:
        own.append(scope.within(Unit.home_code, actor))
        own.append(Unit.home_code.in_([code[:9] for code in actor.area_codes]))
    return and_(same_county, or_(*own))


def _above(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts))]


def places(actor: Actor) -> ColumnElement[bool]:
    """Return for which villages and townships the actor may ask who is on duty."""
    asked = and_(
        Division.county_code == actor.county_code,
        Division.level.in_([Level.VILLAGE, Level.TOWNSHIP]),
    )
    if actor.role in scope.BY_AREA:
        return and_(asked, scope.within(Division.code, actor))
    return asked


def check_place(session: Session, actor: Actor, code: str) -> Division:
    """Return a village or township about which the actor may ask; raises NotFoundError."""
    permissions.check(actor, Permission.ROSTER_READ)
    query = select(Division).where(Division.code == code, places(actor))
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有代码为%(code)s的村或者乡镇，或者您无权查询。", code=code))
    return found


def unit_to_read(session: Session, actor: Actor, code: str) -> Unit:
    """Return a unit by code; raises NotFoundError where it does not exist or is out of reach."""
    permissions.check(actor, Permission.ROSTER_READ)
    found = session.scalars(select(Unit).where(readable(actor), Unit.code == code)).first()
    if found is None:
        raise NotFoundError(_("没有找到该单位，或者您无权查看它的值班表。"), unit=code)
    return found


def check_change(session: Session, actor: Actor, unit_id: object) -> Unit:
    """Return a unit whose roster the actor may change; raises NotPermittedError, NotFoundError."""
    permissions.check(actor, Permission.ROSTER_CHANGE)
    unit = session.get(Unit, (actor.county_code, unit_id))
    if unit is None:
        raise NotFoundError(_("没有找到该单位，或者您无权查看它的值班表。"))
    mine = select(Unit.id).where(changeable(actor), Unit.id == unit.id)
    if session.scalar(mine) is None:
        raise NotPermittedError(_("您不能更改%(unit)s的值班表。", unit=unit.name), unit=unit.code)
    return unit
