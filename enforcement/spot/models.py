"""Tables: penalties decided on the spot, and every act upon them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.spot_terms import CollectGround, SpotKind, SpotPlea, SpotState
from enforcement.people.models import one_of


class SpotPenalty(CountyRow, Base):
    """One decision on the spot. Columns project its history; money is yuan.

    number -- from the locked counter of the organ; place_code -- division of the place (罚22)
    review_until_on -- last day to ask for reconsideration, which comes before the court (复23)
    hand_in_due_on -- last day on which collected money reaches the organ (罚71)
    """

    __tablename__ = "spot_penalty"
    number: Mapped[str]
    state: Mapped[str] = mapped_column(default=SpotState.DECIDED)
    matter_code: Mapped[str]
    party_id: Mapped[uuid.UUID]
    act: Mapped[str]
    evidence: Mapped[str]
    place: Mapped[str]
    place_code: Mapped[Code]
    acted_at: Mapped[datetime]
    squad_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    organ: Mapped[str]
    power_item_id: Mapped[uuid.UUID | None]
    provision_id: Mapped[uuid.UUID | None]
    officer_a_id: Mapped[uuid.UUID]
    officer_b_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    fine_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0))
    plea: Mapped[str]
    decided_at: Mapped[datetime]
    payment_due_on: Mapped[date | None]
    review_until_on: Mapped[date]
    report_due_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    collect_ground: Mapped[str | None]
    collected_on: Mapped[date | None]
    hand_in_due_on: Mapped[date | None]
    handed_in_on: Mapped[date | None]
    paid_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0))
    surcharge_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0))
    surcharge_paid_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0))
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("state", SpotState), "state"),
        CheckConstraint(one_of("kind", SpotKind), "kind"),
        CheckConstraint(one_of("plea", SpotPlea), "plea"),
        CheckConstraint(one_of("collect_ground", CollectGround), "collect_ground"),
        CheckConstraint("officer_a_id <> officer_b_id", "two_officers"),
        ForeignKeyConstraint(["county_code", "party_id"], ["party.county_code", "party.id"]),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "officer_a_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "officer_b_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(
            ["county_code", "power_item_id"], ["power_item.county_code", "power_item.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "provision_id"], ["power_provision.county_code", "power_provision.id"]
        ),
        Index("ix_spot_penalty_decided", "county_code", "decided_at", "id"),
        Index("ix_spot_penalty_unit", "county_code", "unit_code", "decided_at"),
        Index(
            "ix_spot_penalty_party", "county_code", "party_id",
            postgresql_where=text("fine_yuan > 0"),
        ),
    )  # fmt: skip


class SpotEntry(CountyRow, Base):
    """One act in the history of a penalty on the spot; never changed (a trigger refuses)."""

    __tablename__ = "spot_entry"
    spot_penalty_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    article: Mapped[str]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "spot_penalty_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "spot_penalty_id"],
            ["spot_penalty.county_code", "spot_penalty.id"],
        ),
    )
