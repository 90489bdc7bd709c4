"""The daily look at time: cases whose list of what waits is missing, years without a calendar."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.law.waiting import PUBLISHER, WAITING
from enforcement.notices import Notice
from enforcement.people.models import Post
from enforcement.timing import calendars, waiting
from enforcement.timing.models import TodoItem

AT: Final = time(6, 0)
BATCH: Final = 500
LOOK_AHEAD: Final = timedelta(days=30)
AGAIN: Final = timedelta(days=7)
KIND: Final = "calendar"
WAITS: Final = tuple(str(state) for state in WAITING)


def watch(session: Session, step: DueStep) -> None:
    """Look once, and plan the next morning's look (at once while cases are left)."""
    left = fill(session, step.county_code)
    alarm(session, step.county_code)
    now = clock.now(session)
    at = now if left else datetime.combine(clock.local_day(now) + timedelta(1), AT, ZONE)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M%S%f}", at)


def fill(session: Session, county_code: str) -> bool:
    """Tell what cases wait for that have no entry, or one no calendar reached; True: more left."""
    todo = and_(
        TodoItem.county_code == CaseFile.county_code, TodoItem.case_id == CaseFile.id,
        TodoItem.holder != PUBLISHER,
    )  # fmt: skip
    query = (
        select(CaseFile)
        .where(
            CaseFile.county_code == county_code,
            CaseFile.state.in_(WAITS),
            ~select(TodoItem.id).where(todo).exists(),
        )
        .order_by(CaseFile.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    cases = session.scalars(query).all()
    waiting.refresh(session, county_code, cases)
    return len(cases) == BATCH


def recount(session: Session, county_code: str) -> int:
    """Tell anew what every case waits for whose list names a limit; return how many those are."""
    limited = select(TodoItem.case_id).where(
        TodoItem.county_code == county_code,
        TodoItem.limit_id.is_not(None),
        TodoItem.holder != PUBLISHER,
    )
    query = select(CaseFile).where(CaseFile.county_code == county_code, CaseFile.id.in_(limited))
    cases = session.scalars(query.order_by(CaseFile.id).with_for_update()).all()
    for start in range(0, len(cases), BATCH):
        waiting.refresh(session, county_code, cases[start : start + BATCH])
    return len(cases)


def alarm(session: Session, county_code: str) -> int | None:
    """Tell the system administrators of a year that limits run into and no calendar knows.

    At most once a week for a year. Returns the year, None where all is known.
    """
    today = clock.today(session)
    year = missing_year(session, county_code, today)
    if year is None:
        return None
    subject = uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:calendar:{year}")
    told = select(Notice.id).where(
        Notice.county_code == county_code,
        Notice.subject_id == subject,
        Notice.at > clock.now(session) - AGAIN,
    )
    if session.scalars(told.limit(1)).first() is None:
        for person_id in _administrators(session, county_code, today):
            notices.send(
                session, county_code, person_id, KIND, subject, does=str(Does.NOTIFY),
                rule="calendar_exhausted", year=year,
            )  # fmt: skip
    return year


def missing_year(session: Session, county_code: str, today: date) -> int | None:
    """Return the first year that the coming month or a running limit needs and nobody knows."""
    known = calendars.current(session, county_code)
    until = calendars.known_until(known, today)
    if until is None:
        return today.year
    unknown = select(func.count()).where(
        TodoItem.county_code == county_code,
        TodoItem.limit_id.is_not(None),
        TodoItem.due_on.is_(None),
    )
    if today + LOOK_AHEAD > until or session.scalar(unknown):
        return until.year + 1
    return None


def _administrators(session: Session, county_code: str, on: date) -> list[uuid.UUID]:
    query = select(Post.person_id).where(
        Post.county_code == county_code,
        Post.role == Role.SYSTEM_ADMIN,
        Post.valid_from <= on,
        or_(Post.valid_to.is_(None), Post.valid_to > on),
    )
    return sorted(session.scalars(query.distinct()))
