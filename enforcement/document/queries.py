"""Reads: the papers of a case, of a penalty on the spot, of an inspection."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from enforcement.document.models import Document


def list_of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Document]:
    """Return a case's papers in the order issued."""
    query = select(Document).where(Document.county_code == county_code, Document.case_id == case_id)
    return list(session.scalars(query.order_by(Document.issued_at, Document.id)))


def list_of_spot(session: Session, county_code: str, spot_id: uuid.UUID) -> list[Document]:
    """Return the papers of a penalty on the spot in the order issued."""
    mine = (Document.county_code == county_code, Document.spot_penalty_id == spot_id)
    return _in_order(session, mine)


def list_of_inspection(
    session: Session, county_code: str, inspection_id: uuid.UUID
) -> list[Document]:
    """Return the papers of an inspection in the order issued."""
    mine = (Document.county_code == county_code, Document.inspection_id == inspection_id)
    return _in_order(session, mine)


def _in_order(session: Session, mine: tuple[ColumnElement[bool], ...]) -> list[Document]:
    query = select(Document).where(*mine).order_by(Document.issued_at, Document.id)
    return list(session.scalars(query))


def get_document(session: Session, county_code: str, document_id: uuid.UUID) -> Document:
    """Return a paper; raises NoResultFound."""
    return session.get_one(Document, (county_code, document_id))
