"""Reads: the calendar that a county goes by, the notices it imported, the years it knows."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from enforcement.law.workdays import Calendar, shipped
from enforcement.timing.models import CalendarDay, CalendarEdition

MOST_KEPT: Final = 64
CURRENT_IDS: Final = """(SELECT coalesce(array_agg(c.id ORDER BY c.year), '{}') FROM (
    SELECT DISTINCT ON (e.year) e.year, e.id FROM calendar_edition e
    WHERE e.county_code = :county ORDER BY e.year, e.id DESC) c)"""
"""The notices in force, as part of a statement that runs anyway."""
_kept: dict[tuple[str, tuple[uuid.UUID, ...]], Calendar] = {}


def current(session: Session, county_code: str) -> Calendar:
    """Return the county's calendar: what ships, its years replaced by imported notices.

    One small statement; the days are read once per process, for editions never change.
    """
    query = (
        select(CalendarEdition.id)
        .ext(distinct_on(CalendarEdition.year))
        .where(CalendarEdition.county_code == county_code)
        .order_by(CalendarEdition.year, CalendarEdition.id.desc())
    )
    return of_editions(session, county_code, tuple(session.scalars(query)))


def of_editions(session: Session, county_code: str, ids: tuple[uuid.UUID, ...]) -> Calendar:
    """Return the calendar with the years of some editions, read once per process."""
    if not ids:
        return shipped()
    found = _kept.get((county_code, ids))
    if found is None:
        found = shipped().replaced_by(_read(session, county_code, ids))
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[county_code, ids] = found
    return found


def _read(session: Session, county_code: str, ids: tuple[uuid.UUID, ...]) -> Calendar:
    editions = session.execute(
        select(CalendarEdition.year, CalendarEdition.source).where(
            CalendarEdition.county_code == county_code, CalendarEdition.id.in_(ids)
        )
    ).all()
    days = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).where(
            CalendarDay.county_code == county_code, CalendarDay.edition_id.in_(ids)
        )
    ).all()
    return Calendar(
        frozenset(row.year for row in editions),
        frozenset(row.day for row in days if row.kind == "off"),
        frozenset(row.day for row in days if row.kind == "work"),
        {row.day: row.name for row in days},
        {row.year: row.source for row in editions},
    )


def known_until(calendar: Calendar, today: date) -> date | None:
    """Return the last day up to which working days are known without a break; None: not today."""
    if today.year not in calendar.years:
        return None
    year = today.year
    while year + 1 in calendar.years:
        year += 1
    return date(year, 12, 31)


def editions(session: Session, county_code: str, most: int = 50) -> list[CalendarEdition]:
    """Return the notices that a county imported, the newest first."""
    query = select(CalendarEdition).where(CalendarEdition.county_code == county_code)
    return list(session.scalars(query.order_by(CalendarEdition.id.desc()).limit(most)))


def edition_counts(session: Session, county_code: str) -> dict[uuid.UUID, int]:
    """Return edition -> how many days it names."""
    query = (
        select(CalendarDay.edition_id, func.count())
        .where(CalendarDay.county_code == county_code)
        .group_by(CalendarDay.edition_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
