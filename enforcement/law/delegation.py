"""Which approvals a dated order may pass on during leave, and which never (罚57; 移5)."""

from __future__ import annotations

from typing import Final

from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from enforcement.law.terms import Role, Term


class Approvals(Term):
    """Groups of approvals that an order names."""

    FILING = "filing", "立案、不予立案", "Filing"
    PENALTY = "penalty", "拟处罚、处罚和不予处罚决定", "Proposals and decisions"
    MEASURE = "measure", "强制措施、先行登记保存", "Measures and preservation"
    EXECUTION = "execution", "催告后的执行", "Execution"
    STOPS = "stops", "中止、终止、撤销立案、移送、回避", "Stops, transfers, recusals"
    TIME = "time", "延长办案期限", "Longer periods"
    CLOSING = "closing", "结案", "Closing"


_G = Approvals
TIME_EVENT: Final = "extend_period"
"""The extension of a case's period and its suspension, which are no rows of the procedure."""

NEVER: Final = frozenset({str(E.APPROVE_CRIME), str(E.REFUSE_CRIME)})
"""Only the head himself, or who presides over the organ, decides on a transfer (移5)."""

_CASE: Final[dict[Approvals, tuple[E, ...]]] = {
    _G.FILING: (E.APPROVE_FILING, E.REFUSE_FILING),
    _G.PENALTY: (E.APPROVE_PROPOSAL, E.DISCUSS, E.DECIDE, E.DECIDE_NO_PENALTY, E.ORDER_DEMOLITION,
                 E.REVISE, E.REDO),
    _G.EXECUTION: (E.PLAN_PAYMENT, E.APPLY_COURT, E.ANNOUNCE_DEMOLITION, E.ORDER_EXECUTION,
                   E.AGREE_EXECUTION, E.SUSPEND_EXECUTION, E.RESUME_EXECUTION, E.END_EXECUTION,
                   E.ORDER_SUBSTITUTE),
    _G.STOPS: (E.SUSPEND, E.RESUME, E.TERMINATE, E.WITHDRAW_FILING, E.TRANSFER, E.DECIDE_RECUSAL),
    _G.CLOSING: (E.APPROVE_CLOSING,),
}  # fmt: skip
_MEASURE: Final = (M.APPROVE, M.REFUSE, M.CONFIRM, M.DISAGREE, M.EXTEND, M.DISPOSE)
GROUP_OF: Final[dict[str, Approvals]] = {
    **{str(event): group for group, events in _CASE.items() for event in events},
    **{f"measure:{event}": _G.MEASURE for event in _MEASURE},
    TIME_EVENT: _G.TIME,
}
"""Approval -> its group; acts upon measures are named "measure:EVENT"."""

STATES: Final[dict[Approvals, tuple[S, ...]]] = {
    _G.FILING: (S.FILING_REVIEW,),
    _G.PENALTY: (S.PROPOSAL_REVIEW, S.DECISION_REVIEW, S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW),
    _G.EXECUTION: (S.DEMANDED,),
    _G.CLOSING: (S.CLOSING_REVIEW,),
}
"""Group -> states whose cases wait for the head; sending back goes with them."""

MAY_STAND_IN: Final = (Role.HEAD, Role.BRIGADE_LEADER)
"""Who may be named in an order: another head, or the leader of a brigade."""


def group_of(event: str, state: str | None = None) -> Approvals | None:
    """Return the group of an approval, None where no order may pass it on.

    state -- of the case: sending back belongs to the approval that waits in it
    """
    if event == E.SEND_BACK:
        return next((group for group, states in STATES.items() if state in states), None)
    return GROUP_OF.get(event)
