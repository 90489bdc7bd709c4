"""Who asked: masked for readers, in clear for a handler who says why, with an entry in the log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from enforcement import audit, crypto, masking, permissions
from enforcement.actor import Actor
from enforcement.incident import outside
from enforcement.ledger import queries
from enforcement.ledger.models import Ask
from enforcement.permissions import Permission

LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Visitor:
    """Name and number of who asked."""

    name: str | None
    phone: str | None


def masked(ask: Ask) -> Visitor:
    """Return who asked as every reader sees it: the surname, the ends of the number."""
    name = masking.person_name(crypto.unseal(ask.visitor_encrypted))
    return Visitor(name or None, masking.phone(crypto.unseal(ask.phone_encrypted)) or None)


def reveal(session: Session, actor: Actor, ask_id: uuid.UUID, reason: str) -> Visitor:
    """Return who asked, in clear; the log keeps who looked, and why.

    Raises NotFoundError, InvalidInputError without a reason.
    """
    permissions.check(actor, Permission.LEDGER_WRITE)
    ask = queries.get(session, actor, ask_id)
    why = outside.words(reason, "reason", LONGEST_REASON, required=True)
    audit.record(
        session, actor.county_code, "ledger:read_visitor", "ask", ask.number, actor=actor,
        reason=why,
    )  # fmt: skip
    return Visitor(crypto.unseal(ask.visitor_encrypted), crypto.unseal(ask.phone_encrypted))
