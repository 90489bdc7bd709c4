"""The last day of preserved evidence (罚56), counted anew after a calendar was imported."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.history import Hand
from enforcement.law.measure_terms import MeasureEvent, MeasureKind
from enforcement.law.measures import LIMIT_OF
from enforcement.measure import watching
from enforcement.measure.models import Measure, MeasureEntry
from enforcement.timing.recounting import Counter


def recount(session: Session, county_code: str, hand: Hand) -> int:
    """Count anew until when preserved evidence is held, plan its lapse; return how many changed.

    Seals and seizures last calendar days: no calendar changes them.
    """
    counter = Counter(session, county_code)
    query = (
        select(Measure)
        .where(
            Measure.county_code == county_code,
            Measure.kind == MeasureKind.PRESERVE,
            Measure.state.in_([str(one) for one in watching.LASTING]),
            Measure.taken_at.is_not(None),
        )
        .order_by(Measure.id)
        .with_for_update()
    )
    changed = 0
    for row in session.scalars(query).all():
        assert row.taken_at is not None  # noqa: S101 -- asked for above
        start = clock.local_day(row.taken_at)
        for one in counter.change(row, "due_on", LIMIT_OF[MeasureKind.PRESERVE], start):
            row.version += 1
            history.append(
                session, MeasureEntry.measure_id, row, MeasureEvent.RECOUNT, hand,
                clock.now(session), one.detail(), article=one.article,
            )  # fmt: skip
            watching.plan(session, row)
            changed += 1
    return changed
