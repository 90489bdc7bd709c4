"""Reads: the items of a case, those that still count, the custody of an item."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.evidence.models import EvidenceCustody, EvidenceItem

COUNT_IN_USE: Final = """(SELECT count(*) FROM evidence_item e
    WHERE e.county_code = :county AND e.case_id = :case AND NOT EXISTS (
        SELECT FROM evidence_item r WHERE r.county_code = e.county_code
        AND r.case_id = e.case_id AND r.replaces_id = e.id))"""
"""How many items of a case no later one replaces, as part of a statement that runs anyway."""


def of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[EvidenceItem]:
    """Return all items of a case by number, those that were corrected too."""
    query = select(EvidenceItem).where(
        EvidenceItem.county_code == county_code, EvidenceItem.case_id == case_id
    )
    return list(session.scalars(query.order_by(EvidenceItem.no)))


def in_use(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return the items that no later one replaces."""
    replaced = {one.replaces_id for one in items}
    return [one for one in items if one.id not in replaced]


def find(
    session: Session, county_code: str, case_id: uuid.UUID, item_id: uuid.UUID
) -> EvidenceItem | None:
    """Return an item of a case, None where the case has no such item."""
    item = session.get(EvidenceItem, (county_code, item_id))
    return item if item is not None and item.case_id == case_id else None


def custody(session: Session, county_code: str, case_id: uuid.UUID) -> list[EvidenceCustody]:
    """Return every step of the physical items of a case, in order."""
    query = (
        select(EvidenceCustody)
        .join(
            EvidenceItem,
            (EvidenceItem.county_code == EvidenceCustody.county_code)
            & (EvidenceItem.id == EvidenceCustody.item_id),
        )
        .where(EvidenceCustody.county_code == county_code, EvidenceItem.case_id == case_id)
    )
    return list(session.scalars(query.order_by(EvidenceItem.no, EvidenceCustody.seq)))
