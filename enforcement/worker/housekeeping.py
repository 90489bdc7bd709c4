"""What keeps tables and disk small: events that every screen has seen, files that never came."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from enforcement import clock, due, uploads
from enforcement.due import DueStep
from enforcement.events import Event
from enforcement.jurisdiction.models import County

KEEP: Final = timedelta(days=7)
KEEP_PIECES: Final = timedelta(days=30)
"""How long a phone may be away before a photo it sent a part of begins anew."""
EVERY: Final = timedelta(hours=6)
TASKS: Final = ("events:prune", "uploads:prune")


def plan(session: Session) -> None:
    """Have every county cleaned at the next quarter of a day; planned twice, done once."""
    now = clock.now(session)
    for county_code in session.scalars(select(County.county_code)):
        for task in TASKS:
            _again(session, county_code, task, now)


def prune_events(session: Session, step: DueStep) -> None:
    """Delete a county's events older than a week, and do so again in some hours."""
    now = clock.now(session)
    session.execute(
        delete(Event).where(Event.county_code == step.county_code, Event.at < now - KEEP)
    )
    _again(session, step.county_code, step.task, now)


def prune_uploads(session: Session, step: DueStep) -> None:
    """Remove a county's pieces of files that did not go on for a month; again in some hours."""
    now = clock.now(session)
    uploads.prune(step.county_code, now - KEEP_PIECES)
    _again(session, step.county_code, step.task, now)


def _again(session: Session, county_code: str, task: str, now: datetime) -> None:
    """Plan the next cleaning; its rule names the moment, so that it is planned once."""
    first = datetime(2000, 1, 1, tzinfo=UTC)
    at = first + EVERY * ((now - first) // EVERY + 1)
    subject = uuid.uuid5(uuid.NAMESPACE_OID, county_code)
    due.schedule(session, county_code, task, subject, f"{at:%Y%m%d%H}", at)
