"""Which rows a person sees: conditions for queries, so that a list and its pages agree."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, true

from enforcement.actor import Actor
from enforcement.law.terms import Role

COUNTY_WIDE: Final = frozenset({Role.HEAD, Role.COMMAND_CENTRE, Role.LEGAL_REVIEWER})
BY_AREA: Final = frozenset({Role.TOWNSHIP_LEADER, Role.DISPATCHER, Role.AUXILIARY})
NOTHING: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def below(column: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a unit code is the actor's unit or below it (a btree range)."""
    return and_(column >= actor.unit_code, column < actor.unit_code + "~")


def within(column: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a division code is one the actor answers for, or below it."""
    parts = [and_(column >= code, column < code + "~") for code in actor.area_codes]
    return or_(*parts) if parts else false()


def rows(
    actor: Actor,
    table: Any,
    *,
    units: tuple[Any, ...],
    areas: tuple[Any, ...] = (),
    own: tuple[Any, ...] = (),
) -> ColumnElement[bool]:
    """Return which rows of a table the actor may see.

    units -- columns of unit codes: his unit or below it; areas -- columns of division codes, for
    roles that answer for an area; own -- columns that name his account
    """
    same_county = table.county_code == actor.county_code
    if actor.role in NOTHING:
        return false()
    if actor.role in COUNTY_WIDE:
        return and_(same_county, true())
    mine = [column == actor.account_id for column in own]
    if actor.role in BY_AREA:
        return and_(same_county, or_(false(), *[within(column, actor) for column in areas], *mine))
    return and_(same_county, or_(false(), *[below(column, actor) for column in units], *mine))
