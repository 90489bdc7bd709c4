"""Acts: hand over or keep work that should change hands; what a change would bring, beforehand."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.case import rehoming as cases
from enforcement.case.models import CaseFile
from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import rehoming as incidents
from enforcement.patrol import rehoming as patrols
from enforcement.patrol.models import PatrolStop
from enforcement.people.models import Unit
from enforcement.permissions import Permission
from enforcement.rehoming import queries
from enforcement.rehoming.models import RehomingBatch, RehomingItem
from enforcement.rehoming.queries import Item
from enforcement.rehoming.terms import Ruling, WorkKind
from enforcement.spot import rehoming as spots


@dataclass(frozen=True)
class Choice:
    """One piece of work that a person rules upon.

    version -- that he saw; to_id -- a unit he chose instead of the proposed one
    """

    key: str
    version: int
    to_id: uuid.UUID | None = None


def decide(
    session: Session,
    actor: Actor,
    chosen: Sequence[Choice],
    ruling: Ruling,
    reason: str,
) -> RehomingBatch:
    """Hand over, or keep, several pieces of work at once: all or none.

    Raises InvalidInputError without a choice, reason or target; StaleVersionError where a piece
    has changed or no longer should change hands.
    """
    permissions.check(actor, Permission.REHOME)
    if not chosen:
        raise InvalidInputError("chosen", _("请至少选择一项。"))
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    _follow(session, actor.county_code)
    today = clock.today(session)
    items = {item.key: item for item in queries.pending(session, actor, today)}
    units = {row.id: row for row in queries.targets(session, actor.county_code, today)}
    picked = [_picked(items, units, one) for one in chosen]
    batch = _batch(session, actor, ruling, reason.strip(), len(picked))
    for item in picked:
        if ruling is Ruling.MOVED:
            _hand_over(session, actor, item, reason.strip())
        session.add(_row(batch, item))
    audit.record(
        session, actor.county_code, f"rehoming:{ruling}", "rehoming", str(batch.id),
        actor=actor, count=len(picked), reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    return batch


def _follow(session: Session, county_code: str) -> None:
    """Let one ruling of a county follow another."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"rehoming:{county_code}", 0))
    session.execute(select(lock))


def _picked(items: Mapping[str, Item], units: Mapping[uuid.UUID, Unit], one: Choice) -> Item:
    item = items.get(one.key)
    if item is None or item.work.version != one.version:
        raise StaleVersionError(_("所选的工作已被他人处理或者修改，请刷新后再操作。"), key=one.key)
    if one.to_id is None:
        return item
    if one.to_id not in units:
        raise InvalidInputError("to", _("请选择一个现有的中队、大队。"))
    return queries.with_target(item, units[one.to_id])


def _batch(
    session: Session, actor: Actor, ruling: Ruling, reason: str, count: int
) -> RehomingBatch:
    batch = RehomingBatch(
        county_code=actor.county_code,
        id=uuid7(),
        at=clock.now(session),
        by=actor.account_id,
        by_name=actor.name,
        ruling=ruling,
        reason=reason,
        count=count,
    )
    session.add(batch)
    session.flush()
    return batch


def _row(batch: RehomingBatch, item: Item) -> RehomingItem:
    return RehomingItem(
        county_code=batch.county_code,
        id=uuid7(),
        batch_id=batch.id,
        kind=item.work.kind,
        subject_id=item.work.id,
        number=item.work.number,
        cause=item.cause,
        ruling=batch.ruling,
        from_code=item.from_unit.code if item.from_unit else None,
        to_code=item.to.code if item.to else None,
    )


def _hand_over(session: Session, actor: Actor, item: Item, reason: str) -> None:
    if item.to is None:
        message = _("%(number)s没有可以移交的单位，请选择一个。", number=item.work.number)
        raise InvalidInputError("to", message, key=item.key)
    carry_out = {
        WorkKind.INCIDENT: _incident,
        WorkKind.CASE: _case,
        WorkKind.STOP: _stop,
        WorkKind.SPOT: _spot,
    }[item.work.kind]
    carry_out(session, actor, item, item.to, reason)


def _incident(session: Session, actor: Actor, item: Item, to: Unit, reason: str) -> None:
    """Hand an incident over, and the stops at it that its former unit had still to visit."""
    stops = patrols.open_stops(session, actor.county_code, item.work.id, item.work.holder_code)
    incidents.rehome(session, actor, item.work.id, to, version=item.work.version, reason=reason)
    if to.kind == "squad":
        patrols.move_stops(session, actor, stops, to, reason=reason)


def _case(session: Session, actor: Actor, item: Item, to: Unit, reason: str) -> None:
    case = session.get_one(CaseFile, (actor.county_code, item.work.id))
    decision_id = incidents.decide(session, actor, case, to, reason)
    cases.rehome(
        session, actor, case.id, to, version=item.work.version, reason=reason,
        decision_id=decision_id,
    )  # fmt: skip


def _stop(session: Session, actor: Actor, item: Item, to: Unit, reason: str) -> None:
    stop = session.get_one(PatrolStop, (actor.county_code, item.work.id))
    if to.kind != "squad":
        raise InvalidInputError("to", _("巡查点位只能移交给中队。"))
    patrols.move_stops(session, actor, [stop], to, reason=reason)


def _spot(session: Session, actor: Actor, item: Item, to: Unit, reason: str) -> None:
    if to.kind != "squad":
        raise InvalidInputError("to", _("当场处罚只能移交给中队。"))
    spots.rehome(session, actor, item.work.id, to, version=item.work.version, reason=reason)


def what_if(
    session: Session, actor: Actor, change: Callable[[Session], object], on: date
) -> list[Item]:
    """Return what would change hands on a day after a change that is undone at once.

    change -- an act within the session, such as putting an edition or a plan in force
    """
    permissions.check(actor, Permission.REHOME)
    before = {item.key for item in queries.pending(session, actor, on)}
    trial = session.begin_nested()
    try:
        change(session)
        session.flush()
        found = queries.pending(session, actor, on)
    finally:
        trial.rollback()
        session.expire_all()
    return [item for item in found if item.key not in before]
