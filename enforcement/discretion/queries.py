"""Reads: the benchmark a county goes by. An edition never changes, so a process keeps it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.discretion.models import EVERYONE, DiscretionEdition, DiscretionRow
from enforcement.law.discretion import Row
from enforcement.law.discretion_facts import conditions
from enforcement.law.discretion_terms import Measure, Tier
from enforcement.law.terms import PartyKind

MOST_KEPT: Final = 64


@dataclass(frozen=True)
class Benchmark:
    """The rows of an edition by their code, in order; None is the edition of what ships."""

    edition_id: uuid.UUID | None
    rows: dict[str, Row]


SHIPPED: Final = Benchmark(None, {})
_kept: dict[tuple[str, uuid.UUID], Benchmark] = {}

CURRENT_ID: Final = """(SELECT b.id FROM discretion_edition b
    WHERE b.county_code = :county AND b.from_at <= app_now()
    ORDER BY b.from_at DESC, b.id DESC LIMIT 1)"""
"""The edition a county goes by now, as part of a statement that runs anyway."""


def current(session: Session, county_code: str) -> Benchmark:
    """Return the benchmark that a county goes by now: one small statement, the rest is kept."""
    query = select(DiscretionEdition.id).where(
        DiscretionEdition.county_code == county_code,
        DiscretionEdition.from_at <= func.app_now(),
    )
    newest = query.order_by(DiscretionEdition.from_at.desc(), DiscretionEdition.id.desc())
    return of_edition(session, county_code, session.scalar(newest.limit(1)))


def of_edition(session: Session, county_code: str, edition_id: uuid.UUID | None) -> Benchmark:
    """Return the benchmark of an edition, read once per process; without one what ships."""
    if edition_id is None:
        return SHIPPED
    key = (county_code, edition_id)
    if key not in _kept:
        query = select(DiscretionRow).where(
            DiscretionRow.county_code == county_code, DiscretionRow.edition_id == edition_id
        )
        rows = session.scalars(query.order_by(DiscretionRow.seq))
        found = Benchmark(edition_id, {one.code: _row(one) for one in rows})
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return _kept[key]


def _row(one: DiscretionRow) -> Row:
    return Row(
        one.matter_code,
        None if one.party == EVERYONE else PartyKind(one.party),
        Tier(one.tier),
        conditions(one.conditions),
        one.kind,
        Measure(one.measure),
        one.low,
        one.high,
        one.valid_from,
        one.valid_to,
        one.source,
    )


def editions(session: Session, county_code: str, limit: int = 50) -> list[DiscretionEdition]:
    """Return the editions of a county, the newest first."""
    query = select(DiscretionEdition).where(DiscretionEdition.county_code == county_code)
    newest = query.order_by(DiscretionEdition.from_at.desc(), DiscretionEdition.id.desc())
    return list(session.scalars(newest.limit(limit)))
