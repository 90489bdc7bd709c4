"""Tables: instalments of fines, and times in which a surcharge is not counted."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.money import PauseGround
from enforcement.people.models import one_of


class PaymentInstalment(CountyRow, Base):
    """One instalment of an approved plan; the newest plan of a case counts; rows only grow.

    paid_before_yuan -- what was paid before the plan: the instalments make up the rest
    """

    __tablename__ = "payment_instalment"
    case_id: Mapped[uuid.UUID]
    plan_no: Mapped[int]
    no: Mapped[int]
    due_on: Mapped[date]
    amount_yuan: Mapped[Decimal]
    paid_before_yuan: Mapped[Decimal]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "case_id", "plan_no", "no"),
        CheckConstraint("amount_yuan > 0", "amount"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
    )


class SurchargePause(CountyRow, Base):
    """Days in which the surcharge of a fine is not counted (罚73), and the paper that says so.

    The one source for cases, whose reconsiderations and lawsuits write it, and for penalties on
    the spot. until_on -- last day, None while it goes on
    """

    __tablename__ = "surcharge_pause"
    case_id: Mapped[uuid.UUID | None]
    spot_penalty_id: Mapped[uuid.UUID | None]
    ground: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    paper: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column()
    __table_args__ = (
        CheckConstraint(one_of("ground", PauseGround), "ground"),
        CheckConstraint("until_on >= from_on", "order"),
        CheckConstraint("num_nonnulls(case_id, spot_penalty_id) = 1", "owner"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "spot_penalty_id"], ["spot_penalty.county_code", "spot_penalty.id"]
        ),
        Index("ix_surcharge_pause_case", "county_code", "case_id", "from_on"),
        Index("ix_surcharge_pause_spot", "county_code", "spot_penalty_id", "from_on"),
        Index(
            "uq_surcharge_pause_open", "county_code", "case_id", unique=True,
            postgresql_where=text("until_on is null"),
        ),
        Index(
            "uq_surcharge_pause_open_spot", "county_code", "spot_penalty_id", unique=True,
            postgresql_where=text("until_on is null"),
        ),
    )  # fmt: skip
