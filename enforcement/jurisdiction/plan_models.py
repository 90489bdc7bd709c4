"""Tables: plans of who answers for what (责任区划分方案), their rows, and their log."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.jurisdiction.terms import PlanEvent, PlanStatus
from enforcement.people.models import one_of
from gis.srid import STORAGE_SRID


class DutyPlan(CountyRow, Base):
    """A set of duties that is being drawn up, then put in force or given up.

    base_on -- the day whose duties it started from; base_ids -- those duties;
    base_sha256 -- what they said, so that a change since then is seen
    version -- counts the changes; whoever saves names the one he saw
    activated_from -- first day on which it was put in force
    """

    __tablename__ = "duty_plan"
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=PlanStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    base_on: Mapped[date]
    base_ids: Mapped[list[Any]]
    base_sha256: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    created_by: Mapped[str]
    activated_from: Mapped[date | None]
    activated_at: Mapped[datetime | None]
    activated_by: Mapped[str | None]
    discarded_at: Mapped[datetime | None]
    discarded_by: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        CheckConstraint(one_of("status", PlanStatus), "status"),
        CheckConstraint("(status = 'active') = (activated_from is not null)", "activated"),
    )


class DutyPlanRow(CountyRow, Base):
    """One duty of a plan, in the words of `Responsibility`; a draft's may change."""

    __tablename__ = "duty_plan_row"
    plan_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    area_code: Mapped[str | None] = mapped_column(Text(collation="C"))
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=STORAGE_SRID, spatial_index=False)
    )
    priority: Mapped[int] = mapped_column(default=0)
    category: Mapped[str | None]
    name: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "plan_id"], ["duty_plan.county_code", "duty_plan.id"]),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(
            ["county_code", "area_code"], ["division.county_code", "division.code"]
        ),
        CheckConstraint("num_nonnulls(area_code, geom) = 1", "one_shape"),
        Index("ix_duty_plan_row_plan", "county_code", "plan_id"),
    )


class DutyPlanEntry(CountyRow, Base):
    """One change of a plan, with the rows that went and came; never changed (a trigger refuses).

    target -- of an undo or redo: the `seq` of the change that it takes back or does again
    """

    __tablename__ = "duty_plan_entry"
    plan_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    target: Mapped[int | None]
    ops: Mapped[list[Any]]
    removed: Mapped[list[Any]]
    added: Mapped[list[Any]]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        UniqueConstraint("county_code", "plan_id", "seq"),
        CheckConstraint(one_of("event", PlanEvent), "event"),
        ForeignKeyConstraint(["county_code", "plan_id"], ["duty_plan.county_code", "duty_plan.id"]),
    )
