"""Reads: what a caller reported before, within what the dispatcher may see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.actor import Actor
from enforcement.incident.models import Incident
from enforcement.incident.queries import visible

MOST = 10


def history(session: Session, actor: Actor, phone: str) -> list[Incident]:
    """Return the last incidents reported from a number, the newest first, by one statement.

    phone -- as `numbers.phone_number` writes it
    """
    query = select(Incident).where(
        visible(actor), Incident.reporter_phone_hash.in_(crypto.search_hashes(phone))
    )
    newest = query.order_by(Incident.received_at.desc(), Incident.id.desc())
    return list(session.scalars(newest.limit(MOST)))
