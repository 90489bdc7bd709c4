"""The daily look at publications: decisions late for their review, revised ones still shown.

A decision that was changed or revoked is withdrawn by itself on the last of three working days,
with its reason; until then a person does it. What is late is an alarm until it is mended.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from enforcement import alarms, audit, clock, due, notices
from enforcement.alarms import AlarmKind, Cause
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent, Role
from enforcement.people.models import Post
from enforcement.publication.models import Publication, PublicationWithdrawal
from enforcement.publication.queries import limit_day, stands

AT: Final = time(6, 30)
MOST: Final = 500
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
    """Withdraw what must be, make the open alarms those of decisions that are late today."""
    today = clock.today(session)
    causes: dict[uuid.UUID, Cause] = {}
    for case in _unreviewed(session, county_code):
        last = limit_day("publication", case.decided_on)
        if last is not None and today > last:
            causes[case.id] = Cause(case.number, (LATE, last.isoformat()))
    for case, row, at in _revised(session, county_code):
        last = limit_day("withdrawal", clock.local_day(at))
        if last is not None and today >= last:
            _withdraw(session, row, case)
        else:
            causes[case.id] = Cause(case.number, (REVISED, last.isoformat() if last else ""))
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


def _unreviewed(session: Session, county_code: str) -> list[CaseFile]:
    query = select(CaseFile).where(
        CaseFile.county_code == county_code,
        CaseFile.decided_on.is_not(None),
        ~exists().where(
            Publication.county_code == CaseFile.county_code, Publication.case_id == CaseFile.id
        ),
    )
    return list(session.scalars(query.order_by(CaseFile.decided_on, CaseFile.id).limit(MOST)))


def _revised(session: Session, county_code: str) -> list[tuple[CaseFile, Publication, datetime]]:
    """Return what is shown of decisions that were revised since, with the first revision."""
    query = (
        select(CaseFile, Publication, CaseEntry.at)
        .join(
            Publication,
            and_(
                Publication.county_code == CaseFile.county_code, Publication.case_id == CaseFile.id
            ),
        )
        .join(
            CaseEntry,
            and_(CaseEntry.county_code == CaseFile.county_code, CaseEntry.case_id == CaseFile.id),
        )
        .where(
            CaseFile.county_code == county_code, CaseEntry.event == CaseEvent.REVISE,
            CaseEntry.at > Publication.at, Publication.outcome != Outcome.WITHHOLD, stands(),
        )
        .order_by(CaseEntry.at)
    )  # fmt: skip
    first: dict[uuid.UUID, tuple[CaseFile, Publication, datetime]] = {}
    for case, row, at in session.execute(query):
        first.setdefault(row.id, (case, row, at))
    return list(first.values())


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
