"""Tables: reports that were shared by a link, weekly reports and what was filed of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class BriefingShare(CountyRow, Base):
    """A report as it was when somebody shared it, for whoever has the link, for some days.

    token_hash -- of the secret in the link; sha256 -- of the file that the link shows
    title, asked -- what the report is of; opened -- how often the link was opened
    """

    __tablename__ = "briefing_share"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    title: Mapped[str]
    asked: Mapped[dict[str, Any]]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
    opened: Mapped[int] = mapped_column(default=0, server_default="0")
    __table_args__ = (
        UniqueConstraint("county_code", "token_hash"),
        ForeignKeyConstraint(["county_code", "made_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(["county_code", "revoked_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index("ix_briefing_share_made", "county_code", "made_by", "made_at"),
    )


class BriefingSchedule(CountyRow, Base):
    """A report that is made each week of the week before, until it is ended.

    name -- of its subject; asked -- unit or township, matter or category
    weekday, hour -- when, 1: Monday, in China; formats -- html, pdf, xlsx
    account_ids -- who is told; mail_to -- addresses to which it is mailed
    """

    __tablename__ = "briefing_schedule"
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    hour: Mapped[int] = mapped_column(SmallInteger)
    formats: Mapped[list[Any]]
    account_ids: Mapped[list[Any]]
    mail_to: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("weekday between 1 and 7", "weekday"),
        CheckConstraint("hour between 0 and 23", "hour"),
        ForeignKeyConstraint(["county_code", "made_by"], ["account.county_code", "account.id"]),
        Index("ix_briefing_schedule_made", "county_code", "made_at"),
    )


class BriefingFiled(CountyRow, Base):
    """One file of a weekly report; week_on -- the Monday of the week that it is of."""

    __tablename__ = "briefing_filed"
    schedule_id: Mapped[uuid.UUID]
    week_on: Mapped[date]
    kind: Mapped[str]
    title: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        UniqueConstraint("county_code", "schedule_id", "week_on", "kind"),
        CheckConstraint("kind in ('html', 'pdf', 'xlsx')", "kind"),
        ForeignKeyConstraint(
            ["county_code", "schedule_id"],
            ["briefing_schedule.county_code", "briefing_schedule.id"],
        ),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
    )
