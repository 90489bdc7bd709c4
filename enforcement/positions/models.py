"""Tables: devices, what they sent, where each is now, and the tracks of those on duty."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    CHAR,
    REAL,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from enforcement.db import Base, CountyRow
from enforcement.law.terms import Term
from enforcement.people.models import one_of
from gis.srid import STORAGE_SRID


class Protocol(Term):
    """How a device speaks."""

    OSMAND = "osmand", "OsmAnd / Traccar", "OsmAnd / Traccar"
    OWNTRACKS = "owntracks", "OwnTracks", "OwnTracks"
    JT808 = "jt808", "部标 JT/T 808", "JT/T 808"
    PHONE = "phone", "本平台手机页面", "This platform's phone page"
    GPX = "gpx", "GPX 文件", "GPX file"


class Mark(Term):
    """Why a position is kept but not believed."""

    INVALID = "invalid", "未定位", "Not fixed"
    ZERO = "zero", "坐标为零", "Zero coordinates"
    FUTURE = "future", "时间在将来", "In the future"
    OLD = "old", "时间太早", "Too old"
    INACCURATE = "inaccurate", "精度太低", "Inaccurate"
    JUMP = "jump", "速度不可能", "Impossible speed"


class Device(CountyRow, Base):
    """A phone, a terminal of a vehicle or on the body, told apart by what it calls itself.

    person_id -- who carries it: kept only while he is on duty; None is a vehicle's, never bound
    strict -- must show its key (or, by JT/T 808, the code it was given when it registered)
    key_hash, code_hash -- SHA-256 of these
    """

    __tablename__ = "device"
    ident: Mapped[str]
    protocol: Mapped[str]
    label: Mapped[str | None]
    person_id: Mapped[uuid.UUID | None]
    strict: Mapped[bool] = mapped_column(default=False, server_default="false")
    key_hash: Mapped[bytes]
    code_hash: Mapped[bytes | None]
    registered_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        CheckConstraint(one_of("protocol", Protocol), "protocol"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_device_ident", "county_code", "ident"),
        Index("ix_device_person", "county_code", "person_id"),
    )


class DeviceName(Base):
    """Whose device a name is, over all counties: a message names no county."""

    __tablename__ = "device_name"
    protocol: Mapped[str] = mapped_column(primary_key=True)
    ident: Mapped[str] = mapped_column(primary_key=True)
    county_code: Mapped[str] = mapped_column(CHAR(6))
    device_id: Mapped[uuid.UUID]


class Fix(Base):
    """One position as it came, in partitions by month; its key makes a repeated one the same.

    lon, lat -- degrees, EPSG:4490; raw_lon, raw_lat, datum -- as received; m, m/s, degrees, %
    fixed_at -- by the device; received_at -- by us; person_id -- who carried it then
    marks -- words of Mark, None where it is believed; late -- sent afterwards by a blind terminal
    """

    __tablename__ = "fix"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fixed_at: Mapped[datetime] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    lon: Mapped[float]
    lat: Mapped[float]
    raw_lon: Mapped[float]
    raw_lat: Mapped[float]
    datum: Mapped[str]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    course_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    battery_pct: Mapped[float | None] = mapped_column(REAL)
    source: Mapped[str]
    mock: Mapped[bool]
    late: Mapped[bool]
    person_id: Mapped[uuid.UUID | None]
    alarm: Mapped[str | None]
    marks: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    extra: Mapped[dict[str, Any] | None]
    __table_args__ = (
        Index("ix_fix_at", "fixed_at", postgresql_using="brin"),
        Index(
            "ix_fix_received",
            "received_at",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 32, "autosummarize": True},
        ),
        {"postgresql_partition_by": "RANGE (fixed_at)"},
    )


class DeviceState(Base):
    """Where a device is: its newest believed position; heard_at -- any word from it."""

    __tablename__ = "device_state"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    heard_at: Mapped[datetime]
    fixed_at: Mapped[datetime | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    course_deg: Mapped[float | None] = mapped_column(REAL)
    battery_pct: Mapped[float | None] = mapped_column(REAL)
    mock: Mapped[bool | None]
    person_id: Mapped[uuid.UUID | None]
    geom: Mapped[Any | None] = mapped_column(
        Geometry("POINT", STORAGE_SRID, spatial_index=False),
        Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4490)", persisted=True),
    )
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "device_id"], ["device.county_code", "device.id"]),
        Index("ix_device_state_person", "county_code", "person_id"),
        Index("ix_device_state_geom", "geom", postgresql_using="gist"),
    )


class GpxFile(CountyRow, Base):
    """A recorded track that was handed in as a file; the same file is taken once."""

    __tablename__ = "gpx_file"
    device_id: Mapped[uuid.UUID]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str]
    taken_by: Mapped[uuid.UUID]
    taken_at: Mapped[datetime]
    fixes: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "device_id"], ["device.county_code", "device.id"]),
        ForeignKeyConstraint(["county_code", "taken_by"], ["account.county_code", "account.id"]),
        Index("uq_gpx_file", "county_code", "device_id", "sha256", unique=True),
    )
