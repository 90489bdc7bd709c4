"""Reads: confiscated things a person may see, those of a case, the custody log of a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select, tuple_
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.errors import NotFoundError
from enforcement.evidence.models import EvidenceCustody, EvidenceItem
from enforcement.goods.models import ConfiscatedEntry, ConfiscatedItem
from enforcement.i18n import _
from enforcement.law.evidence import EvidenceKind
from enforcement.law.goods_terms import GoodsEvent
from enforcement.law.measure_terms import Fate
from enforcement.law.terms import CaseEvent, Revision
from enforcement.measure.models import CustodyEntry, Measure, MeasureItem

PAGE = 20


@dataclass(frozen=True)
class Listed:
    """A confiscated thing as a list shows it."""

    item: ConfiscatedItem
    case_number: str


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of things of cases the actor sees, the newest first."""
    query = (
        select(ConfiscatedItem, CaseFile.number)
        .join(
            CaseFile,
            and_(
                CaseFile.county_code == ConfiscatedItem.county_code,
                CaseFile.id == ConfiscatedItem.case_id,
            ),
        )
        .where(cases.visible(actor), ConfiscatedItem.county_code == actor.county_code)
        .order_by(ConfiscatedItem.entered_at.desc(), ConfiscatedItem.id.desc())
        .limit(limit)
    )
    if state:
        query = query.where(ConfiscatedItem.state == state)
    if after is not None:
        query = query.where(tuple_(ConfiscatedItem.entered_at, ConfiscatedItem.id) < after)
    return [Listed(*row) for row in session.execute(query)]


def of_case(session: Session, case: CaseFile) -> list[ConfiscatedItem]:
    """Return what a case's decision confiscated, by number."""
    query = select(ConfiscatedItem).where(
        ConfiscatedItem.county_code == case.county_code, ConfiscatedItem.case_id == case.id
    )
    return list(session.scalars(query.order_by(ConfiscatedItem.no)))


def get(
    session: Session, actor: Actor, item_id: uuid.UUID, *, lock: bool = False
) -> tuple[ConfiscatedItem, CaseFile]:
    """Return a thing and its case, the case locked first; raises NotFoundError."""
    item = session.get(ConfiscatedItem, (actor.county_code, item_id))
    if item is None:
        raise NotFoundError(_("没有找到该物品，或者您无权查看。"))
    case = cases.get(session, actor, item.case_id, lock=lock)
    if lock:
        session.refresh(item, with_for_update=True)
    return item, case


def history(session: Session, case: CaseFile) -> list[tuple[ConfiscatedEntry, ConfiscatedItem]]:
    """Return the acts upon a case's confiscated things, in order of time."""
    query = (
        select(ConfiscatedEntry, ConfiscatedItem)
        .join(
            ConfiscatedItem,
            and_(
                ConfiscatedItem.county_code == ConfiscatedEntry.county_code,
                ConfiscatedItem.id == ConfiscatedEntry.confiscated_item_id,
            ),
        )
        .where(ConfiscatedItem.county_code == case.county_code, ConfiscatedItem.case_id == case.id)
        .order_by(ConfiscatedEntry.at, ConfiscatedEntry.id)
    )
    return [(entry, item) for entry, item in session.execute(query)]


def in_force(session: Session, case: CaseFile) -> bool:
    """Tell whether the case has a served decision that was not revoked."""
    if case.decided_on is None or case.served_on is None:
        return False
    revoked = exists().where(
        CaseEntry.county_code == case.county_code, CaseEntry.case_id == case.id,
        CaseEntry.event == CaseEvent.REVISE,
        CaseEntry.detail["revision"].astext == str(Revision.REVOKED),
    )  # fmt: skip
    return not session.scalar(select(revoked))


def to_enter(session: Session, case: CaseFile) -> list[MeasureItem]:
    """Return the seized things that were decided to be confiscated and are not entered yet."""
    query = (
        select(MeasureItem)
        .join(
            Measure,
            and_(
                Measure.county_code == MeasureItem.county_code, Measure.id == MeasureItem.measure_id
            ),
        )
        .where(
            Measure.county_code == case.county_code, Measure.case_id == case.id,
            MeasureItem.fate == Fate.CONFISCATE,
            ~exists().where(
                ConfiscatedItem.county_code == MeasureItem.county_code,
                ConfiscatedItem.measure_item_id == MeasureItem.id,
            ),
        )
        .order_by(MeasureItem.measure_id, MeasureItem.no)
    )  # fmt: skip
    return list(session.scalars(query))


def exhibits(session: Session, case: CaseFile) -> list[EvidenceItem]:
    """Return the physical items of evidence of a case that are not entered yet."""
    query = select(EvidenceItem).where(
        EvidenceItem.county_code == case.county_code, EvidenceItem.case_id == case.id,
        EvidenceItem.kind == EvidenceKind.OBJECT,
        ~exists().where(
            ConfiscatedItem.county_code == EvidenceItem.county_code,
            ConfiscatedItem.evidence_item_id == EvidenceItem.id,
        ),
    )  # fmt: skip
    return list(session.scalars(query.order_by(EvidenceItem.no)))


@dataclass(frozen=True)
class Handed:
    """One hand-over, from whichever log: evidence, measure or confiscated goods."""

    log: str
    thing: str
    at: datetime
    giver: str
    taker: str
    place: str
    by_name: str


def custody(session: Session, case: CaseFile) -> list[Handed]:
    """Return every hand-over of a case's things, of exhibits, seized and confiscated ones alike."""
    shown = select(EvidenceCustody, EvidenceItem.name).join(
        EvidenceItem,
        and_(
            EvidenceItem.county_code == EvidenceCustody.county_code,
            EvidenceItem.id == EvidenceCustody.item_id,
        ),
    )  # fmt: skip
    shown = shown.where(
        EvidenceItem.county_code == case.county_code, EvidenceItem.case_id == case.id
    )
    seized = (
        select(CustodyEntry, MeasureItem.name)
        .join(
            MeasureItem,
            and_(
                MeasureItem.county_code == CustodyEntry.county_code,
                MeasureItem.id == CustodyEntry.item_id,
            ),
        )
        .join(
            Measure,
            and_(
                Measure.county_code == CustodyEntry.county_code,
                Measure.id == CustodyEntry.measure_id,
            ),
        )
        .where(Measure.county_code == case.county_code, Measure.case_id == case.id)
    )
    found = [
        Handed("evidence", name, one.happened_at, one.giver, one.taker, one.place, one.by_name)
        for one, name in session.execute(shown)
    ]
    found += [
        Handed("measure", name, one.at, one.from_name, one.to_name, one.place, one.by_name)
        for one, name in session.execute(seized)
    ]
    moved = (GoodsEvent.ENTER, GoodsEvent.KEEP, GoodsEvent.DEAL)
    found += [
        Handed(
            "goods", item.name, entry.at, str(entry.detail.get("from", "—")),
            str(entry.detail.get("to", "—")), str(entry.detail.get("place", "—")), entry.by_name,
        )
        for entry, item in history(session, case)
        if entry.event in moved
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at)
