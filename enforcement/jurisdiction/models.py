"""Tables: counties, editions of their boundaries, areas, who answers for them, decisions."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.jurisdiction.terms import DecisionBasis, EditionKind, EditionStatus, Level
from enforcement.people.models import one_of
from gis.layers import SpatialLayer
from gis.srid import STORAGE_SRID


def _shape(*, nullable: bool = False) -> Any:
    """Return a column of areas in `STORAGE_SRID`; its index stands in `__table_args__`."""
    kind = Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    return mapped_column(kind, nullable=nullable)


class County(Base):
    """A tenant; `short` (梨) stands in document numbers."""

    __tablename__ = "county"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    name: Mapped[str]
    short: Mapped[str]
    province_code: Mapped[str] = mapped_column(CHAR(2))


class Edition(CountyRow, Base):
    """One import; in force from `valid_from` until the day before `valid_to`.

    level -- the finest level the file gave; coarser ones were dissolved from it
    findings -- what the checks found: {"problems": [...], "warnings": [...]}
    schematic -- the lines are drawn for show (示意) and prove nothing
    origin -- how the file was read (results.Origin), with "repairs", "rejected", "notes", "doubts"
    activated_by -- user name of who put it in force, or "system"; None while a draft
    ended_at -- when the edition after it was put in force
    """

    __tablename__ = "edition"
    kind: Mapped[str]
    level: Mapped[str]
    source_name: Mapped[str]
    source_sha256: Mapped[str] = mapped_column(CHAR(64))
    decree: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    status: Mapped[str]
    schematic: Mapped[bool] = mapped_column(default=False)
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    origin: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    activated_at: Mapped[datetime | None]
    activated_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        CheckConstraint(one_of("kind", EditionKind), "kind"),
        CheckConstraint(one_of("level", Level), "level"),
        CheckConstraint(one_of("status", EditionStatus), "status"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "period"),
        Index("ix_edition_force", "county_code", "kind", "level", "valid_from"),
    )


class Division(Base):
    """A county, township or village by its statistical code (GB/T 2260 and below).

    population -- people who live there, where a file of divisions says so
    """

    __tablename__ = "division"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    code: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(Text(collation="C"))
    edition_id: Mapped[uuid.UUID]
    population: Mapped[int | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "parent_code"], ["division.county_code", "division.code"]
        ),
        ForeignKeyConstraint(["county_code", "edition_id"], ["edition.county_code", "edition.id"]),
        CheckConstraint(one_of("level", Level), "level"),
        CheckConstraint("code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'", "code"),
        CheckConstraint("left(code, 6) = county_code", "county"),
        CheckConstraint("population >= 0", "population"),
        Index("ix_division_parent", "county_code", "parent_code"),
    )


class Area(CountyRow, Base):
    """The shape of one division in one edition; `label_lon`, `label_lat` lie inside it."""

    __tablename__ = "area"
    edition_id: Mapped[uuid.UUID]
    level: Mapped[str]
    code: Mapped[str] = mapped_column(Text(collation="C"))
    name: Mapped[str]
    geom: Mapped[WKBElement] = _shape()
    label_lon: Mapped[float]
    label_lat: Mapped[float]
    area_m2: Mapped[float]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "edition_id"], ["edition.county_code", "edition.id"]),
        ForeignKeyConstraint(["county_code", "code"], ["division.county_code", "division.code"]),
        UniqueConstraint("county_code", "edition_id", "code"),
        CheckConstraint(one_of("level", Level), "level"),
        Index("ix_area_edition_level", "county_code", "edition_id", "level"),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        Index(
            "ix_area_village_geom",
            "geom",
            postgresql_using="gist",
            postgresql_where=text("level = 'village'"),
        ),
    )


AREA_LAYER = SpatialLayer(key=Area.code, geom=Area.geom)


class Responsibility(CountyRow, Base):
    """A unit answers for a division or a drawn polygon between two days (`valid_to` excluded).

    A duty that was called off before it began ends on the day on which it begins.
    name -- of an exception area (梨树镇农贸市场); created_at, ended_at -- when the row and its
    last day were entered, so that what was known at a moment can be asked again
    """

    __tablename__ = "responsibility"
    unit_id: Mapped[uuid.UUID]
    area_code: Mapped[str | None] = mapped_column(Text(collation="C"))
    geom: Mapped[WKBElement | None] = _shape(nullable=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    priority: Mapped[int] = mapped_column(default=0)
    category: Mapped[str | None]
    name: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    created_by: Mapped[str] = mapped_column(default="system", server_default="system")
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(
            ["county_code", "area_code"], ["division.county_code", "division.code"]
        ),
        CheckConstraint("num_nonnulls(area_code, geom) = 1", "one_shape"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "period"),
        Index("ix_responsibility_area", "county_code", "area_code"),
        Index("ix_responsibility_unit", "county_code", "unit_id"),
        Index("ix_responsibility_geom", "geom", postgresql_using="gist"),
    )


class RoutingDecision(CountyRow, Base):
    """What `route` answered for an incident or case; written once and never changed.

    lon, lat -- degrees, EPSG:4490; border_m -- metres to the nearest border of the area
    basis -- routed at the report, confirmed or moved by a person, or re-homed after a change
    replaces_id -- the decision before it; decided_by -- account of the person, None for routed
    """

    __tablename__ = "routing_decision"
    decided_at: Mapped[datetime]
    lon: Mapped[float]
    lat: Mapped[float]
    on_day: Mapped[date]
    category: Mapped[str | None]
    edition_id: Mapped[uuid.UUID]
    village_code: Mapped[str | None]
    township_code: Mapped[str | None]
    unit_id: Mapped[uuid.UUID | None]
    brigade_id: Mapped[uuid.UUID | None]
    rule: Mapped[str]
    border_m: Mapped[float]
    confirm: Mapped[bool]
    basis: Mapped[str] = mapped_column(default=DecisionBasis.ROUTED, server_default="routed")
    replaces_id: Mapped[uuid.UUID | None]
    decided_by: Mapped[uuid.UUID | None]
    reason: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "edition_id"], ["edition.county_code", "edition.id"]),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "brigade_id"], ["unit.county_code", "unit.id"]),
        CheckConstraint(one_of("basis", DecisionBasis), "basis"),
    )
