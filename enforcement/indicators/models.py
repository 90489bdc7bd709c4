"""Tables: rows that are counted, their sums by day, and how far the counting has come."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CHAR, Index
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code


class IndicatorRow(Base):
    """One thing counted: a measure of one subject on one day.

    source -- names the statement it came from; subject_id -- incident, case, … it leads to
    township_code, unit_code, matter -- "" where there is none; value -- 1, or minutes, days, yuan
    """

    __tablename__ = "indicator_row"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    on_day: Mapped[date]
    township_code: Mapped[Code]
    unit_code: Mapped[Code]
    matter: Mapped[str]
    value: Mapped[Decimal]
    __table_args__ = (
        Index("ix_indicator_row_subject", "county_code", "source", "subject_id"),
        Index("ix_indicator_row_day", "county_code", "measure", "on_day", "row_id"),
    )


class IndicatorDay(Base):
    """The rows of a measure on a day, a township, a unit and a matter: how many, and their sum."""

    __tablename__ = "indicator_day"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    township_code: Mapped[Code] = mapped_column(primary_key=True)
    unit_code: Mapped[Code] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    total: Mapped[Decimal]


class IndicatorMark(Base):
    """Up to which moment changes of a source are counted."""

    __tablename__ = "indicator_mark"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    upto: Mapped[datetime]
