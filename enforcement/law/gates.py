"""Gates: the legal conditions of an act, computed from facts and never remembered.

Each gate answers open or closed, with its article and a sentence (hard rules R1-R23).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from enforcement.law.articles import APL
from enforcement.law.matters import Matter
from enforcement.law.penalties import hearing_threshold, needs_hearing
from enforcement.law.power import Answer
from enforcement.law.terms import N_, PartyKind, StatementOutcome, Term
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
    """One condition: open or closed, why, and by which rule and article.

    text, values -- the reason as a text to translate and what stands in it
    """

    id: str
    open: bool
    title: str
    text: str
    values: dict[str, Any]
    rule: str
    article: str

    @property
    def reason(self) -> str:
        """Return the reason in Chinese."""
        return self.text % {
            name: value.zh if isinstance(value, Term) else value
            for name, value in self.values.items()
        }


Finding = tuple[bool, str, dict[str, Any]]


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


def _time_bar(facts: CaseFacts) -> Finding:
    last = add_months(facts.act_on, 24)
    return facts.today <= last, N_("违法行为追究时效至%(day)s（二年）。"), {"day": last}


def _scene(facts: CaseFacts) -> Finding:
    return "D08" in facts.papers, N_("需有现场检查（勘验）笔录。"), {}


def _range(facts: CaseFacts) -> Finding:
    allowed, amount = facts.matter.fine(facts.party), facts.proposed_yuan
    if allowed is None:
        text = N_("该事项没有可用的罚款幅度（%(other)s）。")
        return False, text, {"other": facts.matter.other}
    span = {"low": f"{allowed.min_yuan:,.0f}", "high": f"{allowed.max_yuan:,.0f}"}
    if amount is None or not allowed.holds(amount):
        return False, N_("罚款数额应当在法定幅度内：%(low)s元至%(high)s元。"), span
    text = N_("罚款%(amount)s元，在法定幅度%(low)s元至%(high)s元内。")
    return True, text, {"amount": f"{amount:,.2f}", **span}


def _hearing(facts: CaseFacts) -> Finding:
    line = hearing_threshold(facts.county_code)
    amount = facts.proposed_yuan or Decimal(0)
    values = {"source": line.source}
    if needs_hearing(facts.county_code, facts.party, amount):
        text = N_("拟罚款数额达到听证标准（%(source)s），应当告知听证权利，走听证程序。")
        return False, text, values
    return True, N_("未达到听证标准（%(source)s）。"), values


def _corrected(facts: CaseFacts) -> Finding:
    if facts.matter.precondition != "ordered_correction":
        return True, N_("本事项不以责令改正为前提。"), {}
    text = N_("该事项须先责令改正，逾期或者拒不改正的才能罚款。")
    return facts.correction_failed, text, {}


def _proposal(facts: CaseFacts) -> Finding:
    return facts.proposal_approved, N_("拟处罚意见须经行政机关负责人同意。"), {}


def _endorsed(facts: CaseFacts) -> Finding:
    return facts.endorsed, N_("须先由承办机构负责人审核。"), {}


def _notice(facts: CaseFacts) -> Finding:
    text = N_("作出决定前须告知拟处罚内容及事实、理由、依据和权利。")
    return "D26" in facts.papers, text, {}


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


def _paid(facts: CaseFacts) -> Finding:
    fine, extra = facts.fine_yuan, facts.surcharge_yuan
    done = fine is not None and facts.paid_yuan >= fine and facts.surcharge_paid_yuan >= extra
    values = {"fine": f"{fine or 0:,.2f}", "paid": f"{facts.paid_yuan:,.2f}"}
    if not extra:
        return done, N_("应缴%(fine)s元，已缴%(paid)s元。"), values
    text = N_("应缴%(fine)s元，已缴%(paid)s元；逾期应缴加处罚款%(extra)s元，已缴%(extra_paid)s元。")
    values |= {"extra": f"{extra:,.2f}", "extra_paid": f"{facts.surcharge_paid_yuan:,.2f}"}
    return done, text, values


Test = Callable[[CaseFacts], Finding]
# fmt: off
GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    #              test          title             rule   article
    "matter":      (_matter,      N_("事项与管辖"),      "R1",  APL[18].zh),
    "officers":    (_officers,    N_("两名持证人员"),    "R2",  APL[42].zh),
    "time_bar":    (_time_bar,    N_("追究时效"),        "R11", APL[36].zh),
    "scene":       (_scene,       N_("证据"),            "P10", APL[46].zh),
    "range":       (_range,       N_("罚款幅度"),        "R13", APL[5].zh),
    "hearing":     (_hearing,     N_("听证"),            "R5",  APL[63].zh),
    "corrected":   (_corrected,   N_("责令改正前置"),    "R23", APL[28].zh),
    "proposal":    (_proposal,    N_("拟处罚审批"),      "P11", APL[57].zh),
    "endorsed":    (_endorsed,    N_("承办机构审核"),    "P11", APL[57].zh),
    "notice":      (_notice,      N_("事先告知"),        "R4",  APL[44].zh),
    "statement":   (_statement,   N_("陈述申辩"),        "R4",  APL[45].zh),
    "not_heavier": (_not_heavier, N_("不得加重"),        "R6",  APL[45].zh),
    "ninety_days": (_ninety_days, N_("办案期限"),        "R9",  APL[60].zh),
    "paid":        (_paid,        N_("履行完毕"),        "P22", APL[66].zh),
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
