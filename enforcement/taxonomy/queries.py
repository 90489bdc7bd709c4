"""Reads: the list a county goes by now. An edition never changes, so a process keeps it."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from enforcement.law import taxonomy as law
from enforcement.law.escalation import Call, Does, Limit, Stage
from enforcement.law.incidents import Category, Needs
from enforcement.law.taxonomy import Known, Taxonomy
from enforcement.law.working_time import Counted
from enforcement.taxonomy.models import (
    TaxonomyCall,
    TaxonomyCategory,
    TaxonomyEdition,
    TaxonomyLimit,
)

MOST_KEPT: Final = 64
_kept: dict[tuple[str, uuid.UUID], Taxonomy] = {}

CURRENT_ID: Final = """(SELECT t.id FROM taxonomy_edition t
    WHERE t.county_code = :county AND t.from_at <= app_now()
    ORDER BY t.from_at DESC, t.id DESC LIMIT 1)"""
"""The edition in force, as part of a statement that runs anyway."""


def current(session: Session, county_code: str) -> Taxonomy:
    """Return the list that a county goes by now: one small statement, the rest is kept."""
    query = select(TaxonomyEdition.id).where(
        TaxonomyEdition.county_code == county_code, TaxonomyEdition.from_at <= func.app_now()
    )
    newest = query.order_by(TaxonomyEdition.from_at.desc(), TaxonomyEdition.id.desc()).limit(1)
    return of_edition(session, county_code, session.scalar(newest))


def of_edition(session: Session, county_code: str, edition_id: uuid.UUID | None) -> Taxonomy:
    """Return the list of an edition, read once per process; None gives what ships."""
    if edition_id is None:
        return law.shipped()
    key = (county_code, edition_id)
    found = _kept.get(key)
    if found is None:
        found = _read(session, county_code, edition_id)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return found


def _read(session: Session, county_code: str, edition_id: uuid.UUID) -> Taxonomy:
    rows = _rows(session, TaxonomyCategory, county_code, edition_id)
    categories = {row.code: _category(row) for row in rows}
    limits = tuple(
        Limit(row.category, Stage(row.stage), row.amount, Counted(row.counted), row.source)
        for row in session.scalars(
            select(TaxonomyLimit)
            .where(TaxonomyLimit.county_code == county_code, TaxonomyLimit.edition_id == edition_id)
            .order_by(TaxonomyLimit.category, TaxonomyLimit.stage)
        )
    )
    calls = tuple(
        Call(row.code, row.urgency, Stage(row.stage), row.amount, row.counted, row.to,
             Does(row.does), row.source)
        for row in _rows(session, TaxonomyCall, county_code, edition_id)
    )  # fmt: skip
    known = Known(law.shipped().categories | _earlier(session, county_code, edition_id))
    known.update(categories)
    return Taxonomy(edition_id, categories, known, limits, calls)


def _rows(session: Session, table: Any, county_code: str, edition_id: uuid.UUID) -> Any:
    query = select(table).where(table.county_code == county_code, table.edition_id == edition_id)
    return session.scalars(query.order_by(table.seq))


def _earlier(session: Session, county_code: str, edition_id: uuid.UUID) -> dict[str, Category]:
    """Return what the county's lists before an edition held, the latest words of each code."""
    this = session.get_one(TaxonomyEdition, (county_code, edition_id))
    query = (
        select(TaxonomyCategory)
        .join(
            TaxonomyEdition,
            and_(
                TaxonomyEdition.county_code == TaxonomyCategory.county_code,
                TaxonomyEdition.id == TaxonomyCategory.edition_id,
            ),
        )
        .where(
            TaxonomyCategory.county_code == county_code,
            tuple_(TaxonomyEdition.from_at, TaxonomyEdition.id) < (this.from_at, this.id),
        )
        .order_by(TaxonomyEdition.from_at, TaxonomyEdition.id)
    )
    return {row.code: _category(row) for row in session.scalars(query)}


def _category(row: TaxonomyCategory) -> Category:
    needs = tuple(Needs(one) for one in row.required)
    return Category(
        row.code, row.zh, row.en, row.icon, tuple(row.matters), needs, row.offered, row.source,
        row.public,
    )  # fmt: skip


def for_duties(session: Session, county_code: str) -> set[str]:
    """Return the categories a duty may be for: level 1, which covers what is below it."""
    return {row.code for row, _below in current(session, county_code).groups}


def editions(session: Session, county_code: str, limit: int = 50) -> list[TaxonomyEdition]:
    """Return the editions of a county, the newest first."""
    query = select(TaxonomyEdition).where(TaxonomyEdition.county_code == county_code)
    newest = query.order_by(TaxonomyEdition.from_at.desc(), TaxonomyEdition.id.desc())
    return list(session.scalars(newest.limit(limit)))
