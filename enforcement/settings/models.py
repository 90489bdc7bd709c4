"""Table: what a county has set; a row is added for each change, the latest holds."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class SettingEntry(CountyRow, Base):
    """One change of a setting; never changed itself (a trigger refuses)."""

    __tablename__ = "setting_entry"
    key: Mapped[str]
    value: Mapped[int]
    reason: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        Index("ix_setting_entry_key", "county_code", "key", "id"),
    )
