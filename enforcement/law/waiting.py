"""What a case waits for in each state, for whom, and which limit runs meanwhile (procedure.md 2.4).

Holders: "person:ID", "unit:CODE" (officers of a unit), "leader:CODE", "reviewer", "head",
"publisher" (who reviews what is made public).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from enforcement.law.terms import CaseState as S
from enforcement.law.terms import Role, Term

HEAD: Final = "head"
REVIEWER: Final = "reviewer"
PUBLISHER: Final = "publisher"


class Duty(Term):
    """What has to be done next."""

    CHECK = "check", "核查线索", "Check the lead"
    PROPOSE_FILING = "propose_filing", "报请立案", "Propose the filing"
    INVESTIGATE = "investigate", "调查取证", "Investigate"
    PROPOSE_PENALTY = "propose_penalty", "报请拟处罚", "Propose the penalty"
    HEAR = "hear", "听取陈述申辩、报请决定", "Hear the party, propose the decision"
    SERVE = "serve", "送达决定书", "Serve the decision"
    COLLECT = "collect", "督促履行", "See to the payment"
    PROPOSE_CLOSING = "propose_closing", "报请结案", "Propose the closing"
    ENDORSE = "endorse", "承办机构审核", "Endorse for the unit"
    APPROVE = "approve", "负责人审批", "Approve as the head"
    REVIEW_LEGALITY = "review_legality", "法制审核", "Review the legality"
    APPLY_COURT = "apply_court", "催告期满申请法院（决定）强制执行", "Execution after the demand"
    FOLLOW_COURT = "follow_court", "跟踪法院办理", "Follow the court"
    EXECUTE = "execute", "实施强制执行", "Carry out the execution"
    ANSWER_REMEDY = "answer_remedy", "答复复议、答辩应诉", "Reply to the reconsideration or lawsuit"
    SEND_CRIME = "send_crime", "移送公安机关", "Send to the police"
    PUBLISH = "publish", "公开审核", "Review for publication"
    WITHDRAW = "withdraw", "撤回公示", "Withdraw from publication"


class Runs(StrEnum):
    """Which limit runs in a state, and from which day."""

    LEAD = "lead_check"
    DECISION = "decision"
    SERVICE = "service"
    PAYMENT = "payment"


class By(StrEnum):
    """Who holds a case in a state."""

    OFFICERS = "officers"
    REVIEW = "review"
    HEAD = "head"
    LEGAL = "legal"


@dataclass(frozen=True)
class Waiting:
    """A row: who holds the case, what for, which limit runs."""

    by: By
    duty: Duty
    runs: Runs | None


# fmt: off
WAITING: Final = {
    S.CLUE:                 Waiting(By.OFFICERS, Duty.CHECK,           Runs.LEAD),
    S.CHECKING:             Waiting(By.OFFICERS, Duty.PROPOSE_FILING,  Runs.LEAD),
    S.FILING_REVIEW:        Waiting(By.REVIEW,   Duty.ENDORSE,         Runs.LEAD),
    S.FILED:                Waiting(By.OFFICERS, Duty.INVESTIGATE,     Runs.DECISION),
    S.INVESTIGATION_CLOSED: Waiting(By.OFFICERS, Duty.PROPOSE_PENALTY, Runs.DECISION),
    S.PROPOSAL_REVIEW:      Waiting(By.REVIEW,   Duty.ENDORSE,         Runs.DECISION),
    S.NOTICED:              Waiting(By.OFFICERS, Duty.HEAR,            Runs.DECISION),
    S.DECISION_REVIEW:      Waiting(By.REVIEW,   Duty.ENDORSE,         Runs.DECISION),
    S.DECIDED:              Waiting(By.OFFICERS, Duty.SERVE,           Runs.SERVICE),
    S.SERVED:               Waiting(By.OFFICERS, Duty.COLLECT,         Runs.PAYMENT),
    S.CLOSING_REVIEW:       Waiting(By.REVIEW,   Duty.ENDORSE,         None),
    S.NO_PENALTY_REVIEW:    Waiting(By.REVIEW,   Duty.ENDORSE,         Runs.DECISION),
    S.DEMANDED:             Waiting(By.HEAD,     Duty.APPLY_COURT,     None),
    S.COURT_APPLIED:        Waiting(By.OFFICERS, Duty.FOLLOW_COURT,    None),
    S.DEMOLITION_REVIEW:    Waiting(By.REVIEW,   Duty.ENDORSE,         Runs.DECISION),
    S.ENFORCING:            Waiting(By.OFFICERS, Duty.EXECUTE,         None),
    S.ENFORCED:             Waiting(By.OFFICERS, Duty.PROPOSE_CLOSING, None),
    S.CRIME_REVIEW:         Waiting(By.HEAD,     Duty.APPROVE,         Runs.DECISION),
    S.CRIME_APPROVED:       Waiting(By.OFFICERS, Duty.SEND_CRIME,      None),
}
# fmt: on
"""States that are not named wait for nobody."""


def waiting_of(
    state: S, *, endorsed: bool, paid: bool, awaits_review: bool = False
) -> Waiting | None:
    """Return what a case waits for; paid -- the fine is paid whole, so that it can be closed.

    awaits_review -- the decision needs a legal review that is not there yet
    """
    row = WAITING.get(state)
    if row is not None and awaits_review and row.by is By.REVIEW:
        return Waiting(By.LEGAL, Duty.REVIEW_LEGALITY, row.runs)
    if row is not None and row.by is By.REVIEW and endorsed:
        return Waiting(By.REVIEW, Duty.APPROVE, row.runs)
    if row is not None and state in (S.SERVED, S.DEMANDED) and paid:
        return Waiting(By.OFFICERS, Duty.PROPOSE_CLOSING, None)
    return row


def unit_and_above(code: str) -> list[str]:
    """Return the codes of a unit and of those above it: "01.02" gives "01", "01.02"."""
    parts = code.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def holders_of(role: Role, person_id: str, unit_code: str) -> list[str]:
    """Return for which holders a person acts, by his role and unit."""
    found = [f"person:{person_id}"]
    if role in (Role.OFFICER, Role.SQUAD_LEADER):
        found.append(f"unit:{unit_code}")
    if role in (Role.SQUAD_LEADER, Role.BRIGADE_LEADER):
        found.append(f"leader:{unit_code}")
    if role is Role.HEAD:
        found.append(HEAD)
    if role is Role.LEGAL_REVIEWER:
        found.append(REVIEWER)
    if role in (Role.HEAD, Role.LEGAL_REVIEWER):
        found.append(PUBLISHER)
    return found
