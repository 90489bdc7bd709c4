"""The history of the roster: one entry for each thing that an act changed."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit
from enforcement.actor import Actor
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.roster.models import DutyEntry


def remember(
    session: Session,
    actor: Actor,
    subject: str,
    subject_id: uuid.UUID,
    event: str,
    *,
    unit_id: uuid.UUID | None = None,
    **detail: Any,
) -> None:
    """Add an entry to the history of a subject, and a row to the audit log."""
    said = plain(detail)
    session.add(
        DutyEntry(
            county_code=actor.county_code, id=uuid7(), subject=subject, subject_id=subject_id,
            unit_id=unit_id, event=event, by=actor.account_id, by_name=actor.name, detail=said,
        )
    )  # fmt: skip
    audit.record(
        session, actor.county_code, f"roster:{event}", f"duty_{subject}", str(subject_id),
        actor=actor, **said,
    )  # fmt: skip


def history(session: Session, county_code: str, subject_id: uuid.UUID) -> list[DutyEntry]:
    """Return the acts upon a subject, the first one first."""
    query = select(DutyEntry).where(
        DutyEntry.county_code == county_code, DutyEntry.subject_id == subject_id
    )
    return list(session.scalars(query.order_by(DutyEntry.at, DutyEntry.id)))
