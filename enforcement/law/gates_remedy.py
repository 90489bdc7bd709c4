"""Gates of reconsiderations and lawsuits: which may come, be answered, stay the execution, end."""

from __future__ import annotations

from typing import Final

from enforcement.law import remedies
from enforcement.law.articles import ALL, ARL
from enforcement.law.execution_terms import RemedyOutcome
from enforcement.law.gate_facts import CaseFacts, Finding, Test
from enforcement.law.terms import N_, CaseEvent

E = CaseEvent


def _made(facts: CaseFacts) -> Finding:
    course = facts.course
    made = any(course.has(one, since=(E.REDO,)) for one in remedies.DECISIONS)
    if made and remedies.undone(course):
        return False, N_("原决定已被撤销，不能再对它申请复议或者起诉。"), {}
    return made, N_("须有已经作出的决定。"), {}


def _no_remedy(facts: CaseFacts) -> Finding:
    found = remedies.running(facts.course)
    return found is None, N_("复议、诉讼不能同时进行，前一件须先终结。"), {}


def _remedy_runs(facts: CaseFacts) -> Finding:
    return remedies.running(facts.course) is not None, N_("须有尚未终结的复议或者诉讼。"), {}


def _unanswered(facts: CaseFacts) -> Finding:
    replied = facts.course.has(E.REPLY_REMEDY, since=(E.RECEIVE_REMEDY,))
    return not replied, N_("尚未提交答复（答辩）。"), {}


def _unstayed(facts: CaseFacts) -> Finding:
    return not remedies.is_stayed(facts.course), N_("尚未停止执行。"), {}


def _stayed(facts: CaseFacts) -> Finding:
    return remedies.is_stayed(facts.course), N_("须有停止执行的决定。"), {}


def _redo_ordered(facts: CaseFacts) -> Finding:
    end = remedies.ended(facts.course)
    ordered = end is not None and end.said["outcome"] == RemedyOutcome.REDO
    done = facts.course.has(E.REDO, since=(E.END_REMEDY,))
    return ordered and not done, N_("须有责令重新作出行政行为的决定或者判决。"), {}


# fmt: off
REMEDY_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    "made":         (_made,         N_("已有决定"),         "复诉", ARL[48].zh),
    "no_remedy":    (_no_remedy,    N_("没有其他复议诉讼"), "复诉", ARL[29].zh),
    "remedy_runs":  (_remedy_runs,  N_("复议诉讼进行中"),   "复诉", ARL[48].zh),
    "unanswered":   (_unanswered,   N_("尚未答复"),         "复诉", ARL[48].zh),
    "unstayed":     (_unstayed,     N_("尚未停止执行"),     "复诉", ARL[42].zh),
    "stayed":       (_stayed,       N_("已停止执行"),       "复诉", ARL[42].zh),
    "redo_ordered": (_redo_ordered, N_("责令重作"),         "复诉", ALL[70].zh),
}
# fmt: on
