"""Act of the desk: show who reported, which is kept in the log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from enforcement import audit, crypto, permissions
from enforcement.actor import Actor
from enforcement.incident import queries
from enforcement.permissions import Permission


@dataclass(frozen=True)
class Caller:
    """Name and number of a reporter who is no user of the platform."""

    name: str | None
    phone: str | None


def reveal(session: Session, actor: Actor, incident_id: uuid.UUID) -> Caller:
    """Return who reported, in clear; the log keeps who looked. Raises NotFoundError."""
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    incident = queries.get(session, actor, incident_id)
    audit.record(
        session, actor.county_code, "incident:read_caller", "incident", incident.number,
        actor=actor,
    )  # fmt: skip
    return Caller(
        crypto.unseal(incident.reporter_name_encrypted),
        crypto.unseal(incident.reporter_phone_encrypted),
    )
