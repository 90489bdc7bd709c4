"""What groups are called: townships, units, matters and categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.i18n import in_english
from enforcement.indicators.asking import By
from enforcement.jurisdiction.models import Division
from enforcement.law.matters import matters
from enforcement.people.models import Unit
from enforcement.taxonomy import queries as taxonomy

Names = dict[str, str]


def of(session: Session, actor: Actor, by: By, keys: Sequence[str], on: date) -> Names:
    """Return the names of groups by key; what has none is left out."""
    find = _FIND.get(by)
    return find(session, actor, keys, on) if find and keys else {}


def _townships(session: Session, actor: Actor, keys: Sequence[str], _on: date) -> Names:
    query = select(Division.code, Division.name).where(
        Division.county_code == actor.county_code, Division.code.in_(keys)
    )
    return {row.code: row.name for row in session.execute(query)}


def _units(session: Session, actor: Actor, keys: Sequence[str], _on: date) -> Names:
    """Return the newest name of each code: a unit's code may be given again after it closed."""
    query = (
        select(Unit.code, Unit.name)
        .where(Unit.county_code == actor.county_code, Unit.code.in_(keys))
        .order_by(Unit.valid_from)
    )
    return {row.code: row.name for row in session.execute(query)}


def _matters(session: Session, actor: Actor, keys: Sequence[str], _on: date) -> Names:
    known, listed = taxonomy.current(session, actor.county_code).known, matters()
    found: Names = {}
    for key in keys:
        if key in listed:
            found[key] = listed[key].name
        elif key in known:
            found[key] = known[key].en if in_english() else known[key].zh
    return found


_FIND: Final[dict[By, Callable[[Session, Actor, Sequence[str], date], Names]]] = {
    By.TOWNSHIP: _townships,
    By.BRIGADE: _units,
    By.SQUAD: _units,
    By.MATTER: _matters,
}
