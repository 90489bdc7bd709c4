"""Tables: editions of a county's benchmark and their rows; rows are only added."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.discretion_terms import Measure, Tier
from enforcement.law.terms import PartyKind
from enforcement.people.models import one_of

EVERYONE: Final = "any"
"""Party of a row that is for all kinds of party."""


class DiscretionEdition(CountyRow, Base):
    """One edition of the benchmark, whole and in force until the next one; never changed."""

    __tablename__ = "discretion_edition"
    from_at: Mapped[datetime]
    file_name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    added: Mapped[int]
    changed: Mapped[int]
    dropped: Mapped[int]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        Index("ix_discretion_edition_from", "county_code", "from_at", "id"),
    )


class DiscretionRow(CountyRow, Base):
    """One row: matter, party and circumstances to tier and figures, in the order of `seq`.

    low, high -- as `measure` counts them: yuan, per cent, times, yuan per m² or m³
    """

    __tablename__ = "discretion_row"
    edition_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    code: Mapped[str]
    matter_code: Mapped[str]
    party: Mapped[str]
    tier: Mapped[str]
    conditions: Mapped[str]
    kind: Mapped[str]
    measure: Mapped[str]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "edition_id"],
            ["discretion_edition.county_code", "discretion_edition.id"],
        ),
        UniqueConstraint("county_code", "edition_id", "code"),
        CheckConstraint(one_of("tier", Tier), "tier"),
        CheckConstraint(one_of("measure", Measure), "measure"),
        CheckConstraint(
            f"party = '{EVERYONE}' or {one_of('party', PartyKind)}",
            "party",
        ),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "period"),
    )
