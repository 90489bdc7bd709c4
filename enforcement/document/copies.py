"""Tables: the seals of organs, and the sealed and signed files of papers."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class OrganSeal(CountyRow, Base):
    """The picture of an organ's seal (PNG in base64, encrypted); the newest one is used.

    sha256 -- of the picture, by which a log names it without showing it
    """

    __tablename__ = "organ_seal"
    organ_id: Mapped[uuid.UUID]
    image_encrypted: Mapped[bytes]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "organ_id"], ["organ.county_code", "organ.id"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("ix_organ_seal_organ", "county_code", "organ_id", "at"),
    )


class DocumentCopy(CountyRow, Base):
    """A file made from a frozen paper: with the organ's seal, with a digital signature."""

    __tablename__ = "document_copy"
    document_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal_id: Mapped[uuid.UUID | None]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "document_id", "kind"),
        ForeignKeyConstraint(
            ["county_code", "document_id"], ["document.county_code", "document.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "seal_id"], ["organ_seal.county_code", "organ_seal.id"]
        ),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        CheckConstraint("kind in ('sealed', 'signed')", "kind"),
    )
