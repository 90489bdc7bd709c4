"""Gates of the organ's own execution, demolition, substitute performance (强13, 34-44, 50-52)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from enforcement.law import remedies
from enforcement.law.articles import ACL, APL, URBAN
from enforcement.law.course import Done
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.execution import DEMOLITIONS, holiday_in, is_night
from enforcement.law.execution_terms import AT_ONCE, ExecutionStop, ExecutionWay
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.terms import N_, CaseEvent, PartyKind, Passed
from enforcement.law.time_limits import add_months, due_on, limit

E = CaseEvent
_PERFORMED: Final = (E.RECORD_PERFORMANCE, E.FINISH_EXECUTION, E.END_EXECUTION)


def demolition_of(facts: CaseFacts) -> Done | None:
    """Return the order to demolish in force, None where the case has none."""
    return facts.course.last(E.ORDER_DEMOLITION, since=(E.REDO,))


def performed(facts: CaseFacts) -> bool:
    """Tell whether the duty is done: by the party, by execution, or ended for good."""
    return any(facts.course.has(one, since=remedies.DECISIONS) for one in _PERFORMED)


def _demolishable(facts: CaseFacts) -> Finding:
    row = DEMOLITIONS.get(facts.matter.code)
    if row is None:
        return False, N_("该事项没有限期拆除的规定。"), {}
    return True, N_("依照%(article)s可以责令限期拆除。"), {"article": row.order.zh}


def _owner_heard(facts: CaseFacts) -> Finding:
    heard = facts.course.has(E.HEAR_STATEMENT, since=(E.PROPOSE_DEMOLITION,))
    return heard, N_("责令限期拆除前须听取当事人陈述申辩，或者取得书面放弃。"), {}


def _own_power(facts: CaseFacts) -> Finding:
    """Ask for a law that lets the organ execute; without one the court does (强13)."""
    row = DEMOLITIONS.get(facts.matter.code)
    if row is not None and row.court_only:
        return False, N_("依照%(article)s，只能申请人民法院强制执行。"), {"article": row.power.zh}
    if demolition_of(facts) is not None and row is not None and row.county_order:
        told = facts.saying.get("county_order") or not facts.saying
        text = N_("强制拆除须有县级以上人民政府责成的文件（%(article)s）。")
        return bool(told), text, {"article": row.power.zh}
    if facts.execution_power is None or not facts.execution_power.allowed:
        return False, N_("本机关没有法律规定的强制执行权，应当申请人民法院强制执行。"), {}
    return True, "%(why)s", {"why": facts.execution_power.reason}


def _demand_over(facts: CaseFacts) -> Finding:
    demand = facts.course.last(E.DEMAND, since=remedies.DECISIONS)
    if demand is None:
        return False, N_("须先送达催告书。"), {}
    if facts.saying.get("moving_assets"):
        return True, N_("有证据证明转移或者隐匿财物，可以立即强制执行。"), {}
    try:
        until = due_on("demand_own", demand.served_on, facts.calendar).raw
    except CalendarExhaustedError:
        return False, N_("工作日历未载入，催告期限无法计算。"), {}
    text = N_("催告期限至%(day)s，期满仍不履行的才能决定强制执行。")
    return facts.today > until, text, {"day": until}


def _announced(facts: CaseFacts) -> Finding:
    if demolition_of(facts) is None:
        return True, N_("不是强制拆除。"), {}
    notice = facts.course.last(E.ANNOUNCE_DEMOLITION, since=remedies.DECISIONS)
    if notice is None:
        return False, N_("强制拆除前须予以公告，限期自行拆除。"), {}
    until = notice.day("until_on")
    return facts.today > until, N_("公告的自行拆除期限至%(day)s。"), {"day": until}


def _remedies_unused(facts: CaseFacts) -> Finding:
    """Pull down, or sell, only after both periods of remedy ran out unused (强44, 46)."""
    way = facts.saying.get("way")
    if demolition_of(facts) is None and way != ExecutionWay.SELL:
        return True, N_("不以救济期限届满为前提。"), {}
    until = remedies_until(facts)
    if until is None:
        return False, N_("决定尚未送达，或者复议、诉讼尚未终结。"), {}
    text = N_("当事人复议、起诉期限至%(day)s，期满未用才能执行。")
    return facts.today > until, text, {"day": until}


def remedies_until(facts: CaseFacts) -> date | None:
    """Return the last day on which the party may still sue; None while a remedy runs."""
    if facts.served_on is None or remedies.running(facts.course) is not None:
        return None
    first = due_on("litigation", facts.served_on, facts.calendar).last
    end = remedies.ended(facts.course)
    if end is None:
        return first
    day = end.day("ended_on")
    if end.said.get("kind") != "lawsuit":
        day = due_on("litigation_after_reconsideration", day, facts.calendar).last
    return max(first, day) if end.said["outcome"] == "withdrawn" else day


def _not_stayed(facts: CaseFacts) -> Finding:
    stayed = remedies.is_stayed(facts.course)
    return not stayed, N_("复议、诉讼期间没有停止执行的决定。"), {}


def agreement(facts: CaseFacts) -> Done | None:
    """Return the latest agreement on the execution, None without one."""
    return facts.course.last(E.AGREE_EXECUTION, since=(*remedies.DECISIONS, E.ORDER_EXECUTION))


def breached_on(facts: CaseFacts, deal: Done) -> date | None:
    """Return the first day by which the party had not done what was agreed, None if it keeps."""
    owed = Decimal(0)
    for row in deal.said.get("instalments") or []:
        owed += Decimal(row["yuan"])
        day = date.fromisoformat(row["due_on"])
        if facts.today > day and facts.paid_yuan + facts.surcharge_paid_yuan < owed:
            return day
    until = deal.day("until_on")
    fine = facts.fine_yuan
    paid = fine is not None and fine > 0 and facts.paid_yuan >= fine
    return until if facts.today > until and not (paid or performed(facts)) else None


def _no_agreement(facts: CaseFacts) -> Finding:
    deal = agreement(facts)
    if deal is None:
        return True, N_("没有正在履行的执行协议。"), {}
    broken = breached_on(facts, deal)
    if broken is not None:
        return (
            True,
            N_("当事人没有履行执行协议（%(day)s到期），应当恢复强制执行。"),
            {"day": broken},
        )
    return False, N_("执行协议正在履行，期限至%(day)s。"), {"day": deal.day("until_on")}


def _waivable(facts: CaseFacts) -> Finding:
    waives = bool(facts.saying.get("waives"))
    text = N_("当事人采取补救措施的，才可以减免加处的罚款。")
    return not waives or bool(facts.saying.get("remedied")), text, {}


def _span(saying: Any) -> tuple[datetime, datetime] | None:
    start = saying.get("from_at") or saying.get("execute_at")
    end = saying.get("to_at") or start
    return (start, end) if isinstance(start, datetime) and isinstance(end, datetime) else None


def _daytime(facts: CaseFacts) -> Finding:
    """Never at night, never on a holiday, unless it is urgent (R17)."""
    span = _span(facts.saying)
    if span is None or facts.saying.get("urgent"):
        return True, N_("不得在夜间（22时至次日6时）或者法定节假日实施，情况紧急的除外。"), {}
    if is_night(*span):
        return False, N_("不得在夜间（22时至次日6时）实施行政强制执行。"), {}
    day = holiday_in(*span, facts.calendar) if facts.calendar else None
    if day is not None:
        return False, N_("%(day)s是法定节假日，不得实施行政强制执行。"), {"day": day}
    return True, N_("不在夜间和法定节假日。"), {}


def _homes(facts: CaseFacts) -> Finding:
    """Never force residents by cutting water, power, heat or gas (R17)."""
    order = facts.course.last(E.ORDER_EXECUTION)
    way = facts.saying.get("way") or (order.said.get("way") if order else None)
    home = facts.party is PartyKind.PERSON or bool(facts.saying.get("home"))
    text = N_("不得对居民生活采取停止供水、供电、供热、供燃气等方式。")
    return not (way == ExecutionWay.CUT and home), text, {}


def _executed(facts: CaseFacts) -> Finding:
    done = facts.course.has(E.RECORD_EXECUTION, since=(E.ORDER_EXECUTION,))
    return done, N_("须有强制执行现场笔录。"), {}


def _three_years(facts: CaseFacts) -> Finding:
    """Without harm to society, an execution suspended for three years is not resumed (强39)."""
    stop = facts.course.last(E.SUSPEND_EXECUTION)
    if stop is None or stop.said["stop"] != ExecutionStop.HARDSHIP or stop.said.get("harmful"):
        return True, N_("中止的原因消失后恢复执行。"), {}
    until = add_months(stop.on, limit("enforcement_suspended", stop.on).days)
    text = N_("当事人确无能力履行，中止满三年（%(day)s）未恢复的不再执行。")
    return facts.today <= until, text, {"day": until}


def _restorable(facts: CaseFacts) -> Finding:
    """Ask for a duty to restore that is overdue and undone, or a spill in public (强50, 52)."""
    if facts.saying.get("ground") in AT_ONCE:
        return True, N_("须立即清除，当事人不能清除的，可以立即代履行。"), {}
    order = facts.course.last(E.ORDER_CORRECTION)
    if order is None:
        return False, N_("须先责令排除妨碍、恢复原状，逾期不履行的才能代履行。"), {}
    until, seen = order.day("until_on"), facts.course.last(E.REINSPECT, since=(E.ORDER_CORRECTION,))
    failed = seen is not None and seen.said["result"] == Passed.FAILED
    text = N_("责令的期限至%(day)s，逾期并且复查不合格才能代履行。")
    return facts.today > until and failed, text, {"day": until}


def _substitute_ordered(facts: CaseFacts) -> Finding:
    return facts.course.has(E.ORDER_SUBSTITUTE), N_("须先作出代履行决定。"), {}


def _substitute_due(facts: CaseFacts) -> Finding:
    order = facts.course.last(E.ORDER_SUBSTITUTE, since=(E.RECORD_SUBSTITUTE,))
    if order is None:
        return False, N_("须先作出代履行决定。"), {}
    if order.said["ground"] in AT_ONCE:
        return True, N_("立即实施代履行。"), {}
    demand = facts.course.last(E.DEMAND_SUBSTITUTE, since=(E.ORDER_SUBSTITUTE,))
    if demand is None:
        return False, N_("代履行三日前须催告当事人履行。"), {}
    try:
        until = due_on("demand_substitute", demand.served_on, facts.calendar).raw
    except CalendarExhaustedError:
        return False, N_("工作日历未载入，催告期限无法计算。"), {}
    return facts.today > until, N_("催告期限至%(day)s，期满仍不履行的才能代履行。"), {"day": until}


def _demolition(facts: CaseFacts) -> Finding:
    return demolition_of(facts) is not None, N_("须有限期拆除决定。"), {}


# fmt: off
OWN_EXECUTION_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "demolishable":       (_demolishable,       N_("拆除依据"),         "E6",  URBAN[64].zh),
    "owner_heard":        (_owner_heard,        N_("陈述申辩"),         "E6",  APL[45].zh),
    "demolition":         (_demolition,         N_("限期拆除决定"),     "E6",  ACL[44].zh),
    "announced":          (_announced,          N_("公告期满"),         "E6",  ACL[44].zh),
    "remedies_unused":    (_remedies_unused,    N_("救济期限届满"),     "E6",  ACL[44].zh),
    "own_power":          (_own_power,          N_("强制执行权"),       "E5",  ACL[13].zh),
    "demand_over":        (_demand_over,        N_("催告期满"),         "E5",  ACL[37].zh),
    "not_stayed":         (_not_stayed,         N_("没有停止执行"),     "E5",  APL[73].zh),
    "no_agreement":       (_no_agreement,       N_("没有执行协议"),     "E9",  ACL[42].zh),
    "waivable":           (_waivable,           N_("减免加处罚款"),     "E9",  ACL[42].zh),
    "daytime":            (_daytime,            N_("不在夜间和节假日"), "R17", ACL[43].zh),
    "homes":              (_homes,              N_("不影响居民生活"),   "R17", ACL[43].zh),
    "executed":           (_executed,           N_("已经实施"),         "E5",  ACL[37].zh),
    "three_years":        (_three_years,        N_("中止未满三年"),     "E9",  ACL[39].zh),
    "restorable":         (_restorable,         N_("代履行的条件"),     "E7",  ACL[50].zh),
    "substitute_ordered": (_substitute_ordered, N_("代履行决定"),       "E7",  ACL[51].zh),
    "substitute_due":     (_substitute_due,     N_("代履行前催告"),     "E7",  ACL[51].zh),
}
# fmt: on
