"""Gates of corrections, stops, transfers and recusals (罚27, 28, 43, 57)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from enforcement.law.articles import ACL, APL
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.terms import N_, CaseEvent

E = CaseEvent
CRIME_DAYS: Final = 3  # 移送规定第五条: natural days, the stricter reading


def _ordered(facts: CaseFacts) -> Finding:
    order = facts.course.last(E.ORDER_CORRECTION)
    if order is None:
        return False, N_("须先责令改正。"), {}
    return True, N_("已责令于%(day)s前改正。"), {"day": order.day("until_on")}


def _no_fine_yet(facts: CaseFacts) -> Finding:
    return facts.fine_yuan is None, N_("尚未作出处罚决定。"), {}


def _recusal_asked(facts: CaseFacts) -> Finding:
    asked = facts.course.has(E.ASK_RECUSAL, since=(E.DECIDE_RECUSAL,))
    return asked, N_("须有尚未决定的回避申请；决定前不停止调查。"), {}


def _crime_in_time(facts: CaseFacts) -> Finding:
    proposal = facts.course.last(E.PROPOSE_CRIME)
    if proposal is None:
        return False, N_("须先提出移送报告。"), {}
    until = proposal.on + timedelta(days=CRIME_DAYS)
    return facts.today <= until, N_("应当自接到报告之日起三日内决定（至%(day)s）。"), {"day": until}


def _crime_sent(facts: CaseFacts) -> Finding:
    return facts.course.has(E.SEND_CRIME), N_("须已移送公安机关。"), {}


def _measures(facts: CaseFacts) -> Finding:
    if facts.open_measures:
        text = N_("还有%(n)s项强制措施或者先行登记保存没有了结，物品须先处理、交付。")
        return False, text, {"n": facts.open_measures}
    return True, N_("没有未了结的强制措施和先行登记保存。"), {}


# fmt: off
STOP_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "ordered":       (_ordered,       N_("责令改正"),     "P9",  APL[28].zh),
    "no_fine_yet":   (_no_fine_yet,   N_("尚无决定"),     "P26", APL[57].zh),
    "recusal_asked": (_recusal_asked, N_("回避申请"),     "R3",  APL[43].zh),
    "crime_in_time": (_crime_in_time, N_("移送决定期限"), "T2",  APL[27].zh),
    "measures":      (_measures,      N_("措施已了结"),   "P22", ACL[28].zh),
    "crime_sent":    (_crime_sent,    N_("已移送公安"),   "T7",  APL[27].zh),
}
# fmt: on
