"""One row of the procedure: who may do what from which state, by which article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.law.articles import Article
from enforcement.law.terms import CaseEvent, CaseState

WORK, REVIEW, APPROVE = "work", "review", "approve"  # officers of the case; unit leader; head
LEGAL, CHAIR = "legal", "chair"  # legal reviewer (罚58); chair of the hearing (罚64)


@dataclass(frozen=True)
class Step:
    """One row: event, states it may start from, state it leads to (None: stays).

    paper -- issued by the act itself; gates -- must be open; two_officers -- both must be valid
    returns -- leads back to the state that the case was in before it stopped
    """

    event: CaseEvent
    sources: tuple[CaseState, ...]
    target: CaseState | None
    by: str
    paper: str | None
    gates: tuple[str, ...]
    two_officers: bool
    source: Article
    returns: bool = False

    def leads_to(self, state: CaseState, before: CaseState | None = None) -> CaseState:
        """Return the state after this step; before -- where the case was when it stopped."""
        return (before if self.returns else self.target) or state


S = CaseState
UNDER_WAY: Final = (S.FILED, S.INVESTIGATION_CLOSED, S.PROPOSAL_REVIEW, S.NOTICED,
                    S.DECISION_REVIEW, S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW)  # fmt: skip
"""From the filing to the decision."""

PERFORMING: Final = (S.SERVED, S.DEMANDED, S.ENFORCING, S.COURT_APPLIED)
"""From the service of the decision to its performance."""

PERFORMED: Final = (*PERFORMING, S.ENFORCED)
"""The same, and what was executed but is not closed yet."""

REMEMBERED: Final = frozenset(
    {S.SUSPENDED, S.CRIME_REVIEW, S.CLOSING_REVIEW, S.EXECUTION_SUSPENDED}
)
"""States that keep where the case came from."""
