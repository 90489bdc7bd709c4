"""Tables: items of evidence, and the custody of physical ones; rows are only added."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enforcement.db import Base, CountyRow
from enforcement.files import StoredFile
from enforcement.law.evidence import CustodyAct, EvidenceKind
from enforcement.people.models import one_of

ITEM: Final = ["evidence_item.county_code", "evidence_item.id"]
STORED: Final = ["stored_file.county_code", "stored_file.sha256"]


class EvidenceItem(CountyRow, Base):
    """One item, numbered within its case; a correction is a new item that names the old one.

    sha256 -- of the original bytes; captured_at -- as claimed; lon, lat -- degrees, WGS 84
    distance_m -- on the ground to the case's scene; of_seq -- the act of the case it shows
    measure_entry_id -- the act upon a measure of the case that it shows
    """

    __tablename__ = "evidence_item"
    case_id: Mapped[uuid.UUID]
    no: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    captured_at: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    distance_m: Mapped[float | None]
    place: Mapped[str | None]
    device: Mapped[str | None]
    taker: Mapped[str]
    source: Mapped[str]
    proves: Mapped[str | None]
    of_seq: Mapped[int | None]
    measure_entry_id: Mapped[uuid.UUID | None]
    from_incident: Mapped[bool]
    replaces_id: Mapped[uuid.UUID | None]
    reason: Mapped[str | None]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    file: Mapped[StoredFile | None] = relationship(viewonly=True, lazy="joined")
    __table_args__ = (
        UniqueConstraint("county_code", "case_id", "no"),
        UniqueConstraint("county_code", "replaces_id"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(["county_code", "sha256"], STORED),
        ForeignKeyConstraint(["county_code", "replaces_id"], ITEM),
        ForeignKeyConstraint(
            ["county_code", "measure_entry_id"], ["measure_entry.county_code", "measure_entry.id"]
        ),
        CheckConstraint(one_of("kind", EvidenceKind), "kind"),
        CheckConstraint("num_nonnulls(of_seq, measure_entry_id) < 2", "one_act"),
        CheckConstraint("(replaces_id is null) = (reason is null)", "reason"),
        CheckConstraint("sha256 is not null or kind = 'object'", "bytes"),
    )

    @property
    def media_type(self) -> str:
        """Return the type of the file, "" for an item without one."""
        return self.file.media_type if self.file else ""


class EvidenceCustody(CountyRow, Base):
    """One step of a physical item on its way: from whom, to whom, where, when."""

    __tablename__ = "evidence_custody"
    item_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    act: Mapped[str]
    giver: Mapped[str]
    taker: Mapped[str]
    place: Mapped[str]
    happened_at: Mapped[datetime]
    note: Mapped[str | None]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "item_id", "seq"),
        ForeignKeyConstraint(["county_code", "item_id"], ITEM),
        ForeignKeyConstraint(["county_code", "sha256"], STORED),
        CheckConstraint(one_of("act", CustodyAct), "act"),
    )
