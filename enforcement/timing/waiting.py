"""The projection of what waits for whom: made anew after each act upon a case, with its reminders.

Any number of cases cost the same number of statements.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.clock import ZONE
from enforcement.ids import uuid7
from enforcement.law import time_limits
from enforcement.law.errors import CalendarExhaustedError, LawError
from enforcement.law.terms import CaseState
from enforcement.law.time_limits import Due
from enforcement.law.timing import Clock
from enforcement.law.waiting import (
    HEAD,
    PUBLISHER,
    REVIEWER,
    By,
    Runs,
    Waiting,
    unit_and_above,
    waiting_of,
)
from enforcement.law.waiting import Duty as Duty
from enforcement.law.workdays import Calendar
from enforcement.timing import calendars, clocks, limits
from enforcement.timing.clocks import Marks
from enforcement.timing.models import TodoItem

TASK: Final = "timing:remind"
MORNING: Final = time(8, 30)
FAR: Final = date(9000, 1, 1)
"""Where the list puts what no limit runs for."""


class Held(Protocol):
    """What of a case decides who holds it and until when."""

    county_code: Any
    id: Any
    number: Any
    state: Any
    matter_code: Any
    unit_code: Any
    registered_at: Any
    officer_a_id: Any
    officer_b_id: Any
    endorsed: Any
    awaits_review: Any
    filed_on: Any
    decided_on: Any
    served_on: Any
    payment_due_on: Any
    fine_yuan: Any
    paid_yuan: Any
    answer_limit: Any
    answer_from_on: Any


class Counting:
    """What counting needs, read once for all cases of a county."""

    def __init__(self, session: Session, county_code: str) -> None:
        self.today = clock.today(session)
        self.calendar: Calendar = calendars.current(session, county_code)
        self.lead_days = limits.days_of(session, county_code, Runs.LEAD)

    def alarm(self, day: date) -> date:
        """Return the last working day before a day, the day before where none is known."""
        try:
            return self.calendar.before(day)
        except CalendarExhaustedError:
            return day - timedelta(days=1)


def refresh(session: Session, county_code: str, cases: Sequence[Held]) -> None:
    """Tell anew what some cases of a county wait for, and plan the reminders of their limits."""
    if not cases:
        return
    session.flush()
    ids = [case.id for case in cases]
    known = Counting(session, county_code)
    marks = clocks.marks_of(session, county_code, ids)
    session.execute(
        delete(TodoItem).where(
            TodoItem.county_code == county_code,
            TodoItem.case_id.in_(ids),
            TodoItem.holder != PUBLISHER,
        )
    )
    due.cancel_many(session, county_code, ids, TASK)
    items: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    now = clock.now(session)
    for case in cases:
        rows = _items(case, marks[case.id], known)
        answer = _answer(case, known)
        items += rows + answer
        for first in (*rows[:1], *answer):
            steps += _steps(case, first, now)
    if items:
        session.execute(insert(TodoItem).execution_options(render_nulls=True), items)
    due.schedule_many(session, steps)


def _items(case: Held, marks: Marks, known: Counting) -> list[dict[str, Any]]:
    paid = case.fine_yuan is not None and (case.paid_yuan or Decimal(0)) >= case.fine_yuan
    row = waiting_of(
        CaseState(case.state),
        endorsed=case.endorsed,
        paid=paid,
        awaits_review=bool(case.awaits_review),
    )
    if row is None:
        return []
    days = _days(case, row, marks, known)
    return [
        {"county_code": case.county_code, "id": uuid7(), "case_id": case.id, "holder": holder,
         "duty": str(row.duty), **days}
        for holder in _holders(case, row)
    ]  # fmt: skip


def _answer(case: Held, known: Counting) -> list[dict[str, Any]]:
    """Return what the reviewer has to do for a reconsideration or lawsuit that wants a reply."""
    if case.answer_limit is None:
        return []
    found: dict[str, Any] = {
        "county_code": case.county_code, "id": uuid7(), "case_id": case.id, "holder": REVIEWER,
        "duty": str(Duty.ANSWER_REMEDY), "limit_id": case.answer_limit, "raw_on": None,
        "due_on": None, "alarm_on": None, "stopped_on": None, "sort_on": FAR,
    }  # fmt: skip
    try:
        counted = time_limits.due_on(case.answer_limit, case.answer_from_on, known.calendar)
    except LawError:
        return [found]  # shown without a day, an alarm elsewhere
    days = {"raw_on": counted.raw, "due_on": counted.due, "alarm_on": counted.alarm}
    return [found | days | {"sort_on": counted.binding}]


def _holders(case: Held, row: Waiting) -> list[str]:
    if row.by is By.LEGAL:
        return [REVIEWER]
    if row.by is By.HEAD or (row.by is By.REVIEW and case.endorsed):
        return [HEAD]
    if row.by is By.REVIEW:
        return [f"leader:{code}" for code in unit_and_above(case.unit_code)]
    officers = {case.officer_a_id, case.officer_b_id} - {None}
    if not officers:
        return [f"unit:{case.unit_code}"]
    return sorted(f"person:{one}" for one in officers)


def _days(case: Held, row: Waiting, marks: Marks, known: Counting) -> dict[str, Any]:
    """Return the nearest limit of a case, or none: it has none, or no calendar reaches it."""
    found: dict[str, Any] = {"limit_id": None, "raw_on": None, "due_on": None, "alarm_on": None,
             "stopped_on": None, "sort_on": FAR}  # fmt: skip
    counted = _counted(case, row, marks, known) if row.runs is not None else None
    if counted is None or row.runs is None:
        return found | {"limit_id": str(row.runs) if row.runs else None}
    found |= {"limit_id": str(row.runs), "raw_on": counted.raw, "due_on": counted.due,
              "alarm_on": counted.alarm, "sort_on": _binding(counted)}  # fmt: skip
    if isinstance(counted, Clock) and counted.stopped_on is not None:
        found |= {"stopped_on": counted.stopped_on, "sort_on": FAR}
    return found


def _counted(case: Held, row: Waiting, marks: Marks, known: Counting) -> Due | Clock | None:
    """Count the limit that runs; None where its event has no day or no calendar is known."""
    try:
        if row.runs is Runs.DECISION:
            return clocks.counted(
                marks, case.matter_code, case.filed_on, known.today, known.calendar
            )
        start = _start(case, row)
        if start is None:
            return None
        if row.runs is Runs.PAYMENT:
            return _payment(case, start, known)
        days = known.lead_days if row.runs is Runs.LEAD else None
        return time_limits.due_on(str(row.runs), start, known.calendar, days=days)
    except LawError:
        return None


def _payment(case: Held, served_on: date, known: Counting) -> Due:
    """Return until when to pay: from the service, or the next day of a plan that was granted."""
    counted = time_limits.due_on(str(Runs.PAYMENT), served_on, known.calendar)
    day: date | None = case.payment_due_on
    if day is None or day in (counted.raw, counted.due):
        return counted
    return Due(day, day, known.alarm(day), counted.limit)


def _start(case: Held, row: Waiting) -> date | None:
    if row.runs is Runs.LEAD:
        return clock.local_day(case.registered_at)
    if row.runs is Runs.PAYMENT and case.fine_yuan is None:
        return None  # nothing to pay: a building to pull down, or no penalty
    found: date | None = case.decided_on if row.runs is Runs.SERVICE else case.served_on
    return found


def _binding(counted: Due | Clock) -> date:
    return counted.binding if isinstance(counted, Due) else counted.raw


def _steps(case: Held, item: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Return the reminders of a running limit: on its alarm day and its last day, at 08:30.

    Those that lie before today are left out.
    """
    if item["raw_on"] is None or item["stopped_on"] is not None:
        return []
    last, found = item["sort_on"], []
    for when, day in (("alarm", item["alarm_on"]), ("due", last)):
        if day is None or datetime.combine(day + timedelta(1), time(), ZONE) <= now:
            continue
        found.append(
            {"county_code": case.county_code, "task": TASK, "subject_id": case.id,
             "rule": f"{item['limit_id']}:{last}:{when}",
             "due_at": datetime.combine(day, MORNING, ZONE),
             "data": {"when": when, "limit": item["limit_id"], "last": last.isoformat(),
                      "number": case.number}}
        )  # fmt: skip
    return found


def holders(session: Session, county_code: str, case_id: uuid.UUID) -> list[TodoItem]:
    """Return what waits in one case."""
    rows = session.query(TodoItem).filter_by(county_code=county_code, case_id=case_id)
    return list(rows.order_by(TodoItem.holder))
