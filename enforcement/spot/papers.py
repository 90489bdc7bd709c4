"""The papers of the summary procedure: the decision (D05), the report of it (D06)."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, crypto, permissions
from enforcement.actor import Actor
from enforcement.case.models import Party
from enforcement.case.papers import without_none
from enforcement.document import services as documents
from enforcement.document.models import Document
from enforcement.document.queries import list_of_spot
from enforcement.document.words import money_words
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _
from enforcement.law.spot import SpotStep
from enforcement.law.spot_terms import SpotKind, SpotPlea
from enforcement.law.time_limits import limit
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ_named
from enforcement.permissions import Permission
from enforcement.spot import queries, receipt
from enforcement.spot.facts import matter_of, officers_of, power_of
from enforcement.spot.models import SpotPenalty

DECISION: Final = receipt.DECISION


def issue_of(
    session: Session,
    actor: Actor,
    spot: SpotPenalty,
    step: SpotStep,
    said: dict[str, Any],
    *,
    verify_code: str | None = None,
) -> Document | None:
    """Issue the paper of a step, where it has one; the decision bears the penalty's number.

    verify_code -- one that the device made for a decision handed over without a network
    """
    if step.paper is None:
        return None
    organ = find_organ_named(session, spot.county_code, spot.organ)
    if organ is None:
        raise StepNotAllowedError(_("尚未登记执法主体的文书信息，不能制作文书。"))
    decision = step.paper == DECISION
    blocks = _decision(session, spot, organ, said) if decision else _report(session, spot, organ)
    return documents.issue(
        session, actor, organ, step.paper, documents.Owner(spot_penalty_id=spot.id),
        without_none(blocks), spot.decided_at if decision else clock.now(session),
        number=spot.number if decision else None, verify_code=verify_code,
    )  # fmt: skip


def ticket(session: Session, actor: Actor, spot_id: uuid.UUID, width_mm: int) -> bytes:
    """Return the decision of a penalty that the actor sees as bytes for a roll printer.

    width_mm -- 58 or 80. Raises NotFoundError, InvalidInputError.
    """
    permissions.check(actor, Permission.DOCUMENT_READ)
    spot = queries.get(session, actor, spot_id)
    rows = list_of_spot(session, spot.county_code, spot.id)
    paper = next(one for one in rows if one.code == DECISION)
    said = receipt.lines_of(paper, clock.local_day(paper.issued_at))
    verify = paper.inputs.get("verify") or {}
    return receipt.ticket(said, width_mm, code=verify.get("code"), address=verify.get("address"))


def _decision(
    session: Session, spot: SpotPenalty, organ: Organ, said: dict[str, Any]
) -> dict[str, Any]:
    row = matter_of(spot, power_of(session, spot))
    fined = spot.kind == SpotKind.FINE
    return _shared(session, spot, organ) | {
        "case": {"id": str(spot.id), "cause": f"{row.name}案", "number": spot.number},
        "party": _party(session, spot),
        "facts": {
            "occurred_at": spot.acted_at.astimezone(clock.ZONE).isoformat(),
            "place": spot.place, "act": spot.act,
        },
        "law": {"violated": row.violated, "basis": row.basis},
        "penalty": {
            "kind": SpotKind(spot.kind).zh,
            "amount_yuan": f"{spot.fine_yuan:.2f}" if fined else None,
            "amount_words": money_words(spot.fine_yuan) if fined else None,
        },
        "payment": {"bank": organ.bank, "account": organ.account, "daily_rate": "3%"},
        "remedies": {"reconsideration_days": limit("reconsideration").days},
        "spot": {
            "decided_at": spot.decided_at.astimezone(clock.ZONE).isoformat(),
            "place": spot.place, "plea": _plea(spot, said),
        },
    }  # fmt: skip


def _plea(spot: SpotPenalty, said: dict[str, Any]) -> str | None:
    if spot.plea == SpotPlea.NONE:
        return None
    text = str(said.get("plea_text") or "").rstrip("。")
    return f"{text}；{SpotPlea(spot.plea).zh}"


def _report(session: Session, spot: SpotPenalty, organ: Organ) -> dict[str, Any]:
    party = session.get_one(Party, (spot.county_code, spot.party_id))
    collected = spot.collected_on is not None
    return _shared(session, spot, organ) | {
        "spots": [
            {
                "number": spot.number, "party": party.name,
                "decided_on": clock.local_day(spot.decided_at).isoformat(),
                "kind": SpotKind(spot.kind).zh,
                "amount_yuan": f"{spot.fine_yuan:.2f}" if spot.fine_yuan else None,
                "collected": collected,
            }
        ],
        "report": {
            "handed_on": spot.handed_in_on.isoformat() if spot.handed_in_on else None,
            "total_yuan": f"{spot.paid_yuan:.2f}" if collected else None,
        },
    }  # fmt: skip


def _shared(session: Session, spot: SpotPenalty, organ: Organ) -> dict[str, Any]:
    found = officers_of(session, spot, clock.local_day(spot.decided_at), None)
    return {
        "organ": {
            "name": organ.name, "address": organ.address, "phone": organ.phone,
            "reconsideration_organ": organ.reconsideration_organ,
        },
        "officers": [{"name": one.name, "certificate": one.certificate} for one in found],
    }  # fmt: skip


def _party(session: Session, spot: SpotPenalty) -> dict[str, Any]:
    party = session.get_one(Party, (spot.county_code, spot.party_id))
    return {
        "kind": party.kind, "name": party.name, "uscc": party.uscc,
        "id_number": crypto.unseal(party.id_number_encrypted),
        "representative": party.representative, "address": party.address,
        "phone": crypto.unseal(party.phone_encrypted),
    }  # fmt: skip
