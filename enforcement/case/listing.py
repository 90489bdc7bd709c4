"""Pages of the list of cases that cost the same on a hundred thousand cases as on a thousand.

What a person sees is joined by OR, which no index gives in order: each part is asked alone, for
one page and by its own index, and the few rows found are merged.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, false, select, true, tuple_, union

from enforcement import scope
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.law.terms import Role
from enforcement.people.models import Unit

Cursor = tuple[datetime, uuid.UUID]
OWN: Final = frozenset({Role.OFFICER, Role.SQUAD_LEADER, Role.BRIGADE_LEADER})
"""Who also sees cases of other units that he works on, or whose hearing he chairs."""
PERSONAL: Final = (CaseFile.officer_a_id, CaseFile.officer_b_id, CaseFile.chair_id)


def first_ids(
    actor: Actor, wanted: Sequence[ColumnElement[bool]], after: Cursor | None, limit: int
) -> Any:
    """Return a subquery of (registered_at, id): the newest cases the actor sees, after a cursor."""
    rows = [*wanted]
    if after is not None:
        rows.append(tuple_(CaseFile.registered_at, CaseFile.id) < after)
    parts = _parts(actor, rows, limit)
    found = union(*parts).subquery("found") if len(parts) > 1 else parts[0].subquery("found")
    newest = select(found).order_by(found.c.registered_at.desc(), found.c.id.desc()).limit(limit)
    return newest.subquery("newest")


def _parts(actor: Actor, wanted: Sequence[Any], limit: int) -> list[Any]:
    county = CaseFile.county_code == actor.county_code
    if actor.role in scope.NOTHING or actor.role in scope.BY_AREA:
        return [_newest(false(), wanted, limit)]
    if actor.role in scope.COUNTY_WIDE:
        return [_newest(county, wanted, limit)]
    own = PERSONAL if actor.role in OWN else ()
    mine = [_newest(county & (column == actor.person_id), wanted, limit) for column in own]
    return [_of_units(actor, wanted, limit), *mine]


def _newest(condition: ColumnElement[bool], wanted: Sequence[Any], limit: int) -> Select[Any]:
    rows = (
        select(CaseFile.registered_at, CaseFile.id)
        .where(condition, *wanted)
        .order_by(CaseFile.registered_at.desc(), CaseFile.id.desc())
        .limit(limit)
    )
    return select(rows.subquery())


def _of_units(actor: Actor, wanted: Sequence[Any], limit: int) -> Select[Any]:
    """Return the newest cases of each unit of the actor's part of the tree."""
    units = (
        select(Unit.code)
        .where(Unit.county_code == actor.county_code, scope.below(Unit.code, actor))
        .subquery()
    )
    rows = (
        select(CaseFile.registered_at, CaseFile.id)
        .where(
            CaseFile.county_code == actor.county_code,
            CaseFile.unit_code == units.c.code,
            *wanted,
        )
        .order_by(CaseFile.registered_at.desc(), CaseFile.id.desc())
        .limit(limit)
        .lateral()
    )
    return select(rows.c.registered_at, rows.c.id).select_from(units.join(rows, true()))
