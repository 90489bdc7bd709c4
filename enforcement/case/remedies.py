"""Reads: reconsiderations and lawsuits, those that want a reply soonest first; those of a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import Date, and_, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.case.models import CaseFile, Party, Remedy
from enforcement.case.queries import visible

PAGE: Final = 20
UNKNOWN: Final = date(1900, 1, 1)
"""Where a remedy stands whose last day no calendar reaches: first, being an alarm."""
ANSWERED: Final = date(8999, 1, 1)
"""Where one stands that was answered: after all that wait."""


@dataclass(frozen=True)
class Listed:
    """A remedy as the list shows it; sort_at and id are the cursor of the next page."""

    remedy: Remedy
    case: CaseFile
    party_name: str | None
    sort_on: date

    @property
    def id(self) -> uuid.UUID:
        """Return the remedy's id."""
        return self.remedy.id

    @property
    def sort_at(self) -> datetime:
        """Return the noon of its day in the list."""
        return datetime.combine(self.sort_on, time(12), UTC)


def list_page(
    session: Session,
    actor: Actor,
    *,
    ended: bool = False,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of the remedies that run: unanswered ones by their last day, then the others.

    ended -- those that ended instead, in the order in which they did
    """
    waits = func.coalesce(Remedy.answer_due_on, literal(UNKNOWN, Date))
    running = case((Remedy.replied_on.is_not(None), literal(ANSWERED, Date)), else_=waits)
    sort_on = Remedy.ended_on if ended else running
    query = (
        select(Remedy, CaseFile, Party.name, sort_on.label("sort_on"))
        .join(
            CaseFile,
            and_(CaseFile.county_code == Remedy.county_code, CaseFile.id == Remedy.case_id),
        )
        .outerjoin(
            Party, and_(Party.county_code == CaseFile.county_code, Party.id == CaseFile.party_id)
        )
        .where(
            visible(actor),
            Remedy.county_code == actor.county_code,
            Remedy.ended_on.is_not(None) if ended else Remedy.ended_on.is_(None),
        )
        .order_by(sort_on, Remedy.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(sort_on, Remedy.id) > (after[0].date(), after[1]))
    return [Listed(*row) for row in session.execute(query)]


def of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Remedy]:
    """Return the remedies against a case's decisions, the first one first."""
    query = select(Remedy).where(Remedy.county_code == county_code, Remedy.case_id == case_id)
    return list(session.scalars(query.order_by(Remedy.received_on, Remedy.id)))


def as_json(row: Remedy) -> dict[str, Any]:
    """Return a remedy as a JSON object; days ISO."""
    return plain_row(
        row, "id", "case_id", "kind", "organ", "number", "filed_on", "received_on", "limit_id",
        "answer_due_on", "replied_on", "stayed", "outcome", "ended_on",
    )  # fmt: skip


def listed_json(row: Listed) -> dict[str, Any]:
    """Return a row of the list as a JSON object."""
    more = {"case_number": row.case.number, "cause": row.case.cause, "party_name": row.party_name}
    return as_json(row.remedy) | more
