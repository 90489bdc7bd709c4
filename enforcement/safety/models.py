"""Tables: timers of people who work alone and their history; posts and who left his."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow


class AloneWatch(CountyRow, Base):
    """Somebody is alone at a place and wants to be asked after; one that runs for each person.

    place -- in his words; lon, lat -- WGS 84 of the moment he began, where he gave them
    minutes -- how long after his last word; ask_at -- when that is; all by the database's clock
    alarmed_at, answered_at, escalated_at -- since his last word; incident_id -- the red incident
    turn -- rises with each word of a person: what was planned before it no longer applies
    """

    __tablename__ = "alone_watch"
    person_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    township_code: Mapped[Code | None]
    place: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    minutes: Mapped[int]
    state: Mapped[str]
    began_at: Mapped[datetime]
    ask_at: Mapped[datetime]
    alarmed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[str | None]
    escalated_at: Mapped[datetime | None]
    incident_id: Mapped[uuid.UUID | None]
    ended_at: Mapped[datetime | None]
    turn: Mapped[int]
    __table_args__ = (
        CheckConstraint("state in ('open', 'ended')", "state"),
        CheckConstraint("minutes between 1 and 480", "minutes"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        Index("uq_alone_watch_open", "county_code", "person_id", unique=True,
              postgresql_where=text("state = 'open'")),
        Index("ix_alone_watch_began", "county_code", "began_at"),
    )  # fmt: skip


class AloneEntry(CountyRow, Base):
    """One word of a person or of the clock about a timer; never changed (a trigger refuses)."""

    __tablename__ = "alone_entry"
    watch_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column()
    __table_args__ = (
        UniqueConstraint("county_code", "watch_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "watch_id"], ["alone_watch.county_code", "alone_watch.id"]
        ),
    )


class DutyPost(CountyRow, Base):
    """Where a unit's people are while they are on duty at its desk; EPSG:4490.

    radius_m -- None: as the county has set
    """

    __tablename__ = "duty_post"
    unit_id: Mapped[uuid.UUID]
    lon: Mapped[float]
    lat: Mapped[float]
    radius_m: Mapped[int | None]
    set_by: Mapped[uuid.UUID]
    set_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "unit_id"),
        CheckConstraint("radius_m between 50 and 10000", "radius"),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "set_by"], ["account.county_code", "account.id"]),
    )


class PostAway(CountyRow, Base):
    """Somebody on duty was seen away from his post, until he was seen there again or went off.

    left_at -- of the first position outside; metres -- from the post then; told_at -- to his leader
    """

    __tablename__ = "post_away"
    person_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    left_at: Mapped[datetime]
    metres: Mapped[int]
    told_at: Mapped[datetime | None]
    back_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("uq_post_away_open", "county_code", "person_id", unique=True,
              postgresql_where=text("back_at is null")),
    )  # fmt: skip
