"""The clock: the database's, so that every process counts from one moment."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import Session

ZONE = ZoneInfo("Asia/Shanghai")
NOW = select(func.app_now())


def now(session: Session) -> datetime:
    """Return the aware moment of the database clock, moved where a test moved it."""
    moment: datetime = session.execute(NOW).scalar_one()
    return moment


def today(session: Session) -> date:
    """Return the calendar day in China by the database clock."""
    return local_day(now(session))


def local_day(moment: datetime) -> date:
    """Return the calendar day in China on which a moment falls."""
    return moment.astimezone(ZONE).date()


def sql_today() -> ColumnElement[date]:
    """Return the calendar day in China as SQL, for statements that need no other clock."""
    return cast(func.timezone(ZONE.key, func.app_now()), Date)


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in China."""
    return datetime.combine(day, datetime.min.time(), ZONE)


def day_of(text: str) -> date:
    """Return the day that "2026-03-02" names; raises ValueError."""
    return date.fromisoformat(text)
