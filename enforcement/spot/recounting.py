"""Days that penalties on the spot keep, counted anew after a calendar was imported."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.history import Hand
from enforcement.law.spot_terms import SpotEvent, SpotKind, SpotState
from enforcement.spot import reminders
from enforcement.spot.models import SpotEntry, SpotPenalty
from enforcement.timing.recounting import Change, Counter


def recount(session: Session, county_code: str, hand: Hand) -> int:
    """Count anew the open days of penalties that are not closed; return how many changed."""
    counter = Counter(session, county_code)
    query = (
        select(SpotPenalty)
        .where(SpotPenalty.county_code == county_code, SpotPenalty.state == SpotState.DECIDED)
        .order_by(SpotPenalty.id)
        .with_for_update()
    )
    changed = 0
    for row in session.scalars(query).all():
        found = list(_changes(row, counter))
        for one in found:
            row.version += 1
            history.append(
                session, SpotEntry.spot_penalty_id, row, SpotEvent.RECOUNT, hand,
                clock.now(session), one.detail(), article=one.article,
            )  # fmt: skip
        if found:
            reminders.plan(session, row)
        changed += len(found)
    return changed


def _changes(row: SpotPenalty, counter: Counter) -> Iterator[Change]:
    decided_on = clock.local_day(row.decided_at)
    yield from counter.change(row, "review_until_on", "reconsideration", decided_on, rolled=True)
    if row.kind == SpotKind.FINE and row.paid_yuan < row.fine_yuan:
        yield from counter.change(row, "payment_due_on", "payment", decided_on, rolled=True)
    if row.reported_on is None:
        yield from counter.change(row, "report_due_on", "on_spot_report", decided_on)
    if row.handed_in_on is None:
        yield from counter.change(row, "hand_in_due_on", "cash_to_organ", row.collected_on)
