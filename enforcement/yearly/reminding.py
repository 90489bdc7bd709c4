"""Who is reminded of the yearly figures: heads and system administrators, twice in January."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.law.yearly import due_on, next_reminder
from enforcement.people.models import Post
from enforcement.yearly import queries, services

AT: Final = time(9, 0)
FIRST: Final = "watch"
"""The step with which a county begins: it reminds nobody, and plans the next."""
TOLD: Final = (Role.HEAD, Role.SYSTEM_ADMIN)


def work(session: Session, step: DueStep) -> None:
    """Remind of the year before where nothing was reported yet, and plan the next reminder."""
    today = clock.today(session)
    year = today.year - 1
    if step.rule != FIRST and not queries.reports(session, step.county_code, year):
        for person_id in _people(session, step.county_code, today):
            notices.send(
                session, step.county_code, person_id, "yearly",
                services.subject_of(step.county_code, year), does=str(Does.NOTIFY),
                rule="yearly_report", year=year, due_on=due_on(year).isoformat(),
            )  # fmt: skip
    at = datetime.combine(next_reminder(today), AT, ZONE)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d}", at)


def _people(session: Session, county_code: str, on: date) -> list[uuid.UUID]:
    query = select(Post.person_id).where(
        Post.county_code == county_code, Post.role.in_(TOLD), Post.valid_from <= on,
        or_(Post.valid_to.is_(None), Post.valid_to > on),
    )  # fmt: skip
    return sorted(session.scalars(query.distinct()))
