"""Tables of the chain of the audit log: its links, its end, and its daily checkpoints.

The database makes links itself: a trigger that runs when a transaction commits numbers the rows
of the audit log without a gap and hashes each with the one before, for each county by itself.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CHAR, BigInteger, ForeignKeyConstraint, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class AuditLink(Base):
    """One link; never changed.

    seq -- 1, 2, 3 … within the county; row_hash -- SHA-256 of what the row of the log says;
    hash -- SHA-256 of the hash before, the number and row_hash
    """

    __tablename__ = "audit_link"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Mapped[uuid.UUID]
    row_hash: Mapped[bytes]
    hash: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("county_code", "audit_id"),
        ForeignKeyConstraint(
            ["county_code", "audit_id"], ["audit_log.county_code", "audit_log.id"]
        ),
    )  # fmt: skip


class AuditHead(Base):
    """Where a county's chain ends: its row is locked while a transaction adds links."""

    __tablename__ = "audit_head"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class AuditCheckpoint(CountyRow, Base):
    """How far the chain went on a day and how it stood, signed by the platform; never changed.

    seq, hash -- the last link; problems -- what the check of the day found, [] where all is well
    signature -- Ed25519 of county, day, seq and hash; public_key -- opens it, kept elsewhere, too
    """

    __tablename__ = "audit_checkpoint"
    on_day: Mapped[date]
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    problems: Mapped[list[Any]]
    signature: Mapped[bytes]
    public_key: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (UniqueConstraint("county_code", "on_day"),)
