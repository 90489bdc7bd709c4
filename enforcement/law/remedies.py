"""Reconsiderations and lawsuits against a decision, as the course of a case tells them (复, 诉)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from enforcement.law.course import Course, Done
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.law.terms import CaseEvent as E

LIMIT_OF: Final = {
    RemedyKind.RECONSIDERATION: "reconsideration_reply",
    RemedyKind.SIMPLE: "reconsideration_reply_simple",
    RemedyKind.LAWSUIT: "litigation_answer",
}
"""Kind -> the limit in which the organ has to reply with its evidence."""

DECISIONS: Final = (E.DECIDE, E.DECIDE_NO_PENALTY, E.ORDER_DEMOLITION)
UNDONE: Final = frozenset({RemedyOutcome.REVOKED, RemedyOutcome.REDO})


def running(course: Course) -> Done | None:
    """Return the remedy that has not ended, None without one; there is at most one (复29)."""
    return course.last(E.RECEIVE_REMEDY, since=(E.END_REMEDY,))


def ended(course: Course) -> Done | None:
    """Return the end of the latest remedy against the decision in force, None without one."""
    return course.last(E.END_REMEDY, since=DECISIONS)


def is_stayed(course: Course) -> bool:
    """Tell whether the execution stands still because of a remedy that runs."""
    over = (E.LIFT_STAY, E.END_REMEDY)
    return running(course) is not None and course.has(E.STAY_EXECUTION, since=over)


def undone(course: Course) -> bool:
    """Tell whether a remedy undid the decision in force."""
    end = ended(course)
    return end is not None and end.said["outcome"] in UNDONE


def days_paused(spans: tuple[tuple[date, date], ...], after: date, until: date) -> int:
    """Count the days of spans that lie after one day and not after another."""
    found = 0
    for first, last in spans:
        start, end = max(first, after + timedelta(days=1)), min(last, until)
        found += max(0, (end - start).days + 1)
    return found
