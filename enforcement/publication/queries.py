"""Reads: what waits for a review or a withdrawal, what the public sees of decisions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.case.queries import visible
from enforcement.document.models import Document
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.execution_terms import RemedyOutcome
from enforcement.law.paper_course import Demolition
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent
from enforcement.law.time_limits import Due, add_months, due_on
from enforcement.law.workdays import Calendar
from enforcement.publication.models import Publication, PublicationWithdrawal
from enforcement.settings import queries as settings
from enforcement.timing import calendars

PAGE: Final = 20
NOT_UPHELD: Final = tuple(
    str(one)
    for one in (RemedyOutcome.CHANGED, RemedyOutcome.REVOKED, RemedyOutcome.REDO,
                RemedyOutcome.ILLEGAL)
)  # fmt: skip
MOST: Final = 500
DECISIONS: Final = frozenset({"D38", "D39", "D47"})
DEMOLITION: Final = "D47"


@dataclass(frozen=True)
class Waiting:
    """A decision, or a notice of demolition, that waits for its review or its withdrawal.

    limit_id, due -- the limit that runs, and its end; None where no calendar reaches it
    document_id -- the paper to review; publication -- what is to be withdrawn
    """

    case: CaseFile
    limit_id: str
    due: Due | None
    document_id: uuid.UUID | None = None
    notice: bool = False
    publication: Publication | None = None

    @property
    def due_on(self) -> date | None:
        """Return the last day for it, None where no calendar reaches it."""
        return self.due.raw if self.due else None


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """Return what a person sees of what waits: to be withdrawn first, then to be reviewed."""
    return listed(session, actor.county_code, visible(actor))


def listed(session: Session, county_code: str, *only: ColumnElement[bool]) -> list[Waiting]:
    """Return what waits in a county; only -- conditions upon the case."""
    calendar = calendars.current(session, county_code)
    of_county = (CaseFile.county_code == county_code, *only)
    rows = [*_unreviewed(session, of_county, calendar), *_notices(session, of_county, calendar)]
    rows.sort(key=lambda one: (one.due_on or date.max, one.case.number))
    return [*_revised(session, of_county, calendar), *rows]


def is_notice() -> ColumnElement[bool]:
    """Return the condition that a paper is the public notice of a demolition (强44)."""
    kind = Document.inputs[("demolition", "kind")].as_string()
    return and_(Document.code == DEMOLITION, func.coalesce(kind, "") == Demolition.NOTICE)


def limit_of(code: str) -> str:
    """Return the limit within which a paper is made public: a penalty by 罚48, others by 118号."""
    return "publication_other" if code == DEMOLITION else "publication"


def _of_case() -> ColumnElement[bool]:
    return and_(Document.county_code == CaseFile.county_code, Document.case_id == CaseFile.id)


def _unreviewed(session: Session, only: Any, calendar: Calendar) -> list[Waiting]:
    """Return decided cases whose decision has no review yet."""
    newest = (
        select(Document.id)
        .where(_of_case(), Document.code.in_(DECISIONS), ~is_notice())
        .order_by(Document.issued_at.desc(), Document.id.desc())
        .limit(1)
        .correlate(CaseFile)
        .scalar_subquery()
    )
    reviewed = exists().where(
        Publication.county_code == CaseFile.county_code,
        Publication.case_id == CaseFile.id,
        Publication.decided_on >= CaseFile.decided_on,
        Document.county_code == Publication.county_code,
        Document.id == Publication.document_id,
        ~is_notice(),
    )
    query = (
        select(CaseFile, Document.id, Document.code)
        .join(Document, and_(Document.county_code == CaseFile.county_code, Document.id == newest))
        .where(*only, CaseFile.decided_on.is_not(None), ~reviewed.correlate(CaseFile))
        .order_by(CaseFile.decided_on, CaseFile.id)
        .limit(MOST)
    )
    return [
        Waiting(case, limit_of(code), _end(limit_of(code), case.decided_on, calendar), document_id)
        for case, document_id, code in session.execute(query)
    ]


def _notices(session: Session, only: Any, calendar: Calendar) -> list[Waiting]:
    """Return public notices of demolitions that nobody has reviewed yet (强44)."""
    reviewed = exists().where(
        Publication.county_code == Document.county_code, Publication.document_id == Document.id
    )
    query = (
        select(CaseFile, Document.id, Document.issued_at)
        .join(Document, _of_case())
        .where(*only, is_notice(), ~reviewed)
        .order_by(Document.issued_at, Document.id)
        .limit(MOST)
    )
    limit_id = limit_of(DEMOLITION)
    return [
        Waiting(
            case, limit_id, _end(limit_id, clock.local_day(at), calendar), document_id, notice=True
        )
        for case, document_id, at in session.execute(query)
    ]


def _revised(session: Session, only: Any, calendar: Calendar) -> list[Waiting]:
    """Return what is shown of decisions that were revised, or undone by a remedy, since."""
    of_publication = and_(
        Publication.county_code == CaseFile.county_code, Publication.case_id == CaseFile.id
    )
    of_entry = and_(CaseEntry.county_code == CaseFile.county_code, CaseEntry.case_id == CaseFile.id)
    query = (
        select(CaseFile, Publication, CaseEntry.at)
        .join(Publication, of_publication)
        .join(CaseEntry, of_entry)
        .where(
            *only,
            or_(CaseEntry.event == CaseEvent.REVISE, _undone()),
            CaseEntry.at > Publication.at,
            Publication.outcome != Outcome.WITHHOLD,
            stands(),
        )
        .order_by(CaseEntry.at)
    )
    first: dict[uuid.UUID, Waiting] = {}
    for case, row, at in session.execute(query):
        due = _end("withdrawal", clock.local_day(at), calendar)
        first.setdefault(row.id, Waiting(case, "withdrawal", due, publication=row))
    return list(first.values())


def _undone() -> ColumnElement[bool]:
    """Return which entries tell of a remedy that left the decision not as it was (罚48)."""
    outcome = CaseEntry.detail["outcome"].as_string()
    return and_(CaseEntry.event == CaseEvent.END_REMEDY, outcome.in_(NOT_UPHELD))


def _end(limit_id: str, start: date | None, calendar: Calendar) -> Due | None:
    """Return the end of a limit, None where the calendar is not known (an alarm)."""
    try:
        return due_on(limit_id, start, calendar) if start else None
    except CalendarExhaustedError:
        return None


def limit_day(session: Session, county_code: str, limit_id: str, start: date | None) -> date | None:
    """Return the last day of a limit by the county's calendar, None where it does not reach."""
    found = _end(limit_id, start, calendars.current(session, county_code))
    return found.raw if found else None


def stands() -> ColumnElement[bool]:
    """Return the condition that a publication was not withdrawn."""
    return ~exists().where(
        PublicationWithdrawal.county_code == Publication.county_code,
        PublicationWithdrawal.publication_id == Publication.id,
    )


def of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Publication]:
    """Return the reviews of a case's decisions, the newest first."""
    query = select(Publication).where(
        Publication.county_code == county_code, Publication.case_id == case_id
    )
    return list(session.scalars(query.order_by(Publication.at.desc(), Publication.id.desc())))


def withdrawal_of(session: Session, row: Publication) -> PublicationWithdrawal | None:
    """Return the withdrawal of a publication, None where it stands."""
    query = select(PublicationWithdrawal).where(
        PublicationWithdrawal.county_code == row.county_code,
        PublicationWithdrawal.publication_id == row.id,
    )
    return session.scalars(query).first()


def _public(session: Session, county_code: str) -> Select[Publication]:
    """Return what the public sees: published, standing, within the county's time of display."""
    months = settings.value(session, county_code, "publication_months")
    since = add_months(clock.today(session), -months)
    return select(Publication).where(
        Publication.county_code == county_code,
        Publication.outcome != Outcome.WITHHOLD,
        Publication.decided_on >= since,
        stands(),
    )


def public_page(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Publication]:
    """Return a page of published decisions, the newest first."""
    query = _public(session, county_code).order_by(Publication.at.desc(), Publication.id.desc())
    if after is not None:
        query = query.where(tuple_(Publication.at, Publication.id) < after)
    return list(session.scalars(query.limit(limit)))


def public_one(session: Session, county_code: str, publication_id: uuid.UUID) -> Publication:
    """Return one published decision; raises NotFoundError, alike for withdrawn and absent."""
    found = session.scalars(
        _public(session, county_code).where(Publication.id == publication_id)
    ).first()
    if found is None:
        raise NotFoundError(_("没有这份公开的决定，或者已经撤回。"))
    return found
