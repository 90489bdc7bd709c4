"""Tables: confiscated things, and every act upon them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.goods_terms import GoodsState, GoodsWay
from enforcement.people.models import one_of


class ConfiscatedItem(CountyRow, Base):
    """One thing that a decision confiscated. Columns project its history; money is yuan.

    measure_item_id, evidence_item_id -- under which it was held before, if so
    place, keeper -- where it is and who answers for it; way -- proposed or approved handling
    """

    __tablename__ = "confiscated_item"
    case_id: Mapped[uuid.UUID]
    no: Mapped[int]
    name: Mapped[str]
    spec: Mapped[str | None]
    quantity: Mapped[str]
    condition: Mapped[str | None]
    measure_item_id: Mapped[uuid.UUID | None]
    evidence_item_id: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(default=GoodsState.HELD)
    place: Mapped[str]
    keeper: Mapped[str]
    way: Mapped[str | None]
    gone_at: Mapped[datetime | None]
    gone_to: Mapped[str | None]
    money_yuan: Mapped[Decimal | None]
    treasury_on: Mapped[date | None]
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "case_id", "no"),
        UniqueConstraint("county_code", "measure_item_id"),
        UniqueConstraint("county_code", "evidence_item_id"),
        CheckConstraint(one_of("state", GoodsState), "state"),
        CheckConstraint(one_of("way", GoodsWay), "way"),
        CheckConstraint("(state = 'gone') = (gone_at is not null)", "gone"),
        CheckConstraint("state in ('held') or way is not null", "way_said"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "measure_item_id"], ["measure_item.county_code", "measure_item.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "evidence_item_id"], ["evidence_item.county_code", "evidence_item.id"]
        ),
        Index("ix_confiscated_item_entered", "county_code", "entered_at", "id"),
    )


class ConfiscatedEntry(CountyRow, Base):
    """One act upon a confiscated thing, in order; never changed (a trigger refuses)."""

    __tablename__ = "confiscated_entry"
    confiscated_item_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    photo_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    __table_args__ = (
        UniqueConstraint("county_code", "confiscated_item_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "confiscated_item_id"],
            ["confiscated_item.county_code", "confiscated_item.id"],
        ),
        ForeignKeyConstraint(
            ["county_code", "photo_sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
    )
