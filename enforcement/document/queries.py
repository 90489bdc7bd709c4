"""Reads: the papers of a case, a penalty on the spot, an inspection; one by its public code."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from enforcement import db
from enforcement.document.models import CasePaper, Document, DocumentWithdrawal

CODES_OF_CASE: Final = """ARRAY(
    SELECT d.code FROM document d WHERE d.county_code = :county AND d.case_id = :case
    UNION SELECT d.code FROM case_paper p
    JOIN document d ON d.county_code = p.county_code AND d.id = p.document_id
    WHERE p.county_code = :county AND p.case_id = :case)"""
"""The codes of a case's papers (`list_of_case`), as part of a statement that runs anyway."""


def list_of_case(session: Session, county_code: str, case_id: uuid.UUID) -> list[Document]:
    """Return a case's papers, with those of other records that count among them, as issued."""
    ids = union_all(
        select(Document.id).where(Document.county_code == county_code, Document.case_id == case_id),
        select(CasePaper.document_id).where(
            CasePaper.county_code == county_code, CasePaper.case_id == case_id
        ),
    )
    return _in_order(session, (Document.county_code == county_code, Document.id.in_(ids)))


def is_of_case(session: Session, document: Document, case_id: uuid.UUID) -> bool:
    """Tell whether a paper is one of a case, or counts among its papers."""
    if document.case_id == case_id:
        return True
    query = select(CasePaper.id).where(
        CasePaper.county_code == document.county_code,
        CasePaper.case_id == case_id,
        CasePaper.document_id == document.id,
    )
    return session.scalar(query) is not None


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


def find_by_code(session: Session, code: str) -> Document | None:
    """Return the paper of a public code, None without one; the code begins with the county's."""
    query = select(Document).where(
        Document.county_code == code.partition("-")[0], Document.verify_code == code
    )
    return session.scalars(query).first()


def lock(session: Session, document: Document) -> None:
    """Let acts upon a paper take turns until the transaction ends; its row never changes."""
    db.take_turn(session, f"document:{document.id}")


def withdrawal_of(session: Session, document: Document) -> DocumentWithdrawal | None:
    """Return that a paper was withdrawn, None where it holds."""
    query = select(DocumentWithdrawal).where(
        DocumentWithdrawal.county_code == document.county_code,
        DocumentWithdrawal.document_id == document.id,
    )
    return session.scalars(query).first()


def withdrawn_of_case(session: Session, county_code: str, case_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the ids of a case's papers that were withdrawn."""
    query = (
        select(DocumentWithdrawal.document_id)
        .join(
            Document,
            (Document.county_code == DocumentWithdrawal.county_code)
            & (Document.id == DocumentWithdrawal.document_id),
        )
        .where(Document.county_code == county_code, Document.case_id == case_id)
    )
    return set(session.scalars(query))


def amendments_of(session: Session, document: Document) -> Sequence[Document]:
    """Return the papers that were issued in the place of one, the first one first."""
    query = select(Document).where(
        Document.county_code == document.county_code, Document.replaces_id == document.id
    )
    return session.scalars(query.order_by(Document.issued_at, Document.id)).all()
