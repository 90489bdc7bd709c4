"""Gates of performance and execution: payment, demand, remedies, court (罚66-73, 强53-54)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from enforcement.law import remedies
from enforcement.law.articles import ACL, APL, CPL
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.gates_own_execution import demolition_of, performed, remedies_until
from enforcement.law.terms import N_, CaseEvent, CourtAnswer, Revision
from enforcement.law.time_limits import due_on

E = CaseEvent
_DONE_BY_COURT: Final = frozenset(
    {CourtAnswer.ACCEPTED, CourtAnswer.FINISHED, CourtAnswer.ENDED}
)  # fmt: skip


def _revoked(facts: CaseFacts) -> bool:
    if remedies.undone(facts.course):
        return True
    revised = facts.course.last(E.REVISE, since=remedies.DECISIONS)
    return revised is not None and revised.said["revision"] == Revision.REVOKED


def is_paid(facts: CaseFacts) -> bool:
    """Tell whether fine and surcharge are paid."""
    extra = facts.surcharge_paid_yuan >= facts.surcharge_yuan
    return facts.fine_yuan is not None and facts.paid_yuan >= facts.fine_yuan and extra


def _performed(facts: CaseFacts) -> Finding:
    if facts.course.has(E.DECIDE_NO_PENALTY, since=(E.REDO,)):
        return True, N_("不予处罚决定已送达。"), {}
    if _revoked(facts):
        return True, N_("处罚决定已撤销。"), {}
    if facts.course.has(E.END_EXECUTION, since=remedies.DECISIONS):
        return True, N_("已终结执行。"), {}
    if demolition_of(facts) is not None:
        return performed(facts), N_("违法建筑须已自行拆除，或者强制执行完毕。"), {}
    court = facts.course.last(E.RECORD_COURT, since=remedies.DECISIONS)
    if court is not None and court.said["answer"] in _DONE_BY_COURT:
        return True, N_("人民法院：%(answer)s。"), {"answer": CourtAnswer(court.said["answer"])}
    return _paid(facts)


def _paid(facts: CaseFacts) -> Finding:
    fine, extra, done = facts.fine_yuan, facts.surcharge_yuan, is_paid(facts)
    values = {"fine": f"{fine or 0:,.2f}", "paid": f"{facts.paid_yuan:,.2f}"}
    if not extra:
        return done, N_("应缴%(fine)s元，已缴%(paid)s元。"), values
    text = N_("应缴%(fine)s元，已缴%(paid)s元；逾期应缴加处罚款%(extra)s元，已缴%(extra_paid)s元。")
    values |= {"extra": f"{extra:,.2f}", "extra_paid": f"{facts.surcharge_paid_yuan:,.2f}"}
    return done, text, values


def _fined(facts: CaseFacts) -> Finding:
    fined = (facts.fine_yuan or Decimal(0)) > 0 and not _revoked(facts)
    return fined, N_("须有生效的罚款决定。"), {}


def _decided(facts: CaseFacts) -> Finding:
    decided = any(facts.course.has(one, since=(E.REDO,)) for one in remedies.DECISIONS)
    return decided and not _revoked(facts), N_("须有尚未撤销的决定。"), {}


def _notice_running(facts: CaseFacts) -> Finding:
    """Let what is under public notice be handed over before its thirty days are past."""
    served = facts.course.last(E.SERVE, since=remedies.DECISIONS)
    until = served.served_on if served else None
    text = N_("公告送达期间（至%(day)s）当事人前来领取的，可以直接送达；已送达的不再送达。")
    return until is not None and facts.today < until, text, {"day": until or "—"}


def _overdue(facts: CaseFacts) -> Finding:
    order = demolition_of(facts)
    if order is not None:
        until = order.day("until_on")
        late = facts.today > until and not performed(facts)
        return late, N_("自行拆除期限至%(day)s；逾期不拆除的才能催告。"), {"day": until}
    due = facts.payment_due_on
    late = due is not None and facts.today > due and not is_paid(facts)
    return late, N_("缴款期限至%(day)s；逾期未缴的才能催告。"), {"day": due or "—"}


def _demanded(facts: CaseFacts) -> Finding:
    demand = facts.course.last(E.DEMAND, since=remedies.DECISIONS)
    if demand is None:
        return False, N_("须先送达催告书。"), {}
    try:
        until = due_on("demand", demand.served_on, facts.calendar).raw
    except CalendarExhaustedError:
        return False, N_("工作日历未载入，催告期限无法计算。"), {}
    return (
        facts.today > until,
        N_("催告书送达十个工作日后（%(day)s以后）才能申请。"),
        {"day": until},
    )


def _remedies_over(facts: CaseFacts) -> Finding:
    if facts.served_on is None:
        return False, N_("决定尚未送达。"), {}
    until = remedies_until(facts)
    if until is None:
        return False, N_("复议、诉讼尚未终结。"), {}
    text = N_("当事人起诉期限至%(day)s，期满未复议、未起诉、未履行才能申请。")
    return facts.today > until, text, {"day": until}


def _court_in_time(facts: CaseFacts) -> Finding:
    """Three months from the end of the period to sue, or of the time to pay (强53, 罚72)."""
    if facts.served_on is None:
        return False, N_("决定尚未送达。"), {}
    start = remedies_until(facts)
    if start is None:
        return False, N_("复议、诉讼尚未终结。"), {}
    plan = facts.course.last(E.PLAN_PAYMENT, since=remedies.DECISIONS)
    name = "court_application"
    if plan is not None and plan.day("until_on") > start:
        name, start = "court_application_plan", plan.day("until_on")
    until = due_on(name, start, facts.calendar).last
    text = N_("应当自起诉期限（缴款宽限期）届满之日起三个月内申请（至%(day)s）。")
    return facts.today <= until, text, {"day": until}


# fmt: off
EXECUTION_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "performed":     (_performed,     N_("履行完毕"),     "P22", APL[66].zh),
    "fined":         (_fined,         N_("罚款决定"),     "P19", APL[67].zh),
    "decided":       (_decided,       N_("已有决定"),     "P27", APL[75].zh),
    "notice_running": (_notice_running, N_("公告期间"),   "P18", CPL[95].zh),
    "overdue":       (_overdue,       N_("逾期未缴"),     "E3",  ACL[54].zh),
    "demanded":      (_demanded,      N_("催告期满"),     "E8",  ACL[54].zh),
    "remedies_over": (_remedies_over, N_("救济期限届满"), "E8",  ACL[53].zh),
    "court_in_time": (_court_in_time, N_("申请期限"),     "E8",  ACL[53].zh),
}
# fmt: on
