"""Which rows a person sees: conditions for queries, so that a list and its pages agree."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, true

from enforcement.actor import Actor
from enforcement.law.terms import Role, Term


class Reach(Term):
    """Which rows of the county a role sees."""

    COUNTY = "county", "全县", "The whole county"
    AREA = "area", "本人负责的村、乡镇", "Villages and townships he answers for"
    UNIT = "unit", "本单位和下级单位", "His unit and those below it"
    NONE = "none", "不看业务内容", "Nothing of the work"


REACH_OF: Final = {
    Role.HEAD: Reach.COUNTY, Role.COMMAND_CENTRE: Reach.COUNTY, Role.LEGAL_REVIEWER: Reach.COUNTY,
    Role.TOWNSHIP_LEADER: Reach.AREA, Role.DISPATCHER: Reach.AREA, Role.AUXILIARY: Reach.AREA,
    Role.SYSTEM_ADMIN: Reach.NONE, Role.SECURITY_ADMIN: Reach.NONE, Role.AUDIT_ADMIN: Reach.NONE,
    Role.ASSISTANT: Reach.UNIT, Role.OFFICER: Reach.UNIT, Role.SQUAD_LEADER: Reach.UNIT,
    Role.BRIGADE_LEADER: Reach.UNIT,
}  # fmt: skip
"""What one made or works on himself is seen besides, where a list says so."""


def _roles(reach: Reach) -> frozenset[Role]:
    return frozenset(role for role, one in REACH_OF.items() if one is reach)


COUNTY_WIDE: Final = _roles(Reach.COUNTY)
BY_AREA: Final = _roles(Reach.AREA)
NOTHING: Final = _roles(Reach.NONE)


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
    if actor.role in NOTHING or actor.glass is not None:  # a grant opens one page, no list
        return false()
    if actor.role in COUNTY_WIDE:
        return and_(same_county, true())
    mine = [column == actor.account_id for column in own]
    if actor.role in BY_AREA:
        return and_(same_county, or_(false(), *[within(column, actor) for column in areas], *mine))
    return and_(same_county, or_(false(), *[below(column, actor) for column in units], *mine))
