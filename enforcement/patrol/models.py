"""Tables: a day's patrol, its stops, its history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.terms import PatrolState
from enforcement.people.models import one_of


class Patrol(CountyRow, Base):
    """A squad's patrol of one day."""

    __tablename__ = "patrol"
    number: Mapped[str]
    squad_id: Mapped[uuid.UUID]
    squad_code: Mapped[Code]
    patrol_on: Mapped[date]
    instructions: Mapped[str]
    state: Mapped[str] = mapped_column(default=PatrolState.PUBLISHED)
    assigned_by: Mapped[uuid.UUID]
    assigned_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("state", PatrolState), "state"),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "assigned_by"], ["account.county_code", "account.id"]),
        Index("ix_patrol_squad", "county_code", "squad_code", "patrol_on"),
    )


class PatrolStop(CountyRow, Base):
    """A place to visit: an incident or a village; never on two lists on one day."""

    __tablename__ = "patrol_stop"
    patrol_id: Mapped[uuid.UUID]
    patrol_on: Mapped[date]
    seq: Mapped[int]
    incident_id: Mapped[uuid.UUID | None]
    village_code: Mapped[Code | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    visited_at: Mapped[datetime | None]
    visited_by: Mapped[uuid.UUID | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("county_code", "patrol_id", "seq"),
        UniqueConstraint("county_code", "patrol_on", "incident_id"),
        ForeignKeyConstraint(["county_code", "patrol_id"], ["patrol.county_code", "patrol.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "visited_by"], ["account.county_code", "account.id"]),
    )


class PatrolEntry(CountyRow, Base):
    """One act in a patrol's history; never changed (a trigger refuses)."""

    __tablename__ = "patrol_entry"
    patrol_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "patrol_id", "seq"),
        ForeignKeyConstraint(["county_code", "patrol_id"], ["patrol.county_code", "patrol.id"]),
    )
