"""Tables: files of roads, the roads between junctions, where places lie on them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    REAL,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.patrol.terms import RoadKind
from enforcement.people.models import one_of
from gis.srid import STORAGE_SRID


class RoadFile(CountyRow, Base):
    """A file of roads that was imported; the one that is not replaced is in use.

    source, dated_on -- as the person says, where it comes from and of which day it is
    skipped -- rows that were left out, by why; pieces -- parts that do not hang together, main_pct
    -- share of the metres in the largest one
    places, off_road, unreached, times_at -- of the last matrix: places in it, those without a road
    near them, pairs without a way, None before the first
    """

    __tablename__ = "road_file"
    name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    driver: Mapped[str]
    source: Mapped[str]
    dated_on: Mapped[date]
    roads: Mapped[int]
    edges: Mapped[int]
    nodes: Mapped[int]
    km: Mapped[float] = mapped_column(REAL)
    pieces: Mapped[int]
    main_pct: Mapped[float] = mapped_column(REAL)
    skipped: Mapped[dict[str, Any]]
    taken_by: Mapped[uuid.UUID | None]
    taken_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    places: Mapped[int | None]
    off_road: Mapped[int | None]
    unreached: Mapped[int | None]
    times_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "taken_by"], ["account.county_code", "account.id"]),
        Index("uq_road_file_in_use", "county_code", unique=True,
              postgresql_where=text("replaced_at is null")),
    )  # fmt: skip


class Road(CountyRow, Base):
    """A stretch of road between two junctions, of the file in use only.

    geom -- along the road, EPSG:4490; forward_s, backward_s -- seconds along and against it, None
    where that is not allowed; from_node, to_node -- numbers of junctions; piece -- 0 is the largest
    part of the network that hangs together
    """

    __tablename__ = "road"
    file_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    name: Mapped[str | None]
    geom: Mapped[Any] = mapped_column(Geometry("LINESTRING", STORAGE_SRID, spatial_index=False))
    length_m: Mapped[float] = mapped_column(REAL)
    forward_s: Mapped[float | None] = mapped_column(REAL)
    backward_s: Mapped[float | None] = mapped_column(REAL)
    from_node: Mapped[int]
    to_node: Mapped[int]
    piece: Mapped[int]
    __table_args__ = (
        CheckConstraint(one_of("kind", RoadKind), "kind"),
        CheckConstraint("length_m >= 0 and forward_s >= 0 and backward_s >= 0", "measures"),
        ForeignKeyConstraint(["county_code", "file_id"], ["road_file.county_code", "road_file.id"]),
        Index("ix_road_geom", "geom", postgresql_using="gist"),
    )


class RoadPlace(CountyRow, Base):
    """A place as it stood when its times by road were computed; elsewhere now, they do not count.

    place -- as in `road_time`; off_m -- metres to the nearest road, None where none is near
    """

    __tablename__ = "road_place"
    place: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    off_m: Mapped[float | None] = mapped_column(REAL)
    __table_args__ = (
        CheckConstraint("off_m >= 0", "off"),
        UniqueConstraint("county_code", "place"),
    )
