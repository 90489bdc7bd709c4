"""Tables: tracks of a day, the villages and cells that somebody was in."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CHAR, REAL, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from gis.srid import STORAGE_SRID


class Track(CountyRow, Base):
    """Where a person, or a vehicle, was on a day: made from positions, made anew when more come.

    carrier_id -- the person, else the device; unit_code -- his unit on that day
    geom -- simplified to 10 m; km along it; stops -- [{since, until, lon, lat}]
    area_pct -- share of the unit's area within 100 m of it; None where the unit has no area
    doubtful, mocked -- positions that are marked, and that a phone says are invented
    """

    __tablename__ = "track"
    carrier_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None]
    unit_code: Mapped[Code | None]
    on_day: Mapped[date]
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTILINESTRING", srid=STORAGE_SRID, spatial_index=False)
    )
    km: Mapped[float] = mapped_column(REAL)
    minutes: Mapped[float] = mapped_column(REAL)
    fixes: Mapped[int]
    doubtful: Mapped[int]
    mocked: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    stops: Mapped[list[Any]]
    area_pct: Mapped[float | None] = mapped_column(REAL)
    built_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "on_day", "carrier_id"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_track_unit", "county_code", "unit_code", "on_day"),
        Index("ix_track_geom", "geom", postgresql_using="gist"),
    )


class TrackVillage(Base):
    """Minutes that a track spent in a village."""

    __tablename__ = "track_village"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    track_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    village_code: Mapped[Code] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "track_id"], ["track.county_code", "track.id"]),
        Index("ix_track_village_code", "county_code", "village_code", "last_at"),
    )


class PresenceCell(Base):
    """Minutes that a track spent in a cell of about 200 m; x, y count cells of gis.tracks."""

    __tablename__ = "presence_cell"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    track_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(primary_key=True)
    y: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "track_id"], ["track.county_code", "track.id"]),
    )


class CellVillage(Base):
    """The village that holds the middle of a cell, by an edition of boundaries.

    Written once for each edition, so that reports need not ask polygons again.
    """

    __tablename__ = "cell_village"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    edition_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column(primary_key=True)
    y: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[Code | None]
