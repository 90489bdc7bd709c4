"""The worker's minute: new positions, late stops, patrols that are over; each half hour, doubts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.due import DueStep
from enforcement.proof import covering, doubting, keeping, lateness, visiting

EVERY: Final = timedelta(minutes=1)
DOUBTS: Final = timedelta(minutes=30)
DOUBT_DAYS: Final = 2


def work(session: Session, step: DueStep) -> None:
    """Look at what came in since the last minute and act upon it, and again in a minute."""
    county = step.county_code
    found = visiting.look(session, county)
    lateness.raise_alarms(session, county)
    covering.mark_stale(session, county, found.since)
    covering.cover_due(session, county)
    _again(session, step, EVERY)


def doubt(session: Session, step: DueStep) -> None:
    """Look for what is doubtful about the last days, forget what is too old, and look again."""
    today = clock.today(session)
    for back in range(DOUBT_DAYS):
        doubting.find(session, step.county_code, today - timedelta(days=back))
    keeping.forget(session, step.county_code)
    _again(session, step, DOUBTS)


def _again(session: Session, step: DueStep, after: timedelta) -> None:
    at = clock.now(session) + after
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)
