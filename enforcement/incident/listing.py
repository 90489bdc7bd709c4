"""Pages of a list that cost the same on a million incidents as on a hundred.

What a person sees is several conditions joined by OR, which no index gives in order. So each
condition is asked alone, in the order of its own index and for one page only, and the few rows
found are merged. Units below a unit are asked one by one (they are a handful).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute

from enforcement import scope
from enforcement.actor import Actor
from enforcement.incident.models import Incident
from enforcement.people.models import Unit

Cursor = tuple[datetime, uuid.UUID]
UNITS = (
    Incident.responsible_unit_code,
    Incident.handler_unit_code,
    Incident.reporter_unit_code,
)
VILLAGE_DIGITS = 12


def first_ids(
    actor: Actor,
    filters: Sequence[ColumnElement[bool]],
    after: Cursor | None,
    limit: int,
) -> Any:
    """Return a subquery of (received_at, id): the newest rows the actor sees, after a cursor."""
    wanted = [*filters]
    if after is not None:
        wanted.append(tuple_(Incident.received_at, Incident.id) < after)
    parts = [_branch(part, wanted, limit) for part in _conditions(actor)]
    parts += [_of_units(actor, column, wanted, limit) for column in _unit_columns(actor)]
    found = union(*parts).subquery("found") if len(parts) > 1 else parts[0].subquery("found")
    newest = select(found).order_by(found.c.received_at.desc(), found.c.id.desc()).limit(limit)
    return newest.subquery("newest")


def _conditions(actor: Actor) -> list[ColumnElement[bool]]:
    """Return what the actor sees besides his units, each condition served by one index."""
    county = Incident.county_code == actor.county_code
    mine = county & (Incident.reported_by == actor.account_id)
    if actor.role in scope.NOTHING:
        return [false()]
    if actor.role in scope.COUNTY_WIDE:
        return [county]
    if actor.role in scope.BY_AREA:
        return [*[county & _area(code) for code in actor.area_codes], mine]
    return [mine]


def _area(code: str) -> ColumnElement[bool]:
    return Incident.village_code == code if len(code) == VILLAGE_DIGITS else (
        Incident.township_code == code
    )  # fmt: skip


def _unit_columns(actor: Actor) -> tuple[InstrumentedAttribute[Any], ...]:
    by_unit = actor.role not in scope.NOTHING | scope.COUNTY_WIDE | scope.BY_AREA
    return UNITS if by_unit else ()


def _branch(
    condition: ColumnElement[bool], wanted: Sequence[ColumnElement[bool]], limit: int
) -> Select[Any]:
    rows = (
        select(Incident.received_at, Incident.id)
        .where(condition, *wanted)
        .order_by(Incident.received_at.desc(), Incident.id.desc())
        .limit(limit)
    )
    return select(rows.subquery())


def _of_units(
    actor: Actor,
    column: InstrumentedAttribute[Any],
    wanted: Sequence[ColumnElement[bool]],
    limit: int,
) -> Select[Any]:
    """Return the newest rows of each unit of the actor's part of the tree."""
    units = (
        select(Unit.code)
        .where(Unit.county_code == actor.county_code, scope.below(Unit.code, actor))
        .subquery()
    )
    rows = (
        select(Incident.received_at, Incident.id)
        .where(Incident.county_code == actor.county_code, column == units.c.code, *wanted)
        .order_by(Incident.received_at.desc(), Incident.id.desc())
        .limit(limit)
        .lateral()
    )
    return select(rows.c.received_at, rows.c.id).select_from(units.join(rows, true()))
