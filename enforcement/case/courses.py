"""From a case's history to its course, as the law's tables read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from enforcement import clock
from enforcement.case.models import CaseEntry
from enforcement.law.course import Course, Done
from enforcement.law.terms import CaseEvent

CASE_EVENTS: Final = frozenset(str(one) for one in CaseEvent)


def course_of(entries: Iterable[CaseEntry]) -> Course:
    """Return what was done in a case as the gates read it, an order before its filing included."""
    return Course(tuple(done for one in entries for done in _done(one)))


def _done(entry: CaseEntry) -> Iterator[Done]:
    if entry.event not in CASE_EVENTS:
        return
    yield Done(CaseEvent(entry.event), clock.local_day(entry.at), entry.detail)
    order = entry.detail.get("order") if entry.event == CaseEvent.REGISTER else None
    if order:
        ordered, seen = (date.fromisoformat(order[name]) for name in ("ordered_on", "seen_on"))
        yield Done(CaseEvent.ORDER_CORRECTION, ordered, order)
        yield Done(CaseEvent.REINSPECT, seen, order)
