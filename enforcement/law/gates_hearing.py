"""Gates of the hearing (罚63-65): is it needed, was it told, asked for, held (R5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from enforcement.law.articles import APL
from enforcement.law.course import Done
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.penalties import hearing_threshold, needs_hearing
from enforcement.law.terms import N_, CaseEvent, HearingAnswer, HearingEnd
from enforcement.law.time_limits import due_on

E = CaseEvent
_NOTICE: Final = (E.NOTIFY,)


def is_needed(facts: CaseFacts) -> bool:
    """Tell whether the proposed penalty gives the right to a hearing."""
    amount = facts.noticed_yuan or facts.proposed_yuan or Decimal(0)
    return needs_hearing(facts.county_code, facts.party, amount)


def told_until(facts: CaseFacts) -> date | None:
    """Return the last day to ask for a hearing; None where nothing was told or no calendar is."""
    notice = facts.course.last(E.NOTIFY)
    if notice is None or "D27" not in facts.papers:
        return None
    try:
        return due_on("hearing_request", notice.served_on, facts.calendar).raw
    except CalendarExhaustedError:
        return None


def request(facts: CaseFacts) -> Done | None:
    """Return the request for a hearing upon the latest notice."""
    return facts.course.last(E.REQUEST_HEARING, since=_NOTICE)


def _hearing(facts: CaseFacts) -> Finding:
    source = {"source": hearing_threshold(facts.county_code).source}
    if not is_needed(facts):
        return True, N_("未达到听证标准（%(source)s）。"), source
    if "D27" not in facts.papers:
        return False, N_("达到听证标准（%(source)s），须告知听证权利。"), source
    asked, until = request(facts), told_until(facts)
    if asked is None and until is None:
        return False, N_("工作日历未载入，听证申请期限无法计算。"), {}
    if asked is None:
        text = N_("听证申请期限至%(day)s，当事人未申请。")
        return until is not None and facts.today > until, text, {"day": until}
    return _after_request(facts, asked)


def _after_request(facts: CaseFacts, asked: Done) -> Finding:
    if asked.said["answer"] == HearingAnswer.LATE:
        return True, N_("听证申请逾期，已书面不予受理。"), {}
    held = facts.course.last(E.HOLD_HEARING, since=_NOTICE)
    if held is None:
        return False, N_("当事人已申请听证，须先举行听证。"), {}
    if held.said["end"] == HearingEnd.GIVEN_UP:
        return True, N_("当事人视为放弃听证。"), {}
    reported = facts.course.has(E.REPORT_HEARING, since=(E.NOTIFY, E.HOLD_HEARING))
    return reported, N_("听证已举行，决定须依据听证笔录和听证报告。"), {}


def _told(facts: CaseFacts) -> Finding:
    return "D27" in facts.papers, N_("须先送达听证告知书。"), {}


def _asked(facts: CaseFacts) -> Finding:
    asked = request(facts)
    ok = asked is not None and asked.said["answer"] == HearingAnswer.ACCEPTED
    return ok, N_("须有已受理的听证申请。"), {}


def _called(facts: CaseFacts) -> Finding:
    called = facts.course.last(E.CALL_HEARING, since=_NOTICE)
    if called is None:
        return False, N_("须在举行七个工作日前通知听证。"), {}
    day = called.day("hearing_at")
    return facts.today >= day, N_("听证定于%(day)s举行。"), {"day": day}


def _held(facts: CaseFacts) -> Finding:
    held = facts.course.last(E.HOLD_HEARING, since=_NOTICE)
    ok = held is not None and held.said["end"] == HearingEnd.HELD
    return ok, N_("须已举行听证。"), {}


# fmt: off
HEARING_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "hearing":        (_hearing, N_("听证"),     "R5", APL[63].zh),
    "hearing_told":   (_told,    N_("听证告知"), "R5", APL[63].zh),
    "hearing_asked":  (_asked,   N_("听证申请"), "R5", APL[64].zh),
    "hearing_called": (_called,  N_("听证通知"), "R5", APL[64].zh),
    "hearing_held":   (_held,    N_("听证举行"), "R5", APL[64].zh),
}
# fmt: on
