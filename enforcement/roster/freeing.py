"""What leave does to shifts: the part inside becomes an open slot, the rest stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.people.models import Unit
from enforcement.roster.entries import remember
from enforcement.roster.models import DutyLeave, DutyShift
from enforcement.roster.terms import LONGEST, ShiftState


@dataclass(frozen=True)
class Part:
    """The part of a shift that falls into leave and is still to come."""

    shift: DutyShift
    unit_name: str
    starts_at: datetime
    ends_at: datetime


def parts(session: Session, leave: DutyLeave, now: datetime, *, lock: bool = False) -> list[Part]:
    """Return what leave takes from the person's shifts from `now` on, by start."""
    since = max(leave.starts_at, now.replace(second=0, microsecond=0))
    query = (
        select(DutyShift, Unit.name)
        .join(Unit, and_(Unit.county_code == DutyShift.county_code, Unit.id == DutyShift.unit_id))
        .where(
            DutyShift.county_code == leave.county_code,
            DutyShift.person_id == leave.person_id,
            DutyShift.state == ShiftState.PLANNED,
            DutyShift.starts_at > since - LONGEST,
            DutyShift.starts_at < leave.ends_at,
            DutyShift.ends_at > since,
        )
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
    if lock:
        query = query.with_for_update(of=DutyShift).execution_options(populate_existing=True)
    return [
        Part(shift, name, max(shift.starts_at, since), min(shift.ends_at, leave.ends_at))
        for shift, name in session.execute(query)
    ]


def free(session: Session, actor: Actor, leave: DutyLeave, found: Sequence[Part]) -> None:
    """Turn parts of shifts into open slots; what lies before and after stays with the person."""
    now = clock.now(session)
    pieces = [piece for part in found for piece in _pieces(actor, part, now)]
    session.flush()
    session.add_all(pieces)
    for part in found:
        remember(
            session, actor, "shift", part.shift.id, "free_shift", unit_id=part.shift.unit_id,
            leave_id=str(leave.id), starts_at=part.starts_at, ends_at=part.ends_at,
        )  # fmt: skip
    session.flush()


def _pieces(actor: Actor, part: Part, now: datetime) -> list[DutyShift]:
    """Make the shift the open slot; return new shifts for what the person keeps.

    The piece that begins where the shift began keeps its place in the template.
    """
    shift, kept = part.shift, []
    before, after = (shift.starts_at, part.starts_at), (part.ends_at, shift.ends_at)
    for start, end in (before, after):
        if end - start > timedelta():
            kept.append(_copy(actor, shift, start, end, now))
    if kept and kept[0].starts_at == shift.starts_at:
        kept[0].template_id, kept[0].seat = shift.template_id, shift.seat
        shift.template_id = shift.seat = None
    shift.starts_at, shift.ends_at = part.starts_at, part.ends_at
    shift.person_id, shift.by_hand, shift.version = None, True, shift.version + 1
    return kept


def _copy(
    actor: Actor, shift: DutyShift, start: datetime, end: datetime, now: datetime
) -> DutyShift:
    return DutyShift(
        county_code=shift.county_code, id=uuid7(), unit_id=shift.unit_id, kind=shift.kind,
        person_id=shift.person_id, starts_at=start, ends_at=end, by_hand=True,
        made_by=actor.account_id, made_at=now,
    )  # fmt: skip
