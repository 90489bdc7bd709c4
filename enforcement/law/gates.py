"""Gates: the legal conditions of an act, computed from facts and never remembered.

Each gate answers open or closed, with its article and a sentence (hard rules R1-R23).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from enforcement.law.articles import APL
from enforcement.law.matters import Matter
from enforcement.law.penalties import hearing_threshold, needs_hearing
from enforcement.law.power import Answer
from enforcement.law.terms import PartyKind, StatementOutcome
from enforcement.law.time_limits import add_months


@dataclass(frozen=True)
class OfficerFacts:
    """One investigating officer on the day of the act; `problem` says why he may not act."""

    name: str
    certificate: str
    problem: str | None


@dataclass(frozen=True)
class CaseFacts:
    """All that gates look at; days are calendar days in China, money is yuan.

    power -- what the power list answers for this case; the matter's gate asks nothing else (R1)
    """

    county_code: str
    today: date
    act_on: date
    matter: Matter
    party: PartyKind
    officers: tuple[OfficerFacts, ...]
    power: Answer | None = None
    papers: frozenset[str] = frozenset()
    decision_due_on: date | None = None
    proposed_yuan: Decimal | None = None
    noticed_yuan: Decimal | None = None
    proposal_approved: bool = False
    endorsed: bool = False
    statement: StatementOutcome | None = None
    statement_until: date | None = None
    correction_failed: bool = False
    fine_yuan: Decimal | None = None
    paid_yuan: Decimal = Decimal(0)
    surcharge_yuan: Decimal = Decimal(0)
    surcharge_paid_yuan: Decimal = Decimal(0)


@dataclass(frozen=True)
class Gate:
    """One condition: open or closed, why, and by which rule and article."""

    id: str
    open: bool
    title: str
    reason: str
    rule: str
    article: str


def _matter(facts: CaseFacts) -> tuple[bool, str]:
    if facts.power is None:
        return False, "尚未核对权责清单。"
    return facts.power.allowed, facts.power.reason


def _officers(facts: CaseFacts) -> tuple[bool, str]:
    problems = [f"{one.name}：{one.problem}" for one in facts.officers if one.problem]
    if len({one.certificate for one in facts.officers}) < 2:
        return False, "执法人员不得少于两人。"
    if problems:
        return False, "；".join(problems)
    return True, "两名执法人员证件有效。"


def _time_bar(facts: CaseFacts) -> tuple[bool, str]:
    last = add_months(facts.act_on, 24)
    return facts.today <= last, f"违法行为追究时效至{last}（二年）。"


def _scene(facts: CaseFacts) -> tuple[bool, str]:
    return "D08" in facts.papers, "需有现场检查（勘验）笔录。"


def _range(facts: CaseFacts) -> tuple[bool, str]:
    allowed = facts.matter.fine(facts.party)
    if allowed is None:
        return False, f"该事项没有可用的罚款幅度（{facts.matter.other}）。"
    amount = facts.proposed_yuan
    span = f"{allowed.min_yuan:,.0f}元至{allowed.max_yuan:,.0f}元"
    if amount is None or not allowed.holds(amount):
        return False, f"罚款数额应当在法定幅度内：{span}。"
    return True, f"罚款{amount:,.2f}元，在法定幅度{span}内。"


def _hearing(facts: CaseFacts) -> tuple[bool, str]:
    line = hearing_threshold(facts.county_code)
    amount = facts.proposed_yuan or Decimal(0)
    if needs_hearing(facts.county_code, facts.party, amount):
        return False, f"拟罚款数额达到听证标准（{line.source}），应当告知听证权利，走听证程序。"
    return True, f"未达到听证标准（{line.source}）。"


def _corrected(facts: CaseFacts) -> tuple[bool, str]:
    if facts.matter.precondition != "ordered_correction":
        return True, "本事项不以责令改正为前提。"
    return facts.correction_failed, "该事项须先责令改正，逾期或者拒不改正的才能罚款。"


def _proposal(facts: CaseFacts) -> tuple[bool, str]:
    return facts.proposal_approved, "拟处罚意见须经行政机关负责人同意。"


def _endorsed(facts: CaseFacts) -> tuple[bool, str]:
    return facts.endorsed, "须先由承办机构负责人审核。"


def _notice(facts: CaseFacts) -> tuple[bool, str]:
    return "D26" in facts.papers, "作出决定前须告知拟处罚内容及事实、理由、依据和权利。"


def _statement(facts: CaseFacts) -> tuple[bool, str]:
    if facts.statement is not None:
        return True, f"陈述申辩：{facts.statement.zh}。"
    until = facts.statement_until
    if until is None or facts.today <= until:
        return False, f"须听取陈述申辩或者取得书面放弃，期限至{until or '（工作日历未载入）'}。"
    return True, f"陈述申辩期限已于{until}届满，当事人未提出。"


def _not_heavier(facts: CaseFacts) -> tuple[bool, str]:
    proposed, noticed = facts.proposed_yuan, facts.noticed_yuan
    ok = proposed is not None and noticed is not None and proposed <= noticed
    return ok, f"不得因陈述申辩加重处罚（已告知{noticed or 0:,.2f}元）。"


def _ninety_days(facts: CaseFacts) -> tuple[bool, str]:
    due = facts.decision_due_on
    return due is not None and facts.today <= due, f"应当自立案之日起九十日内作出决定（至{due}）。"


def _paid(facts: CaseFacts) -> tuple[bool, str]:
    fine, extra = facts.fine_yuan, facts.surcharge_yuan
    reason = f"应缴{fine or 0:,.2f}元，已缴{facts.paid_yuan:,.2f}元。"
    if extra:
        reason += f"逾期应缴加处罚款{extra:,.2f}元，已缴{facts.surcharge_paid_yuan:,.2f}元。"
    done = fine is not None and facts.paid_yuan >= fine and facts.surcharge_paid_yuan >= extra
    return done, reason


Test = Callable[[CaseFacts], tuple[bool, str]]
# fmt: off
GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    #              test          title             rule   article
    "matter":      (_matter,      "事项与管辖",      "R1",  APL[18].zh),
    "officers":    (_officers,    "两名持证人员",    "R2",  APL[42].zh),
    "time_bar":    (_time_bar,    "追究时效",        "R11", APL[36].zh),
    "scene":       (_scene,       "证据",            "P10", APL[46].zh),
    "range":       (_range,       "罚款幅度",        "R13", APL[5].zh),
    "hearing":     (_hearing,     "听证",            "R5",  APL[63].zh),
    "corrected":   (_corrected,   "责令改正前置",    "R23", APL[28].zh),
    "proposal":    (_proposal,    "拟处罚审批",      "P11", APL[57].zh),
    "endorsed":    (_endorsed,    "承办机构审核",    "P11", APL[57].zh),
    "notice":      (_notice,      "事先告知",        "R4",  APL[44].zh),
    "statement":   (_statement,   "陈述申辩",        "R4",  APL[45].zh),
    "not_heavier": (_not_heavier, "不得加重",        "R6",  APL[45].zh),
    "ninety_days": (_ninety_days, "办案期限",        "R9",  APL[60].zh),
    "paid":        (_paid,        "履行完毕",        "P22", APL[66].zh),
}
# fmt: on


def gate(gate_id: str, facts: CaseFacts) -> Gate:
    """Compute one gate."""
    test, title, rule, article = GATES[gate_id]
    is_open, reason = test(facts)
    if gate_id == "matter" and facts.power is not None:
        article = facts.power.article
    return Gate(gate_id, is_open, title, reason, rule, article)


def gates(gate_ids: tuple[str, ...], facts: CaseFacts) -> tuple[Gate, ...]:
    """Compute several gates, in the order asked for."""
    return tuple(gate(gate_id, facts) for gate_id in gate_ids)
