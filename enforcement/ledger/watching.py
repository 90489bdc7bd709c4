"""Asks whose due day the working calendar does not reach: an alarm, and counted once it does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import alarms, audit, clock, due, notices
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.law import ledger as law
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.escalation import Does
from enforcement.law.ledger import AskEvent, AskNature, AskState
from enforcement.law.terms import N_
from enforcement.law.workdays import Calendar
from enforcement.ledger import reminders
from enforcement.ledger.models import Ask, AskEntry
from enforcement.timing import calendars

EVERY: Final = timedelta(hours=1)
AT_ONCE: Final = 500
NAME: Final = N_("工作日历")
SYSTEM: Final = N_("系统")


def subject_of(county_code: str) -> uuid.UUID:
    """Return what the alarm of a county is about."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:calendar")


def last_day(nature: AskNature, start: date, calendar: Calendar) -> date | None:
    """Return the last day of a promise without a day of its own; None beyond the calendar."""
    limit = "petition_done" if nature is AskNature.PETITION else "promise"
    try:
        return law.due_on(limit, start, calendar)
    except CalendarExhaustedError:
        return None


def uncounted(session: Session, ask: Ask) -> None:
    """Raise the alarm where a day of this ask could not be counted."""
    limits = law.limits_of(
        AskNature(ask.nature), clock.local_day(ask.received_at),
        clock.local_day(ask.done_at) if ask.done_at else None,
        calendars.current(session, ask.county_code),
    )  # fmt: skip
    if ask.due_on is None or any(one.on is None for one in limits):
        _raise(session, ask.county_code)


def _raise(session: Session, county_code: str) -> None:
    subject = subject_of(county_code)
    raised = alarms.raise_for(session, county_code, AlarmKind.CALENDAR,
                              {subject: Cause(NAME, ("calendar",))})  # fmt: skip
    people = alarms.administrators(session, county_code, clock.today(session)) if raised else ()
    for person_id in people:
        notices.send(
            session, county_code, person_id, "alarm", subject, does=str(Does.NOTIFY),
            rule=str(AlarmKind.CALENDAR),
        )  # fmt: skip


def look(session: Session, step: DueStep) -> None:
    """Count the days that can be counted now, raise or close the alarm, look again in an hour."""
    now = clock.now(session)
    settle(session, step.county_code)
    due.schedule(
        session, step.county_code, step.task, step.subject_id, f"{now + EVERY:%Y%m%d%H}",
        now + EVERY,
    )  # fmt: skip


def settle(session: Session, county_code: str) -> None:
    """Give open asks the days that the calendar now reaches; close the alarm when none is left."""
    asks = session.scalars(
        select(Ask)
        .where(*_undated(county_code))
        .order_by(Ask.received_at, Ask.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    calendar = calendars.current(session, county_code)
    _count_days(session, asks, calendar)
    left = session.scalar(select(func.count()).select_from(Ask).where(*_undated(county_code)))
    if left or last_day(AskNature.ORDINARY, clock.today(session), calendar) is None:
        _raise(session, county_code)
    else:
        alarms.close_mended(session, county_code, AlarmKind.CALENDAR)


def _undated(county_code: str) -> tuple[Any, ...]:
    return Ask.county_code == county_code, Ask.state == AskState.OPEN, Ask.due_on.is_(None)


def _count_days(session: Session, asks: Sequence[Ask], calendar: Calendar) -> None:
    now = clock.now(session)
    for ask in asks:
        ask.due_on = last_day(AskNature(ask.nature), clock.local_day(ask.received_at), calendar)
        if ask.due_on is not None:
            ask.version += 1
            session.add(_entry(ask, now))
            audit.record(session, ask.county_code, "ledger:count", "ask", ask.number,
                         due_on=str(ask.due_on))  # fmt: skip
    session.flush()
    reminders.plan(session, *asks)


def _entry(ask: Ask, now: datetime) -> AskEntry:
    return AskEntry(
        county_code=ask.county_code, id=uuid7(), ask_id=ask.id, seq=ask.version,
        event=str(AskEvent.COUNT), state=ask.state, by=None, by_name=SYSTEM, at=now,
        detail=plain({"until": ask.due_on}),
    )  # fmt: skip
