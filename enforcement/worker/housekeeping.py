"""What keeps the tables small: events that every screen has long seen go, and old counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from enforcement import clock, due, limiting
from enforcement.due import DueStep
from enforcement.events import Event

KEEP: Final = timedelta(days=7)
EVERY: Final = timedelta(hours=6)


def prune_events(session: Session, step: DueStep) -> None:
    """Delete a county's events older than a week and old counts, again in some hours."""
    now = clock.now(session)
    session.execute(
        delete(Event).where(Event.county_code == step.county_code, Event.at < now - KEEP)
    )
    limiting.forget(session, step.county_code)
    due.schedule(
        session, step.county_code, step.task, step.subject_id, f"{now + EVERY:%Y%m%d%H}",
        now + EVERY,
    )  # fmt: skip
