"""Reads: the list, one item with its versions, and the candidates for a question."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.matters import FineRange
from enforcement.law.power import Item, Provision
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from enforcement.power.models import PowerItem, PowerProvision

PAGE = 30


@dataclass(frozen=True)
class Listed:
    """An item as the list shows it."""

    item: PowerItem
    unit_name: str


def list_page(
    session: Session,
    county_code: str,
    *,
    act_type: str | None = None,
    channel: str | None = None,
    status: str | None = None,
    after: str | None = None,
    limit: int | None = PAGE,
) -> list[Listed]:
    """Return a page of the list by code; `after` is the last code of the page before."""
    query = (
        select(PowerItem, Unit.name)
        .join(Unit, _unit_of_item())
        .where(PowerItem.county_code == county_code)
        .order_by(PowerItem.code)
        .limit(limit)
    )
    wanted = {
        PowerItem.act_type: act_type, PowerItem.channel: channel, PowerItem.status: status
    }  # fmt: skip
    query = query.where(*[column == value for column, value in wanted.items() if value])
    if after:
        query = query.where(PowerItem.code > after)
    return [Listed(*row) for row in session.execute(query)]


def _unit_of_item() -> ColumnElement[bool]:
    return and_(Unit.county_code == PowerItem.county_code, Unit.id == PowerItem.exercising_unit_id)


def get(session: Session, county_code: str, item_id: uuid.UUID, *, lock: bool = False) -> Listed:
    """Return an item of the county with its unit's name; raises NotFoundError."""
    query = (
        select(PowerItem, Unit.name)
        .join(Unit, _unit_of_item())
        .where(PowerItem.county_code == county_code, PowerItem.id == item_id)
    )
    if lock:
        query = query.with_for_update(of=PowerItem).execution_options(populate_existing=True)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError(_("权责清单中没有该事项。"))
    return Listed(*row)


def find_by_code(session: Session, county_code: str, code: str) -> PowerItem | None:
    """Return the item of a code, None where there is none."""
    query = select(PowerItem).where(PowerItem.county_code == county_code, PowerItem.code == code)
    return session.scalars(query).first()


def provisions_of(
    session: Session, county_code: str, item_ids: Sequence[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[PowerProvision]]:
    """Return item -> its versions, the oldest first; of all items where none are named."""
    query = select(PowerProvision).where(PowerProvision.county_code == county_code)
    if item_ids is not None:
        query = query.where(PowerProvision.item_id.in_(item_ids))
    found: dict[uuid.UUID, list[PowerProvision]] = defaultdict(list)
    for row in session.scalars(query.order_by(PowerProvision.item_id, PowerProvision.valid_from)):
        found[row.item_id].append(row)
    return found


def _kind_of_holder() -> ScalarSelect[str]:
    """Return the kind of the unit that holds an item's power by law, null where it is none."""
    holder = aliased(Unit)
    named = (holder.county_code == PowerItem.county_code, holder.name == PowerItem.holder)
    return select(holder.kind).where(*named).order_by(holder.code).limit(1).scalar_subquery()


CANDIDATES: Final = (  # made once: to put it together costs more than to run it
    select(PowerItem, Unit, _kind_of_holder())
    .join(Unit, _unit_of_item())
    .where(
        PowerItem.county_code == bindparam("county"),
        PowerItem.matter_code == bindparam("matter"),
        Unit.code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(PowerItem.code)
)
PINNED: Final = CANDIDATES.where(PowerItem.id == bindparam("item"))


def candidates(
    session: Session,
    county_code: str,
    matter_code: str,
    unit_code: str,
    *,
    item_id: uuid.UUID | None = None,
) -> list[Item]:
    """Return the items of a matter that a unit, or one above it, exercises; by code.

    item_id -- the one item a running case has pinned
    """
    asked = {"county": county_code, "matter": matter_code, "codes": _and_above(unit_code)}
    query = CANDIDATES if item_id is None else PINNED
    rows = session.execute(query, asked | ({"item": item_id} if item_id else {})).all()
    versions = provisions_of(session, county_code, [item.id for item, _unit, _kind in rows])
    return [
        as_item(item, unit, UnitKind(kind) if kind else None, versions[item.id])
        for item, unit, kind in rows
    ]


def _and_above(unit_code: str) -> list[str]:
    parts = unit_code.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


def list_holders(session: Session, county_code: str, matter_code: str) -> tuple[str, ...]:
    """Return who exercises a matter, as kinds of unit where there are many of one kind."""
    rows = session.execute(
        select(Unit.kind, func.min(Unit.name), func.count(Unit.id.distinct()))
        .join(PowerItem, _unit_of_item())
        .where(
            PowerItem.county_code == county_code,
            PowerItem.matter_code == matter_code,
            PowerItem.status == ItemStatus.IN_FORCE,
        )
        .group_by(Unit.kind)
        .order_by(Unit.kind)
    )
    return tuple(name if count == 1 else UnitKind(kind).zh for kind, name, count in rows)


def as_item(
    item: PowerItem, unit: Unit, holder_kind: UnitKind | None, rows: Sequence[PowerProvision]
) -> Item:
    """Return an item as the rules look at it."""
    return Item(
        id=item.id,
        code=item.code,
        act_type=ActType(item.act_type),
        channel=Channel(item.channel),
        holder=item.holder,
        holder_kind=holder_kind,
        unit_name=unit.name,
        unit_kind=UnitKind(unit.kind),
        territory=tuple(item.territory),
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        status=ItemStatus(item.status),
        status_on=item.status_on,
        approved=bool(item.approval_number and item.approval_on),
        published_on=item.published_on,
        provisions=tuple(as_provision(row) for row in rows),
    )


def as_provision(row: PowerProvision) -> Provision:
    """Return a version as the rules look at it."""
    return Provision(
        id=row.id,
        violated=row.violated,
        basis=row.basis,
        person=_range(row.person_min_yuan, row.person_max_yuan),
        organisation=_range(row.organisation_min_yuan, row.organisation_max_yuan),
        other=row.other,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _range(low: Decimal | None, high: Decimal | None) -> FineRange | None:
    return FineRange(low or Decimal(0), high) if high is not None else None
