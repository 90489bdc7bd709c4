"""Tables: drills of reachability, and each point and duty phone that was asked."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from enforcement.db import Base, Code, CountyRow


class Drill(CountyRow, Base):
    """One test of whether village points and duty phones can be reached; never an incident.

    due_at -- until when an answer counts; ended_at -- when the worker drew the line
    started_by -- account of the person; None where the worker started it
    retest_of -- the drill whose silent ones are asked again
    """

    __tablename__ = "drill"
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    started_by: Mapped[uuid.UUID | None]
    started_by_name: Mapped[str]
    retest_of: Mapped[uuid.UUID | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "retest_of"], ["drill.county_code", "drill.id"]),
        Index("ix_drill_started", "county_code", "started_at", "id"),
        Index(
            "uq_drill_running", "county_code", unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )  # fmt: skip


class DrillTarget(CountyRow, Base):
    """A village point or a person on duty that was asked; named as at that time.

    reached_at -- when a test press came or the person heard; written when the drill ends
    """

    __tablename__ = "drill_target"
    drill_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    point_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]
    name: Mapped[str]
    township_code: Mapped[Code | None]
    township_name: Mapped[str | None]
    reached_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind in ('point', 'phone')", "kind"),
        CheckConstraint("num_nonnulls(point_id, person_id) = 1", "one_target"),
        ForeignKeyConstraint(["county_code", "drill_id"], ["drill.county_code", "drill.id"]),
        ForeignKeyConstraint(
            ["county_code", "point_id"], ["village_point.county_code", "village_point.id"]
        ),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        UniqueConstraint("county_code", "drill_id", "point_id"),
        UniqueConstraint("county_code", "drill_id", "person_id"),
    )
