"""Table: reports of a year's figures; rows are only added."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class YearlyReport(CountyRow, Base):
    """That the figures of a year were reported, to whom, on which day; a correction comes after.

    version -- from 1; sha256 -- of the figures as they were, kept as JSON
    note -- why it was corrected, "" for the first
    """

    __tablename__ = "yearly_report"
    year: Mapped[int]
    version: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    submitted_on: Mapped[date]
    submitted_to: Mapped[str]
    note: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "year", "version"),
        CheckConstraint("version >= 1", "version"),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
    )
