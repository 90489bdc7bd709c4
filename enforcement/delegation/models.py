"""Table: orders by which another person approves while the head is on leave."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class ApprovalOrder(CountyRow, Base):
    """One dated order; never changed but revoked once.

    for_id -- whose approvals; to_id -- who gives them; first and last day both included
    approvals -- groups of law.delegation; sha256 -- of the signed order
    """

    __tablename__ = "approval_order"
    number: Mapped[str]
    reason: Mapped[str]
    for_id: Mapped[uuid.UUID]
    for_name: Mapped[str]
    to_id: Mapped[uuid.UUID]
    to_name: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    approvals: Mapped[list[str]] = mapped_column(ARRAY(String()))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    by: Mapped[uuid.UUID]
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_name: Mapped[str | None]
    revoked_because: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("until_on >= from_on", "period"),
        CheckConstraint("for_id <> to_id", "other"),
        CheckConstraint("cardinality(approvals) > 0", "approvals"),
        CheckConstraint("(revoked_at is null) = (revoked_because is null)", "revoked"),
        ForeignKeyConstraint(["county_code", "for_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "to_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index(
            "ix_approval_order_to", "county_code", "to_id", "until_on",
            postgresql_where=text("revoked_at is null"),
        ),
        Index("ix_approval_order_at", "county_code", "at", "id"),
    )  # fmt: skip
