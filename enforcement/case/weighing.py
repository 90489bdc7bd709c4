"""What a person sees before an amount is set: tier, range, similar decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import discretion
from enforcement.case.discretion import Comparison
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseFile
from enforcement.law.discretion import Evaluation
from enforcement.law.matters import FineRange
from enforcement.law.terms import CaseEvent as E

SHOWN_FOR: Final = frozenset(
    {E.PROPOSE_PENALTY, E.APPROVE_PROPOSAL, E.PROPOSE_DECISION, E.REVIEW_LEGALITY, E.DECIDE}
)
"""Acts beside whose form tier, range and similar decisions stand."""


@dataclass(frozen=True)
class Weighed:
    """What discretion allows, and the similar decisions; strays -- the proposed amount does."""

    found: Evaluation
    seen: Comparison
    strays: bool


def weigh(session: Session, case: CaseFile, said: Mapping[str, Any]) -> Weighed | None:
    """Return what the circumstances allow as they are said; None before there is a party."""
    facts = facts_of(session, case, clock.today(session), said)
    if facts.discretion is None:
        return None
    seen = discretion.compare(session, case, facts.party, facts.discretion.tier)
    return Weighed(facts.discretion, seen, seen.strays(case.proposed_yuan))


def as_json(found: Weighed) -> dict[str, Any]:
    """Return tier, ranges in yuan, reasons and similar decisions as JSON."""
    one, seen = found.found, found.seen
    return {
        "tier": str(one.tier),
        "tier_name": one.tier.zh,
        "default": one.default,
        "range_yuan": _range(one.range_yuan),
        "statutory_yuan": _range(one.statutory),
        "basis": one.basis,
        "why": list(one.why),
        "missing": one.missing or None,
        "similar": [
            {
                "number": row.number,
                "decided_on": row.decided_on.isoformat(),
                "fine_yuan": str(row.fine_yuan),
            }
            for row in seen.cases
        ],
        "median_yuan": str(seen.median_yuan) if seen.median_yuan is not None else None,
        "strays": found.strays,
    }


def _range(fine: FineRange | None) -> list[str] | None:
    return [f"{fine.min_yuan:.2f}", f"{fine.max_yuan:.2f}"] if fine else None
