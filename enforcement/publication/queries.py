"""Reads: what waits for a review or a withdrawal, what the public sees, officers, powers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
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
from enforcement.law.power_terms import ItemStatus
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent, CertificateStatus
from enforcement.law.time_limits import add_months, due_on
from enforcement.people.models import Certificate, Person, Unit
from enforcement.power.models import PowerItem
from enforcement.publication.models import Publication, PublicationWithdrawal
from enforcement.settings import queries as settings

PAGE: Final = 20
NOT_UPHELD: Final = tuple(
    str(one)
    for one in (RemedyOutcome.CHANGED, RemedyOutcome.REVOKED, RemedyOutcome.REDO,
                RemedyOutcome.ILLEGAL)
)  # fmt: skip
MOST: Final = 500
DECISIONS: Final = frozenset({"D38", "D39"})


@dataclass(frozen=True)
class Waiting:
    """A decision that waits: for its review, or (revised) for its withdrawal; until when."""

    case: CaseFile
    due_on: date | None
    publication: Publication | None = None


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """Return decided cases without a review, then published ones revised since; nearest first."""
    unreviewed = select(CaseFile).where(
        visible(actor),
        CaseFile.decided_on.is_not(None),
        ~exists().where(
            Publication.county_code == CaseFile.county_code,
            Publication.case_id == CaseFile.id,
            Publication.decided_on >= CaseFile.decided_on,
        ),
        exists().where(
            Document.county_code == CaseFile.county_code,
            Document.case_id == CaseFile.id,
            Document.code.in_(DECISIONS),
        ),
    )
    found = [
        Waiting(case, limit_day("publication", case.decided_on))
        for case in session.scalars(unreviewed.order_by(CaseFile.decided_on).limit(MOST))
    ]
    return _revised(session, actor) + found


def _revised(session: Session, actor: Actor) -> list[Waiting]:
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
            visible(actor),
            or_(CaseEntry.event == CaseEvent.REVISE, _undone()),
            CaseEntry.at > Publication.at,
            Publication.outcome != Outcome.WITHHOLD,
            stands(),
        )
        .order_by(CaseEntry.at)
    )
    first: dict[uuid.UUID, Waiting] = {}
    for case, row, at in session.execute(query):
        first.setdefault(row.id, Waiting(case, limit_day("withdrawal", clock.local_day(at)), row))
    return list(first.values())


def _undone() -> ColumnElement[bool]:
    """Return which entries tell of a remedy that left the decision not as it was (罚48)."""
    outcome = CaseEntry.detail["outcome"].as_string()
    return and_(CaseEntry.event == CaseEvent.END_REMEDY, outcome.in_(NOT_UPHELD))


def limit_day(limit_id: str, start: date | None) -> date | None:
    """Return the last day of a limit, None where the calendar is not known (an alarm)."""
    try:
        return due_on(limit_id, start).raw if start else None
    except CalendarExhaustedError:
        return None


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


@dataclass(frozen=True)
class PublicOfficer:
    """An officer as the register shows him: no more than what stands on the certificate."""

    name: str
    number: str
    organ: str
    field: str
    area: str
    valid_to: date


def officers(
    session: Session, county_code: str, *, number: str | None = None, after: str | None = None
) -> list[PublicOfficer]:
    """Return a page of officers with a valid certificate by its number, or the one asked for."""
    today = clock.today(session)
    query = (
        select(Person.name, Certificate.number, Unit.name, Certificate.field, Certificate.area,
               Certificate.valid_to)
        .join(
            Person,
            and_(
                Person.county_code == Certificate.county_code, Person.id == Certificate.person_id
            ),
        )
        .join(
            Unit,
            and_(
                Unit.county_code == Certificate.county_code, Unit.id == Certificate.organ_unit_id
            ),
        )
        .where(
            Certificate.county_code == county_code,
            Certificate.status == CertificateStatus.VALID,
            Certificate.valid_from <= today,
            Certificate.valid_to >= today,
        )
        .order_by(Certificate.number)
        .limit(PAGE)
    )  # fmt: skip
    if number is not None:
        query = query.where(Certificate.number == number)
    if after is not None:
        query = query.where(Certificate.number > after)
    return [PublicOfficer(*row) for row in session.execute(query)]


def powers(
    session: Session, county_code: str, after: str | None = None
) -> list[tuple[PowerItem, str]]:
    """Return a page of the power list in force today by code, with who exercises each item."""
    today = clock.today(session)
    query = (
        select(PowerItem, Unit.name)
        .join(
            Unit,
            and_(
                Unit.county_code == PowerItem.county_code, Unit.id == PowerItem.exercising_unit_id
            ),
        )
        .where(
            PowerItem.county_code == county_code,
            PowerItem.status == ItemStatus.IN_FORCE,
            PowerItem.valid_from <= today,
            or_(PowerItem.valid_to.is_(None), PowerItem.valid_to >= today),
        )
        .order_by(PowerItem.code)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(PowerItem.code > after)
    return [(row[0], row[1]) for row in session.execute(query)]
