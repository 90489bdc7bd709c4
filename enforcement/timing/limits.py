"""A limit as a county counts it: with its notices, and its settings where no law fixes a figure."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from enforcement.law import time_limits as law
from enforcement.law.limit_terms import LimitKind
from enforcement.law.time_limits import Due
from enforcement.settings import queries as settings
from enforcement.settings.terms import limit_key
from enforcement.timing import calendars


def due_on(session: Session, county_code: str, limit_id: str, start: date | datetime) -> Due:
    """Count a limit from the day (or moment) of its event, in a county.

    Raises UnknownRuleError, CalendarExhaustedError.
    """
    days = days_of(session, county_code, limit_id)
    return law.due_on(limit_id, start, calendars.current(session, county_code), days=days)


def days_of(session: Session, county_code: str, limit_id: str) -> int | None:
    """Return the figure that a county set for a limit, None where the law fixes it."""
    if law.limit(limit_id).kind is LimitKind.LAW:
        return None
    return settings.value(session, county_code, limit_key(limit_id))
