"""From a case's history to its course, as the law's tables read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from enforcement import clock
from enforcement.case.models import CaseEntry
from enforcement.law.course import Course, Done
from enforcement.law.terms import CaseEvent

CASE_EVENTS: Final = frozenset(str(one) for one in CaseEvent)


def course_of(entries: Iterable[CaseEntry]) -> Course:
    """Return what was done in a case as the gates read it, an order before its filing included."""
    return course_from((one.event, clock.local_day(one.at), one.detail) for one in entries)


def course_from(acts: Iterable[tuple[str, date, Mapping[str, Any]]]) -> Course:
    """Return the course of acts in order: event, day, what was said."""
    return Course(tuple(done for act in acts for done in _done(*act)))


def _done(event: str, day: date, said: Mapping[str, Any]) -> Iterator[Done]:
    if event not in CASE_EVENTS:
        return
    yield Done(CaseEvent(event), day, said)
    order = said.get("order") if event == CaseEvent.REGISTER else None
    if order:
        ordered, seen = (date.fromisoformat(order[name]) for name in ("ordered_on", "seen_on"))
        yield Done(CaseEvent.ORDER_CORRECTION, ordered, order)
        yield Done(CaseEvent.REINSPECT, seen, order)
