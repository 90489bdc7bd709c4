"""Tables: other systems that may call, and which report came through which of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class Open311Client(CountyRow, Base):
    """A system that may call; its key is shown once and kept as a hash only.

    sees_description -- may read what people wrote, of categories that are not sensitive
    rate_per_minute -- calls that are answered within a minute
    """

    __tablename__ = "open311_client"
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    sees_description: Mapped[bool] = mapped_column(default=False, server_default="false")
    rate_per_minute: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("rate_per_minute between 1 and 10000", "rate_per_minute"),
        Index(
            "uq_open311_client_name", "county_code", "name", unique=True,
            postgresql_where=text("active"),
        ),
        Index("ix_open311_client_key", "key_hash", unique=True),
    )  # fmt: skip


class Open311Request(CountyRow, Base):
    """A report that came through a client; device_id -- as the client named the device."""

    __tablename__ = "open311_request"
    client_id: Mapped[uuid.UUID]
    incident_id: Mapped[uuid.UUID]
    device_id: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("county_code", "incident_id"),
        ForeignKeyConstraint(
            ["county_code", "client_id"], ["open311_client.county_code", "open311_client.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
    )
