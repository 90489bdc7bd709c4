"""Gates before a decision: legal review (R7), collective discussion (R8), grounds of no penalty."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import APL
from enforcement.law.discretion_terms import Tier
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.gates_hearing import is_needed
from enforcement.law.terms import (
    N_,
    CaseEvent,
    HearingEnd,
    NoPenaltyGround,
    ReviewOutcome,
)

E = CaseEvent
_PROPOSALS: Final = (E.PROPOSE_DECISION, E.PROPOSE_NO_PENALTY, E.PROPOSE_DEMOLITION)
_AFRESH: Final = (E.PROPOSE_PENALTY, E.PROPOSE_NO_PENALTY, E.REDO)


def review_reasons(facts: CaseFacts) -> tuple[str, ...]:
    """Return why a legal review is needed (罚58 and the county's own list), in Chinese."""
    proposal = facts.course.last(E.PROPOSE_PENALTY)
    said = proposal.said if proposal else {}
    held = facts.course.last(E.HOLD_HEARING)
    limit, amount = facts.review_from_yuan, facts.proposed_yuan
    found = (
        (bool(said.get("public_interest")), "涉及重大公共利益"),
        (held is not None and held.said["end"] == HearingEnd.HELD, "经过听证程序"),
        (bool(said.get("complicated")), "案情疑难复杂、涉及多个法律关系"),
        (facts.discretion is not None and facts.discretion.tier is Tier.MITIGATED, "减轻处罚"),
        (_demolishes(facts), "责令限期拆除，涉及重大权益"),
        (is_needed(facts), "拟罚款数额较大"),
        (limit is not None and amount is not None and amount >= limit, "属于本县法制审核目录"),
    )
    return tuple(why for triggered, why in found if triggered)


def _demolishes(facts: CaseFacts) -> bool:
    return facts.course.has(E.PROPOSE_DEMOLITION, since=_AFRESH)


def is_major(facts: CaseFacts) -> bool:
    """Tell whether the heads must discuss the case together (罚57第二款)."""
    proposal = facts.course.last(E.PROPOSE_PENALTY)
    said = proposal.said if proposal else {}
    review = facts.course.last(E.REVIEW_LEGALITY, since=_PROPOSALS)
    split = review is not None and review.said["outcome"] == ReviewOutcome.FAILED
    named = bool(said.get("major") or said.get("complicated"))
    return named or _demolishes(facts) or is_needed(facts) or split


def _legal_review(facts: CaseFacts) -> Finding:
    reasons = review_reasons(facts)
    if not reasons:
        return True, N_("不属于必须法制审核的情形。"), {}
    review = facts.course.last(E.REVIEW_LEGALITY, since=_PROPOSALS)
    why = {"why": "、".join(reasons)}
    if review is None:
        return False, N_("须经法制审核：%(why)s。"), why
    passed = review.said["outcome"] == ReviewOutcome.PASSED
    return passed, N_("须经法制审核并且通过：%(why)s。"), why


def _reviewed_first(facts: CaseFacts) -> Finding:
    reviewed = facts.course.has(E.REVIEW_LEGALITY, since=_PROPOSALS)
    text = N_("须先有法制审核意见，再集体讨论。")
    return reviewed or not review_reasons(facts), text, {}


def _collective(facts: CaseFacts) -> Finding:
    if not is_major(facts):
        return True, N_("不属于情节复杂或者重大的案件。"), {}
    done = facts.course.has(E.DISCUSS, since=_PROPOSALS)
    return done, N_("情节复杂或者重大的案件，须经负责人集体讨论。"), {}


def _ground(facts: CaseFacts) -> Finding:
    ground = facts.ground
    if ground is None:
        return True, N_("报请时写明不予处罚的法定情形。"), {}
    if ground is NoPenaltyGround.FIRST and facts.offences:
        text = N_("不是初次违法：当事人已有%(n)s件处罚记录。")
        return False, text, {"n": facts.offences}
    if ground is NoPenaltyGround.CHILD and (facts.party_age is None or facts.party_age >= 14):
        return False, N_("当事人行为时不是不满十四周岁的未成年人。"), {}
    return True, N_("不予处罚的情形：%(ground)s。"), {"ground": ground}


# fmt: off
REVIEW_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "legal_review":   (_legal_review,   N_("法制审核"),     "R7", APL[58].zh),
    "reviewed_first": (_reviewed_first, N_("法制审核在先"), "R7", APL[58].zh),
    "collective":     (_collective,     N_("集体讨论"),     "R8", APL[57].zh),
    "ground":         (_ground,         N_("不予处罚情形"), "P17", APL[33].zh),
}
# fmt: on
