"""Tables: reviews of decisions for publication, and withdrawals; rows are only added."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.redaction import Outcome
from enforcement.people.models import one_of


class Publication(CountyRow, Base):
    """The review of one decision, and what of it is shown from then on.

    shown -- the public summary; sha256 -- of the redacted paper, None for a summary only
    due_on -- last working day for it (罚48, seven working days)
    """

    __tablename__ = "publication"
    case_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    outcome: Mapped[str]
    reason: Mapped[str]
    shown: Mapped[dict[str, Any]]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    decided_on: Mapped[date]
    due_on: Mapped[date | None]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "document_id"], ["document.county_code", "document.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        CheckConstraint(one_of("outcome", Outcome), "outcome"),
        CheckConstraint("(outcome = 'publish') = (sha256 is not null)", "paper"),
        Index("ix_publication_case", "county_code", "case_id", "at"),
        Index("ix_publication_shown", "county_code", "at", "id"),
    )


class PublicationWithdrawal(CountyRow, Base):
    """That a published decision is no longer shown, and why (罚48第二款, three working days)."""

    __tablename__ = "publication_withdrawal"
    publication_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "publication_id"], ["publication.county_code", "publication.id"]
        ),
        UniqueConstraint("county_code", "publication_id"),
    )
