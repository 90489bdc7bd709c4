"""How far a case has come, for the bar of stages: 立案, 调查, 告知, 决定, 送达, 结案."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import CaseState as S

STAGES: Final = {
    S.CLUE: 0, S.CHECKING: 0, S.FILING_REVIEW: 0, S.NOT_FILED: 0,
    S.FILED: 1,
    S.INVESTIGATION_CLOSED: 2, S.PROPOSAL_REVIEW: 2,
    S.NOTICED: 3, S.DECISION_REVIEW: 3, S.NO_PENALTY_REVIEW: 3, S.DEMOLITION_REVIEW: 3,
    S.DECIDED: 4,
    S.SERVED: 5, S.DEMANDED: 5, S.COURT_APPLIED: 5, S.CLOSING_REVIEW: 5,
    S.ENFORCING: 5, S.ENFORCED: 5,
    S.CLOSED: 6, S.ARCHIVED: 6,
}  # fmt: skip
"""The stage a state stands in; 6 is past the last. Other states stand where the case stopped."""

STOPPED: Final = frozenset({S.NOT_FILED, S.SUSPENDED, S.TERMINATED, S.WITHDRAWN, S.TRANSFERRED,
                              S.EXECUTION_SUSPENDED})  # fmt: skip
"""States in which a case rests or has ended before its time."""


def stage_of(state: S, reached: S) -> int:
    """Return the stage of a case; reached -- the last state of its history with a stage."""
    return STAGES.get(state, STAGES[reached])
