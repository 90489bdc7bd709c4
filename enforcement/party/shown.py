"""A party as JSON: numbers masked, never whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from enforcement import crypto, masking
from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.case.models import Party
from enforcement.party import queries


def brief(party: Party) -> dict[str, Any]:
    """Return a party with its numbers masked."""
    shown = plain_row(
        party, "id", "kind", "name", "representative", "address", "merged_into_id", "version"
    )
    return shown | {
        "id_number": masking.id_number(crypto.unseal(party.id_number_encrypted)) or None,
        "uscc": party.uscc,
        "phone": masking.phone(crypto.unseal(party.phone_encrypted)) or None,
    }


def in_full(session: Session, actor: Actor, party: Party) -> dict[str, Any]:
    """Return a party with its cases, fines, consents and history."""
    cases = queries.cases_of(session, actor, party)
    return brief(party) | {
        "cases": [
            plain_row(
                one, "id", "number", "state", "matter_code", "cause", "acted_on", "decided_on",
                "fine_yuan",
            )
            for one in cases
        ],
        "fines": sum(one.fine_yuan is not None and one.fine_yuan > 0 for one in cases),
        "consents": [
            plain_row(one, "agreed", "signed_on", "paper", "by_name", "at")
            for one in queries.consents(session, party)
        ],
        "merged": [brief(one) for one in queries.merged_into(session, party)],
        "history": [
            plain_row(one, "seq", "event", "by_name", "at", "detail")
            for one in queries.history(session, party)
        ],
    }  # fmt: skip
