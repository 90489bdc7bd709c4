"""Act: a leader says what a doubtful day or check-in was; and the list that he reads."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, history, permissions, scope
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.people.models import Person, Unit
from enforcement.permissions import Permission
from enforcement.positions.models import Device
from enforcement.proof.result_models import ProofFlag, ProofFlagEntry
from enforcement.proof.terms import Ruling

MOST: Final = 100
LONGEST: Final = 500


@dataclass(frozen=True)
class Listed:
    """A flag with whose day it is about, his unit, and what was last said of it."""

    flag: ProofFlag
    name: str
    unit: str | None
    entries: list[ProofFlagEntry]


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    if not permissions.allows(actor, Permission.POSITION_READ):
        return false()
    mine = ProofFlag.county_code == actor.county_code
    return mine if actor.role in scope.COUNTY_WIDE else and_(
        mine, scope.below(ProofFlag.unit_code, actor))  # fmt: skip


def list_flags(
    session: Session, actor: Actor, *, open_only: bool = True, on: date | None = None,
    carriers: Collection[uuid.UUID] | None = None,
) -> list[Listed]:  # fmt: skip
    """Return flags on people of the actor's units, the newest day first; the look is logged."""
    permissions.check(actor, Permission.POSITION_READ)
    name = func.coalesce(Person.name, Device.label, Device.ident)
    query = (
        select(ProofFlag, name, Unit.name)
        .outerjoin(Person, and_(Person.county_code == ProofFlag.county_code,
                                Person.id == ProofFlag.person_id))
        .outerjoin(Device, and_(Device.county_code == ProofFlag.county_code,
                                Device.id == ProofFlag.carrier_id))
        .outerjoin(Unit, and_(Unit.county_code == ProofFlag.county_code,
                              Unit.code == ProofFlag.unit_code))
        .where(_seen_by(actor))
        .order_by(ProofFlag.on_day.desc(), ProofFlag.unit_code, name, ProofFlag.kind, ProofFlag.id)
        .limit(MOST)
    )  # fmt: skip
    if open_only:
        query = query.where(ProofFlag.state == Ruling.OPEN)
    if on is not None:
        query = query.where(ProofFlag.on_day == on)
    if carriers is not None:
        query = query.where(ProofFlag.carrier_id.in_(carriers))
    rows = session.execute(query).all()
    said = _entries(session, actor.county_code, [row[0].id for row in rows])
    audit.record(session, actor.county_code, "flags:look", "proof_flag", str(on or "open"),
                 actor=actor, count=len(rows))  # fmt: skip
    return [Listed(row[0], row[1], row[2], said.get(row[0].id, [])) for row in rows]


def _entries(
    session: Session, county_code: str, ids: list[uuid.UUID]
) -> dict[uuid.UUID, list[ProofFlagEntry]]:
    query = select(ProofFlagEntry).where(
        ProofFlagEntry.county_code == county_code, ProofFlagEntry.flag_id.in_(ids)
    )
    found: dict[uuid.UUID, list[ProofFlagEntry]] = {}
    for one in session.scalars(query.order_by(ProofFlagEntry.seq)):
        found.setdefault(one.flag_id, []).append(one)
    return found


def judge(
    session: Session, actor: Actor, flag_id: uuid.UUID, ruling: Ruling, note: str,
    *, version: int | None = None,
) -> ProofFlag:  # fmt: skip
    """Say what a flag was, with words; it may be said anew, and all that was said stays.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no words; his own day),
    StaleVersionError where somebody else was faster.
    """
    permissions.check(actor, Permission.POSITION_READ)
    query = select(ProofFlag).where(_seen_by(actor), ProofFlag.id == flag_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError(_("没有这条待核对的记录，或者您无权处理。"))
    if row.person_id == actor.person_id:
        raise InvalidInputError("ruling", _("不能核对自己的记录，请由上级处理。"))
    if version is not None and version != row.version:
        raise StaleVersionError(_("刚有人核对过，请看后再处理。"), current={"version": row.version})
    said = note.strip()
    if not said or len(said) > LONGEST:
        raise InvalidInputError("note", _("请写明核对情况，最多%(n)d个字。", n=LONGEST))
    if ruling == Ruling.OPEN:
        raise InvalidInputError("ruling", _("请选择核对结果。"))
    row.state, row.version = ruling, row.version + 1
    history.append(session, ProofFlagEntry.flag_id, row, "judge", actor, clock.now(session),
                   {"note": said})  # fmt: skip
    return row


def as_json(one: Listed) -> dict[str, Any]:
    """Return a flag for programs."""
    row = one.flag
    return {
        "id": str(row.id), "kind": row.kind, "on": row.on_day.isoformat(), "name": one.name,
        "unit": one.unit, "figures": row.figures, "state": row.state, "version": row.version,
        "said": [{"state": said.state, "by": said.by_name, "at": said.at.isoformat(),
                  "note": said.detail.get("note")} for said in one.entries],
    }  # fmt: skip
