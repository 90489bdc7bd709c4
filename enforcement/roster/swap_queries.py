"""Reads: swaps within the reader's sight, and what a shift could be exchanged for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.people.models import Person, Unit
from enforcement.roster import problems, queries, reach
from enforcement.roster.models import DutyShift, DutySwap
from enforcement.roster.problems import Ask
from enforcement.roster.terms import TALLY_DAYS, SwapState

OPEN = (SwapState.ASKED, SwapState.AGREED)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which swaps the actor sees: those he takes part in, and those of units he changes."""
    units = (
        select(DutyShift.id)
        .join(Unit, and_(Unit.county_code == DutyShift.county_code, Unit.id == DutyShift.unit_id))
        .where(DutyShift.county_code == actor.county_code, reach.changeable(actor))
    )
    return and_(
        DutySwap.county_code == actor.county_code,
        or_(
            DutySwap.from_person_id == actor.person_id,
            DutySwap.to_person_id == actor.person_id,
            DutySwap.shift_id.in_(units),
        ),
    )


def get_swap(session: Session, actor: Actor, swap_id: uuid.UUID, *, lock: bool = False) -> DutySwap:
    """Return a swap within the actor's sight; raises NotFoundError."""
    query = select(DutySwap).where(visible(actor), DutySwap.id == swap_id)
    if lock:
        query = query.with_for_update(of=DutySwap).execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该换班申请，或者您无权查看。"))
    return found


@dataclass(frozen=True)
class SwapRow:
    """A swap as a list shows it."""

    swap: DutySwap
    shift: DutyShift
    unit_name: str
    from_name: str
    to_name: str
    other: DutyShift | None


def list_swaps(session: Session, actor: Actor, limit: int = 50) -> list[SwapRow]:
    """Return the swaps that the actor sees, open ones first, then the latest."""
    other, to = aliased(DutyShift), aliased(Person)
    query = (
        select(DutySwap, DutyShift, Unit.name, Person.name, to.name, other)
        .join(
            DutyShift,
            and_(DutyShift.county_code == DutySwap.county_code, DutyShift.id == DutySwap.shift_id),
        )
        .join(Unit, and_(Unit.county_code == DutyShift.county_code, Unit.id == DutyShift.unit_id))
        .join(
            Person,
            and_(Person.county_code == DutySwap.county_code, Person.id == DutySwap.from_person_id),
        )
        .join(to, and_(to.county_code == DutySwap.county_code, to.id == DutySwap.to_person_id))
        .outerjoin(
            other,
            and_(other.county_code == DutySwap.county_code, other.id == DutySwap.other_shift_id),
        )
        .where(visible(actor))
        .order_by(DutySwap.state.in_(OPEN).desc(), DutySwap.id.desc())
        .limit(limit)
    )
    return [SwapRow(*row) for row in session.execute(query)]


def ask_for(shift: DutyShift, person_id: uuid.UUID) -> Ask:
    """Return the question whether a person could have a shift."""
    return Ask(person_id, shift.unit_id, shift.kind, shift.starts_at, shift.ends_at)


def list_exchanges(session: Session, actor: Actor, shift: DutyShift) -> list[tuple[DutyShift, str]]:
    """Return later shifts of others for which the actor's shift could be exchanged, with names.

    Of the same unit and kind, within the next weeks; each pair is judged by the rules both ways.
    """
    now = clock.now(session)
    rows = queries.list_shifts(
        session, actor.county_code, shift.unit_id, now, now + timedelta(TALLY_DAYS)
    )
    found = [
        (row.shift, row.person_name or "")
        for row in rows
        if row.shift.kind == shift.kind
        and row.shift.starts_at > now
        and row.shift.person_id not in (None, actor.person_id)
    ]
    asks: list[Ask] = []
    for other, _name in found:
        if other.person_id is not None:
            asks.append(replace(ask_for(shift, other.person_id), shift_id=other.id))
            asks.append(replace(ask_for(other, actor.person_id), shift_id=shift.id))
    why = problems.judge(session, actor.county_code, asks)
    return [pair for n, pair in enumerate(found) if not (why[2 * n] or why[2 * n + 1])]
