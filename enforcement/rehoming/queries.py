"""Reads: open work whose place, or whose unit, answers to another unit by now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.jurisdiction.models import Responsibility
from enforcement.jurisdiction.routing_many import Routed, route_many
from enforcement.law.incidents import parent_of
from enforcement.law.terms import Role
from enforcement.people.models import Unit
from enforcement.rehoming import work
from enforcement.rehoming.models import RehomingBatch, RehomingItem
from enforcement.rehoming.terms import Cause, Ruling, WorkKind
from enforcement.rehoming.work import Work


@dataclass(frozen=True)
class Item:
    """A piece of open work and the unit that would have it.

    to -- None where nobody answers for the place: a person has to choose
    """

    work: Work
    cause: Cause
    from_unit: Unit | None
    to: Unit | None

    @property
    def key(self) -> str:
        """Return what names the item in a form."""
        return f"{self.work.kind}:{self.work.id}"


def pending(session: Session, actor: Actor, on: date) -> list[Item]:
    """Return the open work that should change hands on a day, as far as the actor may see it.

    What a person has ruled to keep is left out as long as the same unit would get it.
    """
    found = work.list_open(session, actor)
    units = _units(session, actor.county_code)
    answers = _answers(session, actor.county_code, found, on)
    items = [
        item
        for row, answer in zip(found, answers, strict=True)
        if (item := _item(row, answer, units, on)) is not None
    ]
    kept = _kept(session, actor.county_code, items)
    mine = [item for item in items if _in_scope(actor, item) and _ruled(item) not in kept]
    return sorted(mine, key=_order)


def _order(item: Item) -> tuple[str, str, str, str]:
    to, was = item.to, item.from_unit
    return (was.code if was else "", to.code if to else "", item.work.kind, item.work.number)


def _answers(
    session: Session, county_code: str, found: Sequence[Work], on: date
) -> list[Routed | None]:
    """Return who answers for each place on a day: a statement for each kind of category asked."""
    special = set(
        session.scalars(
            select(Responsibility.category)
            .where(
                Responsibility.county_code == county_code,
                Responsibility.category.is_not(None),
                or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > on),
            )
            .distinct()
        )
    )
    answers: list[Routed | None] = [None] * len(found)
    groups: dict[str | None, list[int]] = {}
    for place, row in enumerate(found):
        if row.lon is not None:
            asked = (
                row.category if {row.category, parent_of(row.category or "")} & special else None
            )
            groups.setdefault(asked, []).append(place)
    for category, places in groups.items():
        points = [(found[place].lon or 0.0, found[place].lat or 0.0) for place in places]
        routed = route_many(session, county_code, points, on, category)
        for place, answer in zip(places, routed, strict=True):
            answers[place] = answer
    return answers


def _units(session: Session, county_code: str) -> dict[str, Unit]:
    rows = session.scalars(select(Unit).where(Unit.county_code == county_code))
    return {row.code: row for row in rows}


def _item(row: Work, answer: Routed | None, units: dict[str, Unit], on: date) -> Item | None:
    """Return what should change hands: the area's unit is another one, or the unit has ended."""
    holder = units.get(row.holder_code or "")
    to = units.get(answer.unit_code or "") if answer else None
    if holder is not None and _ended(holder, on):
        return Item(row, Cause.UNIT_ENDED, holder, to or _successor(holder, units, on))
    if answer is None or row.kind is WorkKind.STOP or row.by_rule:
        return None
    if answer.unit_code in (row.answered_code, row.holder_code):
        return None
    return Item(row, Cause.AREA, holder, to)


def _ended(unit: Unit, on: date) -> bool:
    return unit.valid_to is not None and unit.valid_to <= on


def _successor(unit: Unit, units: dict[str, Unit], on: date) -> Unit | None:
    """Return the unit that an ended one was merged into, and that one's in turn; None without."""
    by_id = {row.id: row for row in units.values()}
    found: Unit | None = unit
    while found is not None and _ended(found, on):
        found = by_id.get(found.merged_into_id) if found.merged_into_id else None
    return found


def _in_scope(actor: Actor, item: Item) -> bool:
    if actor.role is not Role.BRIGADE_LEADER:
        return True
    codes = [unit.code for unit in (item.from_unit, item.to) if unit is not None]
    return any(code.startswith(actor.unit_code) for code in codes)


def _ruled(item: Item) -> tuple[str, uuid.UUID, str | None]:
    return (str(item.work.kind), item.work.id, item.to.code if item.to else None)


def _kept(
    session: Session, county_code: str, items: Sequence[Item]
) -> set[tuple[str, uuid.UUID, str | None]]:
    if not items:
        return set()
    rows = session.execute(
        select(RehomingItem.kind, RehomingItem.subject_id, RehomingItem.to_code).where(
            RehomingItem.county_code == county_code,
            RehomingItem.ruling == Ruling.KEPT,
            RehomingItem.subject_id.in_([item.work.id for item in items]),
        )
    )
    return {(row.kind, row.subject_id, row.to_code) for row in rows}


def with_target(item: Item, to: Unit) -> Item:
    """Return the item with a unit that a person chose."""
    return replace(item, to=to)


def list_batches(session: Session, county_code: str, limit: int = 20) -> list[RehomingBatch]:
    """Return the latest rulings."""
    query = select(RehomingBatch).where(RehomingBatch.county_code == county_code)
    return list(
        session.scalars(query.order_by(RehomingBatch.at.desc(), RehomingBatch.id).limit(limit))
    )


def targets(session: Session, county_code: str, on: date) -> list[Unit]:
    """Return the units that may be given work: those that exist on a day, squads and brigades."""
    query = select(Unit).where(
        Unit.county_code == county_code,
        Unit.kind.in_(["squad", "brigade", "sub_bureau"]),
        Unit.valid_from <= on,
        or_(Unit.valid_to.is_(None), Unit.valid_to > on),
    )
    return list(session.scalars(query.order_by(Unit.code)))


def count_by(items: Sequence[Item]) -> dict[WorkKind, int]:
    """Return how many items there are of each kind."""
    return {kind: sum(item.work.kind is kind for item in items) for kind in WorkKind}


def batch_items(session: Session, county_code: str, batch_id: uuid.UUID) -> list[Any]:
    """Return the pieces of work of a ruling by number."""
    query = select(RehomingItem).where(
        RehomingItem.county_code == county_code, RehomingItem.batch_id == batch_id
    )
    return list(session.scalars(query.order_by(RehomingItem.number)))
