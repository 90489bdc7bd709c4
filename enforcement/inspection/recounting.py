"""The last day to publish an inspection's result, counted anew after a calendar was imported."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.history import Hand
from enforcement.inspection.models import Inspection, InspectionEntry
from enforcement.law.inspection_terms import InspectionEvent, InspectionState
from enforcement.timing.recounting import Counter


def recount(session: Session, county_code: str, hand: Hand) -> int:
    """Count anew until when results are to be published; return how many changed."""
    counter = Counter(session, county_code)
    query = (
        select(Inspection)
        .where(
            Inspection.county_code == county_code,
            Inspection.state == InspectionState.CONCLUDED,
            Inspection.published_at.is_(None),
        )
        .order_by(Inspection.id)
        .with_for_update()
    )
    changed = 0
    for row in session.scalars(query).all():
        start = _ended_on(session, row)
        for one in counter.change(row, "publish_due_on", "publication_other", start):
            row.version += 1
            history.append(
                session, InspectionEntry.inspection_id, row, InspectionEvent.RECOUNT, hand,
                clock.now(session), one.detail(), article=one.article,
            )  # fmt: skip
            changed += 1
    return changed


def _ended_on(session: Session, row: Inspection) -> date | None:
    """Return the day from which the limit runs: of the recheck, else of the result."""
    if not row.rechecked:
        return row.concluded_on
    query = select(InspectionEntry.at).where(
        InspectionEntry.county_code == row.county_code,
        InspectionEntry.inspection_id == row.id,
        InspectionEntry.event == InspectionEvent.RECHECK,
    )
    at = session.scalar(query.order_by(InspectionEntry.seq.desc()).limit(1))
    return clock.local_day(at) if at else row.concluded_on
