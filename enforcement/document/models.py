"""Tables: issued papers, and the counters their numbers come from."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class NumberCounter(Base):
    """The last number given, per organ, word and year; taken by locking the row (R20)."""

    __tablename__ = "number_counter"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    organ: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Document(CountyRow, Base):
    """An issued paper: inputs, template, bytes and hash are frozen (R21; a trigger refuses).

    It belongs to one case, one penalty on the spot or one inspection.
    verify_code -- by which the public finds an outgoing paper; None for papers that stay inside
    replaces_id -- the paper that this one amends
    """

    __tablename__ = "document"
    case_id: Mapped[uuid.UUID | None]
    spot_penalty_id: Mapped[uuid.UUID | None]
    inspection_id: Mapped[uuid.UUID | None]
    code: Mapped[str]
    number: Mapped[str | None]
    inputs: Mapped[dict[str, Any]]
    template_version: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    pages: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[uuid.UUID]
    verify_code: Mapped[str | None]
    replaces_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        UniqueConstraint("county_code", "verify_code"),
        ForeignKeyConstraint(
            ["county_code", "replaces_id"], ["document.county_code", "document.id"]
        ),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "spot_penalty_id"], ["spot_penalty.county_code", "spot_penalty.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "inspection_id"], ["inspection.county_code", "inspection.id"]
        ),
        CheckConstraint("num_nonnulls(case_id, spot_penalty_id, inspection_id) = 1", "owner"),
        ForeignKeyConstraint(["county_code", "issued_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index("ix_document_case", "county_code", "case_id", "issued_at"),
        *(
            Index(
                f"ix_document_{owner}",
                "county_code",
                f"{owner}_id",
                "issued_at",
                postgresql_where=text(f"{owner}_id is not null"),
            )
            for owner in ("spot_penalty", "inspection")
        ),
        Index("ix_document_replaces", "county_code", "replaces_id"),
    )


class CasePaper(CountyRow, Base):
    """A paper of another record, such as an inspection, that counts among those of a case."""

    __tablename__ = "case_paper"
    case_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "case_id", "document_id"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "document_id"], ["document.county_code", "document.id"]
        ),
    )


class DocumentWithdrawal(CountyRow, Base):
    """That a paper no longer holds, and why; its number stays taken (作废)."""

    __tablename__ = "document_withdrawal"
    document_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "document_id"),
        ForeignKeyConstraint(
            ["county_code", "document_id"], ["document.county_code", "document.id"]
        ),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
    )


class NumberBlock(CountyRow, Base):
    """Numbers in a row that were set apart for a device which will issue papers offline."""

    __tablename__ = "number_block"
    organ: Mapped[str]
    word: Mapped[str]
    year: Mapped[int]
    first: Mapped[int]
    count: Mapped[int]
    device: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "organ", "word", "year", "first"),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        CheckConstraint("first >= 1 and count >= 1", "counted"),
    )


class NumberVoid(CountyRow, Base):
    """A number of a block that no paper will bear, and why; it is never given again."""

    __tablename__ = "number_void"
    organ: Mapped[str]
    word: Mapped[str]
    year: Mapped[int]
    n: Mapped[int]
    reason: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "organ", "word", "year", "n"),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        CheckConstraint("n >= 1", "counted"),
    )
