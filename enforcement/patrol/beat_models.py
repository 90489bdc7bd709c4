"""Tables: areas, routes and checkpoints that are patrolled, and what was done to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.patrol.terms import BeatKind, BeatSource, BeatState, Per, PlaceKind
from enforcement.people.models import one_of
from gis.srid import STORAGE_SRID


class Beat(CountyRow, Base):
    """An area, a route or a checkpoint with how often it has to be visited.

    geom -- point, line or polygon(s), EPSG:4490; lon, lat -- its middle, on it
    times, per -- visits required; 0 asks for none; from_minute, to_minute -- hours that count, of
    the day; radius_m -- how near counts as there; dwell_min -- how long a visit takes
    tag -- of checkpoints: the unguessable word in the QR code and the NFC tag
    last_visited_at -- a projection of the stops; version -- rises with every change
    """

    __tablename__ = "beat"
    kind: Mapped[str]
    name: Mapped[str]
    place_kind: Mapped[str | None]
    unit_code: Mapped[Code]
    village_code: Mapped[Code | None]
    geom: Mapped[Any] = mapped_column(Geometry("GEOMETRY", STORAGE_SRID, spatial_index=False))
    lon: Mapped[float]
    lat: Mapped[float]
    times: Mapped[int]
    per: Mapped[str]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    radius_m: Mapped[int | None]
    dwell_min: Mapped[int]
    tag: Mapped[str | None]
    instructions: Mapped[str | None]
    photo: Mapped[bool]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default=BeatState.ACTIVE)
    last_visited_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(one_of("kind", BeatKind), "kind"),
        CheckConstraint(one_of("place_kind", PlaceKind), "place_kind"),
        CheckConstraint(one_of("per", Per), "per"),
        CheckConstraint(one_of("source", BeatSource), "source"),
        CheckConstraint(one_of("state", BeatState), "state"),
        CheckConstraint("times between 0 and 50", "times"),
        CheckConstraint("0 <= from_minute and from_minute < to_minute and to_minute <= 1440",
                        "hours"),
        CheckConstraint("radius_m between 5 and 5000", "radius"),
        CheckConstraint("dwell_min between 0 and 600", "dwell"),
        CheckConstraint("(kind = 'point') = (tag is not null)", "tag"),
        CheckConstraint("(kind = 'point') = (radius_m is not null)", "reach"),
        CheckConstraint("(kind = 'point') = (place_kind is not null)", "place"),
        UniqueConstraint("county_code", "tag"),
        Index("ix_beat_unit", "county_code", "unit_code", "id"),
        Index("ix_beat_geom", "geom", postgresql_using="gist"),
    )  # fmt: skip


class BeatEntry(CountyRow, Base):
    """One act in a beat's history; never changed (a trigger refuses)."""

    __tablename__ = "beat_entry"
    beat_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "beat_id", "seq"),
        ForeignKeyConstraint(["county_code", "beat_id"], ["beat.county_code", "beat.id"]),
    )
