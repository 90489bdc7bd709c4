"""Tables: notices of holidays, excluded time and extensions of a case, what waits for whom."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.timing import Approval, Excluded
from enforcement.people.models import one_of


class CalendarEdition(CountyRow, Base):
    """A year of working days as a State Council notice lays it down; the newest one holds.

    source -- the notice's number; rows are never changed (a trigger refuses)
    """

    __tablename__ = "calendar_edition"
    year: Mapped[int]
    source: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("ix_calendar_edition_year", "county_code", "year", "id"),
    )


class CalendarDay(CountyRow, Base):
    """A day off, or a worked day of a weekend, of an edition; never changed."""

    __tablename__ = "calendar_day"
    edition_id: Mapped[uuid.UUID]
    day: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str]
    __table_args__ = (
        CheckConstraint("kind in ('off', 'work')", "kind"),
        ForeignKeyConstraint(
            ["county_code", "edition_id"], ["calendar_edition.county_code", "calendar_edition.id"]
        ),
        Index("uq_calendar_day_day", "county_code", "edition_id", "day", unique=True),
    )


class CaseExclusion(CountyRow, Base):
    """Time that does not count in the period of a case; both days included.

    paper -- number or title of the paper that starts it; end_paper -- of the one that ends it
    last_on is None while it goes on; the case's history keeps every act upon it
    """

    __tablename__ = "case_exclusion"
    case_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    reason: Mapped[str]
    paper: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    end_paper: Mapped[str | None]
    by: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    ended_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", Excluded), "kind"),
        CheckConstraint("last_on >= first_on", "order"),
        CheckConstraint("btrim(reason) <> '' and btrim(paper) <> ''", "told"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(["county_code", "ended_by"], ["account.county_code", "account.id"]),
        Index("ix_case_exclusion_case", "county_code", "case_id", "first_on"),
        Index(
            "uq_case_exclusion_open", "county_code", "case_id", "kind", unique=True,
            postgresql_where=text("last_on is null"),
        ),
    )  # fmt: skip


class CaseExtension(CountyRow, Base):
    """A longer period of a case: each way of agreeing to it once; never changed."""

    __tablename__ = "case_extension"
    case_id: Mapped[uuid.UUID]
    approval: Mapped[str]
    days: Mapped[int]
    reason: Mapped[str]
    paper: Mapped[str | None]
    granted_on: Mapped[date]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        CheckConstraint(one_of("approval", Approval), "approval"),
        CheckConstraint("days > 0", "days"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("uq_case_extension_approval", "county_code", "case_id", "approval", unique=True),
    )


class TodoItem(CountyRow, Base):
    """What waits for somebody: a case, the duty, and the nearest limit; a projection of the case.

    holder -- "person:ID", "unit:CODE" (its officers), "leader:CODE", "reviewer", "head", or
    "publisher": these rows are kept by the slice that publishes
    sort_on -- the day by which to act, far in the future without a limit
    """

    __tablename__ = "todo_item"
    case_id: Mapped[uuid.UUID]
    holder: Mapped[Code]
    duty: Mapped[str]
    limit_id: Mapped[str | None]
    raw_on: Mapped[date | None]
    due_on: Mapped[date | None]
    alarm_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    sort_on: Mapped[date]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        Index("ix_todo_item_holder", "county_code", "holder", "sort_on", "id"),
        Index("ix_todo_item_case", "county_code", "case_id"),
    )
