"""What is owed beside the fine: the surcharge, paused by remedies, waived by an agreement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from enforcement.case.models import CaseFile
from enforcement.law.course import Course
from enforcement.law.penalties import surcharge
from enforcement.law.remedies import DECISIONS, paused
from enforcement.law.terms import CaseEvent


def surcharge_of(case: CaseFile, course: Course, on: date) -> Decimal:
    """Return the surcharge in yuan if the fine is paid whole on a day (罚72, 73; 强42)."""
    if not case.fine_yuan or case.payment_due_on is None:
        return Decimal(0)
    deal = course.last(CaseEvent.AGREE_EXECUTION, since=DECISIONS)
    if deal is not None and deal.said.get("waives"):
        return Decimal(0)
    return surcharge(case.fine_yuan, case.payment_due_on, on, paused(course, on))
