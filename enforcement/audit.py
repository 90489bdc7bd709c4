"""Append-only log: who did what to which record, when."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement.actor import Actor
from enforcement.db import Base, CountyRow
from enforcement.ids import uuid7


class AuditLog(CountyRow, Base):
    """One act upon one record; rows are never changed (a trigger refuses)."""

    __tablename__ = "audit_log"
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    actor_id: Mapped[uuid.UUID | None]
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_audit_log_at", "county_code", "at"),)


def record(
    session: Session,
    county_code: str,
    act: str,
    subject_kind: str,
    subject: str,
    *,
    actor: Actor | None = None,
    **detail: Any,
) -> None:
    """Write one row in the act's own transaction; None stands for the command line."""
    session.add(
        AuditLog(
            county_code=county_code,
            id=uuid7(),
            actor_id=actor.account_id if actor else None,
            act=act,
            subject_kind=subject_kind,
            subject=subject,
            detail=detail,
        )
    )
