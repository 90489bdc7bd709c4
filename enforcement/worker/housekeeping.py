"""What keeps tables and disk small: old events and counts, files that never came whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from enforcement import clock, due, limiting, uploads
from enforcement.access import guard
from enforcement.due import DueStep
from enforcement.events import Event

KEEP: Final = timedelta(days=7)
KEEP_PIECES: Final = timedelta(days=30)
"""How long a phone may be away before a photo it sent a part of begins anew."""
EVERY: Final = timedelta(hours=6)


def prune_events(session: Session, step: DueStep) -> None:
    """Delete a county's events older than a week and old counts, again in some hours."""
    now = clock.now(session)
    session.execute(
        delete(Event).where(Event.county_code == step.county_code, Event.at < now - KEEP)
    )
    limiting.forget(session, step.county_code)
    guard.tidy(session, step.county_code)
    _again(session, step, now)


def prune_uploads(session: Session, step: DueStep) -> None:
    """Remove a county's pieces of files that did not go on for a month; again in some hours."""
    now = clock.now(session)
    uploads.prune(step.county_code, now - KEEP_PIECES)
    _again(session, step, now)


def _again(session: Session, step: DueStep, now: datetime) -> None:
    """Plan the next cleaning; its rule names the moment, so that it is planned once."""
    at = now + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H}", at)
