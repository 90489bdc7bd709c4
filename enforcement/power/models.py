"""Tables: items of the power list, and the dated versions of what they rest on."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.people.models import one_of


class PowerItem(CountyRow, Base):
    """One power (权力事项): which unit may do which act upon which matter, and where.

    holder -- organ in whose name an entrusted or internal unit acts
    territory -- division codes of any level; a place below one of them is inside
    valid_to -- last day; status_on -- first day of the withdrawal or suspension
    """

    __tablename__ = "power_item"
    code: Mapped[Code]
    name: Mapped[str]
    act_type: Mapped[str]
    channel: Mapped[str]
    holder: Mapped[str]
    exercising_unit_id: Mapped[uuid.UUID]
    matter_code: Mapped[Code]
    territory: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    status: Mapped[str] = mapped_column(default=ItemStatus.IN_FORCE)
    status_on: Mapped[date | None]
    status_reason: Mapped[str | None]
    approval_number: Mapped[str | None]
    approval_on: Mapped[date | None]
    published_url: Mapped[str | None]
    published_on: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("county_code", "code"),
        CheckConstraint(one_of("act_type", ActType), "act_type"),
        CheckConstraint(one_of("channel", Channel), "channel"),
        CheckConstraint(one_of("status", ItemStatus), "status"),
        CheckConstraint("valid_to is null or valid_from <= valid_to", "dates"),
        ForeignKeyConstraint(
            ["county_code", "exercising_unit_id"], ["unit.county_code", "unit.id"]
        ),
        Index("ix_power_item_matter", "county_code", "matter_code"),
    )


class PowerProvision(CountyRow, Base):
    """One version of an item's provision; never changed but for its last day. Fines in yuan."""

    __tablename__ = "power_provision"
    item_id: Mapped[uuid.UUID]
    violated: Mapped[str]
    basis: Mapped[str]
    person_min_yuan: Mapped[Decimal | None]
    person_max_yuan: Mapped[Decimal | None]
    organisation_min_yuan: Mapped[Decimal | None]
    organisation_max_yuan: Mapped[Decimal | None]
    other: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("county_code", "item_id", "valid_from"),
        CheckConstraint("valid_to is null or valid_from <= valid_to", "dates"),
        ForeignKeyConstraint(
            ["county_code", "item_id"], ["power_item.county_code", "power_item.id"]
        ),
    )
