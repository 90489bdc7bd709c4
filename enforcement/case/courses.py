"""From a case's history to its course, as the law's tables read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from enforcement import clock
from enforcement.case.models import CaseEntry
from enforcement.law.course import Course, Done
from enforcement.law.terms import CaseEvent

CASE_EVENTS: Final = frozenset(str(one) for one in CaseEvent)


def course_of(entries: Iterable[CaseEntry]) -> Course:
    """Return what was done in a case as the gates read it."""
    return Course(
        tuple(
            Done(CaseEvent(one.event), clock.local_day(one.at), one.detail)
            for one in entries
            if one.event in CASE_EVENTS
        )
    )
