"""Tables: rulings of a person on work that should change hands; both only grow."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from enforcement.db import Base, Code, CountyRow
from enforcement.people.models import one_of
from enforcement.rehoming.terms import Cause, Ruling, WorkKind


class RehomingBatch(CountyRow, Base):
    """One ruling upon several pieces of work, with its reason."""

    __tablename__ = "rehoming_batch"
    at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    ruling: Mapped[str]
    reason: Mapped[str]
    count: Mapped[int]
    __table_args__ = (
        CheckConstraint(one_of("ruling", Ruling), "ruling"),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("ix_rehoming_batch_at", "county_code", "at"),
    )


class RehomingItem(CountyRow, Base):
    """One piece of work of a ruling: which unit had it, which one was to have it."""

    __tablename__ = "rehoming_item"
    batch_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    number: Mapped[str]
    cause: Mapped[str]
    ruling: Mapped[str]
    from_code: Mapped[Code | None]
    to_code: Mapped[Code | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", WorkKind), "kind"),
        CheckConstraint(one_of("cause", Cause), "cause"),
        CheckConstraint(one_of("ruling", Ruling), "ruling"),
        ForeignKeyConstraint(
            ["county_code", "batch_id"], ["rehoming_batch.county_code", "rehoming_batch.id"]
        ),
        Index("ix_rehoming_item_batch", "county_code", "batch_id"),
        Index("ix_rehoming_item_subject", "county_code", "kind", "subject_id"),
    )
