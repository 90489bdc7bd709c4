"""Table: a day's papers of a unit being put together for the printer."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.dossier import PrintState
from enforcement.people.models import one_of


class PrintJob(CountyRow, Base):
    """One order to print. papers -- ids in order; done -- how many are put together by now.

    pieces -- what is put together so far: sha256 (hex) and bookmarks; sha256 -- of the whole
    """

    __tablename__ = "print_job"
    unit_code: Mapped[Code]
    on_day: Mapped[date]
    papers: Mapped[list[Any]]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    pieces: Mapped[list[Any]]
    state: Mapped[str]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    asked_by: Mapped[uuid.UUID]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", PrintState), "state"),
        CheckConstraint("(sha256 is not null) = (state = 'done')", "whole"),
        ForeignKeyConstraint(["county_code", "asked_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index("ix_print_job_asked", "county_code", "asked_by", "asked_at"),
    )

    @property
    def total(self) -> int:
        """Return how many papers there are."""
        return len(self.papers)
