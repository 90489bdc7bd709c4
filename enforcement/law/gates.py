"""Gates: the legal conditions of an act, computed from facts and never remembered.

Each gate answers open or closed, with its article and a sentence (hard rules R1-R23). Those of the
hearing, the review, the execution and of stops stand in modules of their own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from enforcement.law.articles import APL
from enforcement.law.discretion import Evaluation
from enforcement.law.discretion_terms import Tier
from enforcement.law.gate_facts import CaseFacts, Finding, Gate, OfficerFacts, Test
from enforcement.law.gates_execution import EXECUTION_GATES
from enforcement.law.gates_hearing import HEARING_GATES
from enforcement.law.gates_own_execution import OWN_EXECUTION_GATES
from enforcement.law.gates_remedy import REMEDY_GATES
from enforcement.law.gates_review import REVIEW_GATES
from enforcement.law.gates_stops import STOP_GATES
from enforcement.law.terms import N_, CaseEvent, Passed
from enforcement.law.time_limits import add_months

__all__ = ["GATES", "CaseFacts", "Gate", "OfficerFacts", "gate", "gates"]

ACCOUNTABLE, ADULT = 14, 18  # years: 罚30


def _matter(facts: CaseFacts) -> Finding:
    if facts.power is None:
        return False, N_("尚未核对权责清单。"), {}
    return facts.power.allowed, "%(why)s", {"why": facts.power.reason}


def _officers(facts: CaseFacts) -> Finding:
    problems = [f"{one.name}：{one.problem}" for one in facts.officers if one.problem]
    if len({one.certificate for one in facts.officers}) < 2:
        return False, N_("执法人员不得少于两人。"), {}
    if problems:
        return False, N_("执法人员不能办理：%(why)s。"), {"why": "；".join(problems)}
    return True, N_("两名执法人员证件有效。"), {}


def _recused(facts: CaseFacts) -> Finding:
    names = sorted({one.name for one in facts.officers} & facts.recused)
    if names:
        return False, N_("已决定回避，须更换承办人员：%(who)s。"), {"who": "、".join(names)}
    return True, N_("承办人员没有应当回避的情形。"), {}


def _time_bar(facts: CaseFacts) -> Finding:
    years = 5 if facts.grave_harm else 2
    last = add_months(facts.act_ended_on or facts.act_on, 12 * years)
    text = N_("违法行为追究时效至%(day)s（%(years)s年，连续或者继续状态的从终了之日起算）。")
    return facts.today <= last, text, {"day": last, "years": years}


def _age(facts: CaseFacts) -> Finding:
    age = facts.party_age
    if age is None:
        return True, N_("当事人不是未成年人，或者没有登记出生日期。"), {}
    if age < ADULT:
        text = N_("当事人行为时%(age)s周岁：不满十四周岁不予处罚，满十四不满十八周岁从轻或者减轻。")
        return age >= ACCOUNTABLE, text, {"age": age}
    return True, N_("当事人行为时已满十八周岁。"), {}


def _fined_once(facts: CaseFacts) -> Finding:
    if facts.earlier_fine is None:
        return True, N_("没有发现同一违法行为已被罚款。"), {}
    text = N_("同一当事人的同一违法行为已在案件%(number)s中罚款，不得再次罚款。")
    return False, text, {"number": facts.earlier_fine}


def _scene(facts: CaseFacts) -> Finding:
    if not facts.evidence:
        return "D08" in facts.papers, N_("需有现场检查（勘验）笔录或者其他证据。"), {}
    text = N_("已有证据%(n)s项，须查证属实才能作为认定事实的根据。")
    return True, text, {"n": facts.evidence}


def _range(facts: CaseFacts) -> Finding:
    found, amount = facts.discretion, facts.proposed_yuan
    if found is not None and found.tier is Tier.NONE:
        return False, N_("按裁量基准应当不予处罚：%(why)s。"), {"why": "；".join(found.why)}
    if found is not None and found.missing:
        return (
            False,
            N_("须填写%(what)s和证明它的文书，才能计算罚款幅度。"),
            {"what": found.missing},
        )
    allowed = facts.matter.fine(facts.party) if found is None else found.range_yuan
    if allowed is None:
        text = N_("该事项没有可用的罚款幅度（%(other)s）。")
        return False, text, {"other": facts.matter.other}
    span: dict[str, Any] = {"low": _yuan(allowed.min_yuan), "high": _yuan(allowed.max_yuan)}
    if found is not None:
        span["tier"] = found.tier
    if amount is None or not allowed.holds(amount):
        return False, _outside(found), span
    return True, _inside(found), {"amount": f"{amount:,.2f}", **span}


def _outside(found: Evaluation | None) -> str:
    if found is None:
        return N_("罚款数额应当在法定幅度内：%(low)s元至%(high)s元。")
    if found.default:
        return N_("罚款数额应当在“%(tier)s”阶次（默认）内：%(low)s元至%(high)s元。")
    return N_("罚款数额应当在“%(tier)s”阶次内：%(low)s元至%(high)s元。")


def _inside(found: Evaluation | None) -> str:
    if found is None:
        return N_("罚款%(amount)s元，在法定幅度%(low)s元至%(high)s元内。")
    return N_("罚款%(amount)s元，在“%(tier)s”阶次%(low)s元至%(high)s元内。")


def _yuan(value: Decimal) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _corrected(facts: CaseFacts) -> Finding:
    if facts.matter.precondition != "ordered_correction":
        return True, N_("本事项不以责令改正为前提。"), {}
    failed = facts.course.last(CaseEvent.REINSPECT)
    text = N_("该事项须先责令改正，逾期或者拒不改正的才能罚款。")
    return failed is not None and failed.said["result"] == Passed.FAILED, text, {}


def _proposal(facts: CaseFacts) -> Finding:
    return facts.proposal_approved, N_("拟处罚意见须经行政机关负责人同意。"), {}


def _endorsed(facts: CaseFacts) -> Finding:
    return facts.endorsed, N_("须先由承办机构负责人审核。"), {}


def _notice(facts: CaseFacts) -> Finding:
    text = N_("作出决定前须告知拟处罚内容及事实、理由、依据和权利。")
    return not facts.papers.isdisjoint({"D26", "D27"}), text, {}


def _statement(facts: CaseFacts) -> Finding:
    until = facts.statement_until
    if facts.statement is not None:
        return True, N_("陈述申辩：%(outcome)s。"), {"outcome": facts.statement}
    if until is None:
        return False, N_("须听取陈述申辩或者取得书面放弃；工作日历未载入，期限无法计算。"), {}
    if facts.today <= until:
        text = N_("须听取陈述申辩或者取得书面放弃，期限至%(day)s。")
        return False, text, {"day": until}
    return True, N_("陈述申辩期限已于%(day)s届满，当事人未提出。"), {"day": until}


def _not_heavier(facts: CaseFacts) -> Finding:
    proposed, noticed = facts.proposed_yuan, facts.noticed_yuan
    ok = proposed is not None and noticed is not None and proposed <= noticed
    text = N_("不得因陈述申辩加重处罚（已告知%(yuan)s元）。")
    return ok, text, {"yuan": f"{noticed or 0:,.2f}"}


def _ninety_days(facts: CaseFacts) -> Finding:
    due = facts.decision_due_on
    text = N_("应当自立案之日起九十日内作出决定（至%(day)s）。")
    return due is not None and facts.today <= due, text, {"day": due or "—"}


# fmt: off
GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    #              test          title             rule   article
    "matter":      (_matter,      N_("事项与管辖"),      "R1",  APL[18].zh),
    "officers":    (_officers,    N_("两名持证人员"),    "R2",  APL[42].zh),
    "recused":     (_recused,     N_("回避"),            "R3",  APL[43].zh),
    "time_bar":    (_time_bar,    N_("追究时效"),        "R11", APL[36].zh),
    "age":         (_age,         N_("责任年龄"),        "R10", APL[30].zh),
    "fined_once":  (_fined_once,  N_("一事不再罚"),      "R12", APL[29].zh),
    "scene":       (_scene,       N_("证据"),            "P10", APL[46].zh),
    "range":       (_range,       N_("罚款幅度"),        "R13", APL[5].zh),
    "corrected":   (_corrected,   N_("责令改正前置"),    "R23", APL[28].zh),
    "proposal":    (_proposal,    N_("拟处罚审批"),      "P11", APL[57].zh),
    "endorsed":    (_endorsed,    N_("承办机构审核"),    "P11", APL[57].zh),
    "notice":      (_notice,      N_("事先告知"),        "R4",  APL[44].zh),
    "statement":   (_statement,   N_("陈述申辩"),        "R4",  APL[45].zh),
    "not_heavier": (_not_heavier, N_("不得加重"),        "R6",  APL[45].zh),
    "ninety_days": (_ninety_days, N_("办案期限"),        "R9",  APL[60].zh),
    **HEARING_GATES,
    **REVIEW_GATES,
    **EXECUTION_GATES,
    **OWN_EXECUTION_GATES,
    **REMEDY_GATES,
    **STOP_GATES,
}
# fmt: on


def gate(gate_id: str, facts: CaseFacts) -> Gate:
    """Compute one gate."""
    test, title, rule, article = GATES[gate_id]
    is_open, text, values = test(facts)
    if gate_id == "matter" and facts.power is not None:
        article = facts.power.article
    return Gate(gate_id, is_open, title, text, values, rule, article)


def gates(gate_ids: tuple[str, ...], facts: CaseFacts) -> tuple[Gate, ...]:
    """Compute several gates, in the order asked for."""
    return tuple(gate(gate_id, facts) for gate_id in gate_ids)
