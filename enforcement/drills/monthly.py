"""The county's monthly drill: on the first working day of each month, unless switched off."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.clock import ZONE, local_day
from enforcement.drills import queries, services
from enforcement.due import DueStep
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.workdays import DAY, Calendar, shipped
from enforcement.settings import queries as settings
from enforcement.timing import calendars

AT: Final = time(9, 0)
FIRST: Final = "watch"
"""The step with which a county begins: it starts nothing, and plans the next month."""


def first_working_day(year: int, month: int, calendar: Calendar | None = None) -> date:
    """Return the first working day of a month; without a calendar of that year, a weekday."""
    day = date(year, month, 1)
    try:
        return (calendar or shipped()).next(day)
    except CalendarExhaustedError:
        while day.weekday() > 4:
            day += DAY
        return day


def next_start(after: date, calendar: Calendar | None = None) -> datetime:
    """Return when the drill of the month after a day begins: 09:00 of its first working day."""
    year, month = (after.year + 1, 1) if after.month == 12 else (after.year, after.month + 1)
    return datetime.combine(first_working_day(year, month, calendar), AT, ZONE)


def run(session: Session, step: DueStep) -> None:
    """Start the month's drill where the county wants it, and plan the next month's."""
    on = settings.value(session, step.county_code, "drill_monthly") == 1
    free = queries.find_running(session, step.county_code) is None
    if step.rule != FIRST and on and free:
        services.begin(session, step.county_code, None)
    known = calendars.current(session, step.county_code)
    at = next_start(local_day(clock.now(session)), known)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y-%m}", at)
