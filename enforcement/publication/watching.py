"""The daily look at publications: decisions late for their review, revised ones still shown.

A decision that was changed or revoked is withdrawn by itself on the last of three working days,
with its reason; until then a person does it. What is late is an alarm until it is mended.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import alarms, audit, clock, due, notices
from enforcement.alarms import AlarmKind, Cause
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.models import Post
from enforcement.publication import listing, queries
from enforcement.publication.models import Publication, PublicationWithdrawal

AT: Final = time(6, 30)
TASK: Final = "publication:watch"
LATE, REVISED = "publication_late", "publication_revised"
WITHDRAWN: Final = "处罚决定已变更或者撤销，三个工作日期限届满，系统自动撤回。"
SYSTEM: Final = uuid.UUID(int=0)


def watch(session: Session, step: DueStep) -> None:
    """Look once, and plan the next morning's look."""
    settle(session, step.county_code)
    now = clock.now(session)
    at = datetime.combine(clock.local_day(now) + timedelta(1), AT, ZONE)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d}", at)


def settle(session: Session, county_code: str) -> None:
    """Withdraw what must be, list what waits, make the alarms those of what is late today."""
    today = clock.today(session)
    for one in queries.listed(session, county_code):
        last = one.due_on
        if one.publication is not None and last is not None and today >= last:
            _withdraw(session, one.publication, one.case)
    causes: dict[uuid.UUID, Cause] = {}
    for one in listing.tell(session, county_code):
        last = one.due_on
        if one.publication is not None:
            causes[one.case.id] = Cause(
                one.case.number, (REVISED, last.isoformat() if last else "")
            )
        elif last is not None and today > last:
            causes.setdefault(one.case.id, Cause(one.case.number, (LATE, last.isoformat())))
    alarms.close_mended(session, county_code, AlarmKind.PUBLICATION, causes)
    raised = alarms.raise_for(session, county_code, AlarmKind.PUBLICATION, causes)
    people = _publishers(session, county_code) if raised else []
    for case_id in sorted(raised):
        for person_id in people:
            notices.send(
                session, county_code, person_id, "case", case_id, does=str(Does.NOTIFY),
                rule=causes[case_id].why[0], number=causes[case_id].name,
                due_on=causes[case_id].why[1],
            )  # fmt: skip


def _withdraw(session: Session, row: Publication, case: CaseFile) -> None:
    session.add(
        PublicationWithdrawal(
            county_code=row.county_code, id=uuid7(), publication_id=row.id, reason=WITHDRAWN,
            by=SYSTEM, by_name="系统", at=clock.now(session),
        )
    )  # fmt: skip
    session.flush()
    audit.record(session, row.county_code, "publication:withdraw", "case", case.number)


def _publishers(session: Session, county_code: str) -> list[uuid.UUID]:
    """Return the legal reviewers in post today: they review publications."""
    today = clock.today(session)
    query = select(Post.person_id).where(
        Post.county_code == county_code, Post.role == Role.LEGAL_REVIEWER,
        Post.valid_from <= today, or_(Post.valid_to.is_(None), Post.valid_to > today),
    )  # fmt: skip
    return sorted(session.scalars(query.distinct()))
