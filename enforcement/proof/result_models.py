"""Tables: alarms of stops, what a patrol covered, what a person has to judge and has judged."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    REAL,
    CheckConstraint,
    Float,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.people.models import one_of
from enforcement.proof.terms import AlarmOf, Doubt, Ruling
from gis.srid import STORAGE_SRID


class StopAlarm(CountyRow, Base):
    """That a stop was late or missed while the shift ran: once for each stop and kind."""

    __tablename__ = "stop_alarm"
    stop_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("kind", AlarmOf), "kind"),
        UniqueConstraint("county_code", "stop_id", "kind"),
        ForeignKeyConstraint(
            ["county_code", "stop_id"], ["patrol_stop.county_code", "patrol_stop.id"]
        ),
    )


class PatrolCoverage(CountyRow, Base):
    """What a squad's people covered in a shift, made of their positions between two moments.

    crew -- whose positions; geom -- their simplified tracks, EPSG:4490, in time forgotten
    area_m2, road_m, points, villages -- what there was to cover, None where there is nothing;
    *_seen -- of it; points -- checkpoints on the list; cells -- where many incidents were, each
    with minutes of presence; params -- with which figures it was made; stale -- more came since
    """

    __tablename__ = "patrol_coverage"
    patrol_id: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    stale: Mapped[bool]
    since: Mapped[datetime]
    until: Mapped[datetime]
    crew: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)))
    fixes: Mapped[int]
    km: Mapped[float] = mapped_column(REAL)
    minutes: Mapped[int]
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTILINESTRING", srid=STORAGE_SRID, spatial_index=False)
    )
    area_of: Mapped[str | None]
    area_m2: Mapped[float | None] = mapped_column(Float)
    area_seen_m2: Mapped[float | None] = mapped_column(Float)
    road_m: Mapped[float | None] = mapped_column(Float)
    road_seen_m: Mapped[float | None] = mapped_column(Float)
    points: Mapped[int]
    points_seen: Mapped[int]
    villages: Mapped[int]
    villages_seen: Mapped[int]
    cells: Mapped[list[Any]]
    params: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "patrol_id"),
        CheckConstraint("area_of in ('beats', 'unit')", "area_of"),
        ForeignKeyConstraint(["county_code", "patrol_id"], ["patrol.county_code", "patrol.id"]),
    )


class ProofFlag(CountyRow, Base):
    """Something doubtful about somebody's day; a leader says what it was, the program never does.

    carrier_id -- the person, else the vehicle's device; unit_code -- his unit that day
    subject_id -- the check-in it is about, else the carrier; figures -- why, in numbers
    """

    __tablename__ = "proof_flag"
    kind: Mapped[str]
    carrier_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None]
    unit_code: Mapped[Code | None]
    on_day: Mapped[date]
    subject_id: Mapped[uuid.UUID]
    figures: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=Ruling.OPEN)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    __table_args__ = (
        CheckConstraint(one_of("kind", Doubt), "kind"),
        CheckConstraint(one_of("state", Ruling), "state"),
        UniqueConstraint("county_code", "on_day", "kind", "carrier_id", "subject_id"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_proof_flag_unit", "county_code", "unit_code", "on_day"),
    )


class ProofFlagEntry(CountyRow, Base):
    """What somebody said of a flag; never changed (a trigger refuses)."""

    __tablename__ = "proof_flag_entry"
    flag_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "flag_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "flag_id"], ["proof_flag.county_code", "proof_flag.id"]
        ),
    )
