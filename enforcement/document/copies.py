"""Tables: seals of organs, handwritten signatures, and the files made with them from papers."""

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
    """A file made from a frozen paper.

    kind -- written: with what was signed by hand; sealed: with the organ's seal (and the
    handwriting); signed: the sealed file with a digital signature
    """

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
        CheckConstraint("kind in ('written', 'sealed', 'signed')", "kind"),
    )


class DocumentSignature(CountyRow, Base):
    """That a person signed a page of a frozen paper by hand, or refused to; rows only grow.

    role, n -- as whom (paper_signing.SignRole), and which of several, from 1
    page -- the page that is signed, from 1; 0 for a paper that is signed once
    sha256 -- of the kept strokes, which name the hash of the paper they belong to; None: refused
    document_sha256 -- the paper as it was seen when it was signed
    signed_at -- by the clock of the device; lon, lat -- degrees, WGS 84, of the device
    refusal -- why the party did not sign; recording -- photo or video of it
    """

    __tablename__ = "document_signature"
    document_id: Mapped[uuid.UUID]
    role: Mapped[str]
    n: Mapped[int]
    page: Mapped[int]
    name: Mapped[str]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    document_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed_at: Mapped[datetime | None]
    device: Mapped[str]
    place: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    refusal: Mapped[str | None]
    witness_name: Mapped[str | None]
    recording: Mapped[str | None]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "document_id", "role", "n", "page"),
        ForeignKeyConstraint(
            ["county_code", "document_id"], ["document.county_code", "document.id"]
        ),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        CheckConstraint("n >= 1 and page >= 0", "counted"),
        CheckConstraint("(sha256 is null) = (refusal is not null)", "written_or_refused"),
    )
