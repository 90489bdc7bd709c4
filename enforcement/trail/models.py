"""Tables of the chains of acts and of changed rows: links, ends, and daily checkpoints.

The database makes links itself: a trigger that runs when a transaction commits numbers the rows
of the audit log without a gap and hashes each with the one before, for each county by itself. It
does the same with `row_change`, which triggers of the business tables write.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
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

    seq, hash -- the last link; rows_seq, rows_hash -- that of changed rows, None before there were
    problems -- what the check of the day found, [] where all is well
    signature -- Ed25519 of all that stands here; public_key -- opens it, kept elsewhere, too
    """

    __tablename__ = "audit_checkpoint"
    on_day: Mapped[date]
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    rows_seq: Mapped[int | None] = mapped_column(BigInteger)
    rows_hash: Mapped[bytes | None]
    problems: Mapped[list[Any]]
    signature: Mapped[bytes]
    public_key: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (UniqueConstraint("county_code", "on_day"),)


class RowChange(CountyRow, Base):
    """What one statement did to rows of a business table; written by a trigger, never changed.

    account_id -- who acted, None for the platform, devices and visitors; request -- its number, as
    the logs know it; act -- insert, update, delete, truncate, or restate (how rows stand)
    keys -- of the rows; rows -- [{key, before, after, sha256}]: the columns that changed, all of
    them for a deleted row; secrets and what is kept encrypted stand as "***". sha256 -- of the
    whole row as it stands now, by which a row that was changed past the triggers is found
    """

    __tablename__ = "row_change"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    account_id: Mapped[uuid.UUID | None]
    request: Mapped[str | None] = mapped_column(Text)
    table_name: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    rows: Mapped[list[Any]]
    __table_args__ = (
        Index("ix_row_change_at", "county_code", "at"),
        Index("ix_row_change_keys", "keys", postgresql_using="gin"),
    )


class RowLink(Base):
    """One link of the chain of changed rows; as AuditLink."""

    __tablename__ = "row_link"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    change_id: Mapped[uuid.UUID]
    row_hash: Mapped[bytes]
    hash: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("county_code", "change_id"),
        ForeignKeyConstraint(
            ["county_code", "change_id"], ["row_change.county_code", "row_change.id"]
        ),
    )


class RowHead(Base):
    """Where a county's chain of changed rows ends; as AuditHead."""

    __tablename__ = "row_head"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class RowWatched(Base):
    """A table that is watched: names of its key, of hidden columns, and of those left out."""

    __tablename__ = "row_watched"
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    names: Mapped[str] = mapped_column(Text)
    hidden: Mapped[str] = mapped_column(Text)
    dropped: Mapped[str] = mapped_column(Text)
