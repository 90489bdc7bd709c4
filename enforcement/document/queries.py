"""Reads: the papers of a case."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.document.models import Document


def list_of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Document]:
    """Return a case's papers in the order issued."""
    query = select(Document).where(Document.county_code == county_code, Document.case_id == case_id)
    return list(session.scalars(query.order_by(Document.issued_at, Document.id)))


def get_document(session: Session, county_code: str, document_id: uuid.UUID) -> Document:
    """Return a paper; raises NoResultFound."""
    return session.get_one(Document, (county_code, document_id))
