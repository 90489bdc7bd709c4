"""Reads: measures that a person may see, one of them with its items, history and custody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.measures import OPEN_STATES
from enforcement.measure.models import CustodyEntry, Measure, MeasureEntry, MeasureItem
from enforcement.people.models import Unit

PAGE = 20


@dataclass(frozen=True)
class Listed:
    """A measure as a list shows it."""

    measure: Measure
    case_number: str
    unit_name: str
    items: int


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    kind: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of the measures of cases the actor may see, the newest first.

    state -- a state, or "open" for all that still hold things or wait
    """
    count = (
        select(func.count())
        .where(MeasureItem.county_code == Measure.county_code, MeasureItem.measure_id == Measure.id)
        .scalar_subquery()
    )
    query = (
        select(Measure, CaseFile.number, Unit.name, count)
        .join(
            CaseFile,
            and_(CaseFile.county_code == Measure.county_code, CaseFile.id == Measure.case_id),
        )
        .join(Unit, and_(Unit.county_code == CaseFile.county_code, Unit.id == CaseFile.squad_id))
        .where(cases.visible(actor), Measure.county_code == actor.county_code)
        .order_by(Measure.proposed_at.desc(), Measure.id.desc())
        .limit(limit)
    )
    if state == "open":
        query = query.where(Measure.state.in_(OPEN_STATES))
    elif state:
        query = query.where(Measure.state == state)
    if kind:
        query = query.where(Measure.kind == kind)
    if after is not None:
        query = query.where(tuple_(Measure.proposed_at, Measure.id) < after)
    return [Listed(*row) for row in session.execute(query)]


def list_of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Measure]:
    """Return the measures of a case, the first one first."""
    mine = (Measure.county_code == county_code, Measure.case_id == case_id)
    return list(session.scalars(select(Measure).where(*mine).order_by(Measure.proposed_at)))


OPEN_COUNT: Final = f"""(SELECT count(*) FROM measure m
    WHERE m.county_code = :county AND m.case_id = :case
    AND m.state IN ({", ".join(f"'{one}'" for one in sorted(OPEN_STATES))}))"""  # noqa: S608 -- words of the law
"""How many measures of a case wait, last, or still hold things to be handed out, as part of a
statement that runs anyway."""


def get(
    session: Session, actor: Actor, measure_id: uuid.UUID, *, lock: bool = False
) -> tuple[Measure, CaseFile]:
    """Return a measure and its case, the case locked first; raises NotFoundError."""
    found = session.get(Measure, (actor.county_code, measure_id))
    if found is None:
        missing()
    try:
        case = cases.get(session, actor, found.case_id, lock=lock)
    except NotFoundError:
        missing()
    if lock:
        session.refresh(found, with_for_update=True)
    return found, case


def missing() -> NoReturn:
    """Raise the one error for a measure that is absent or hidden."""
    raise NotFoundError(_("没有找到该措施，或者您无权查看。"))


def items(session: Session, measure: Measure) -> list[MeasureItem]:
    """Return the items of a measure by number."""
    mine = (
        MeasureItem.county_code == measure.county_code,
        MeasureItem.measure_id == measure.id,
    )
    return list(session.scalars(select(MeasureItem).where(*mine).order_by(MeasureItem.no)))


def history(session: Session, measure: Measure) -> list[MeasureEntry]:
    """Return the acts upon a measure, the first one first."""
    mine = (
        MeasureEntry.county_code == measure.county_code,
        MeasureEntry.measure_id == measure.id,
    )
    return list(session.scalars(select(MeasureEntry).where(*mine).order_by(MeasureEntry.seq)))


def acts_of_case(
    session: Session, county_code: str, case_id: uuid.UUID
) -> list[tuple[MeasureEntry, Measure]]:
    """Return the acts upon all measures of a case, each with its measure, in order of time."""
    query = (
        select(MeasureEntry, Measure)
        .join(
            Measure,
            and_(
                Measure.county_code == MeasureEntry.county_code,
                Measure.id == MeasureEntry.measure_id,
            ),
        )
        .where(Measure.county_code == county_code, Measure.case_id == case_id)
        .order_by(MeasureEntry.at, MeasureEntry.measure_id, MeasureEntry.seq)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def custody(session: Session, measure: Measure) -> list[tuple[CustodyEntry, int]]:
    """Return the hand-overs of a measure's items with the item's number, in order of time."""
    query = (
        select(CustodyEntry, MeasureItem.no)
        .join(
            MeasureItem,
            and_(
                MeasureItem.county_code == CustodyEntry.county_code,
                MeasureItem.id == CustodyEntry.item_id,
            ),
        )
        .where(
            CustodyEntry.county_code == measure.county_code,
            CustodyEntry.measure_id == measure.id,
        )
        .order_by(CustodyEntry.at, CustodyEntry.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
