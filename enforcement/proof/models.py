"""Tables: what people say at checkpoints, and the visits that positions show."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CHAR,
    REAL,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.patrol.terms import VisitWay
from enforcement.people.models import one_of


class CheckIn(CountyRow, Base):
    """Somebody says that he is at a checkpoint; never changed (a trigger refuses).

    stop_id -- the stop of his squad's list of that day, where it is one
    occurred_at -- by the phone; received_at -- by us; lon, lat -- degrees, EPSG:4490
    distance_m -- on the ground; within -- inside the radius, None without a position
    mock -- the phone said that its position is invented; sha256 -- of the photo
    key -- of the sender: sent twice, it is kept once
    """

    __tablename__ = "check_in"
    beat_id: Mapped[uuid.UUID]
    stop_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]
    way: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    distance_m: Mapped[float | None] = mapped_column(REAL)
    within: Mapped[bool | None]
    mock: Mapped[bool]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    note: Mapped[str | None]
    key: Mapped[str]
    __table_args__ = (
        CheckConstraint("way in ('qr', 'nfc', 'photo')", "way"),
        CheckConstraint("num_nonnulls(lon, lat) <> 1", "whole_position"),
        CheckConstraint("num_nonnulls(lon, distance_m, within) in (0, 3)", "distance"),
        CheckConstraint("way <> 'photo' or sha256 is not null", "photo"),
        UniqueConstraint("county_code", "account_id", "key"),
        ForeignKeyConstraint(["county_code", "beat_id"], ["beat.county_code", "beat.id"]),
        ForeignKeyConstraint(
            ["county_code", "stop_id"], ["patrol_stop.county_code", "patrol_stop.id"]
        ),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index("ix_check_in_person", "county_code", "person_id", "occurred_at"),
        Index("ix_check_in_beat", "county_code", "beat_id", "occurred_at"),
        Index("ix_check_in_stop", "county_code", "stop_id"),
    )


class BeatVisit(CountyRow, Base):
    """A stay within reach of a checkpoint, made from positions; it grows while more come.

    carrier_id -- the person, else the vehicle's device; on_day -- of the arrival, in China
    min_distance_m -- of the nearest position; mocked -- some of them said to be invented
    way -- geofence, or that of a check-in that was kept as a visit of one moment
    """

    __tablename__ = "beat_visit"
    beat_id: Mapped[uuid.UUID]
    carrier_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None]
    on_day: Mapped[date]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime]
    dwell_s: Mapped[int]
    min_distance_m: Mapped[float | None] = mapped_column(REAL)
    mocked: Mapped[bool]
    way: Mapped[str]
    __table_args__ = (
        CheckConstraint(one_of("way", VisitWay), "way"),
        CheckConstraint("left_at >= arrived_at and dwell_s >= 0", "stay"),
        ForeignKeyConstraint(["county_code", "beat_id"], ["beat.county_code", "beat.id"]),
        Index("ix_beat_visit_carrier", "county_code", "carrier_id", "beat_id", "left_at"),
        Index("ix_beat_visit_day", "county_code", "on_day", "beat_id"),
    )


class ProofLook(Base):
    """Until when received positions have been looked at, of each county."""

    __tablename__ = "proof_look"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    looked_at: Mapped[datetime]
    __table_args__ = (ForeignKeyConstraint(["county_code"], ["county.county_code"]),)
