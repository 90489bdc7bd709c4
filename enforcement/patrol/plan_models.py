"""Tables: templates of patrols, what has to be followed up, plans being made, road times."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.patrol.models import SHIFT
from enforcement.patrol.terms import BeatState, RunKind, RunState, WishKind, WishState
from enforcement.people.models import one_of


class PatrolTemplate(CountyRow, Base):
    """A squad's patrol that comes back: on which days, in which shift, to which beats.

    weekdays -- 1 is Monday; every_weeks -- 2 is each second week from that of starts_on
    """

    __tablename__ = "patrol_template"
    name: Mapped[str]
    squad_id: Mapped[uuid.UUID]
    squad_code: Mapped[Code]
    weekdays: Mapped[list[Any]]
    every_weeks: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    break_from: Mapped[int | None]
    break_to: Mapped[int | None]
    instructions: Mapped[str]
    state: Mapped[str] = mapped_column(default=BeatState.ACTIVE)
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(one_of("state", BeatState), "state"),
        CheckConstraint("every_weeks between 1 and 8", "weeks"),
        CheckConstraint("ends_on >= starts_on", "period"),
        CheckConstraint(SHIFT, "shift"),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "made_by"], ["account.county_code", "account.id"]),
        Index("ix_patrol_template_squad", "county_code", "squad_code", "id"),
    )


class TemplateStop(CountyRow, Base):
    """A beat on a template; planned_minute -- of the day, None where the order decides."""

    __tablename__ = "patrol_template_stop"
    template_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    beat_id: Mapped[uuid.UUID]
    planned_minute: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("planned_minute between 0 and 1439", "minute"),
        UniqueConstraint("county_code", "template_id", "seq"),
        UniqueConstraint("county_code", "template_id", "beat_id"),
        ForeignKeyConstraint(
            ["county_code", "template_id"], ["patrol_template.county_code", "patrol_template.id"]
        ),
        ForeignKeyConstraint(["county_code", "beat_id"], ["beat.county_code", "beat.id"]),
    )


class PatrolWish(CountyRow, Base):
    """Something to follow up by a legal day: it is a stop by itself once that day comes near.

    subject_id -- of the inspection, measure, case or stop it comes from; article -- of the limit
    from_on -- no earlier; due_on -- the last day
    """

    __tablename__ = "patrol_wish"
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    title: Mapped[str]
    article: Mapped[str | None]
    unit_code: Mapped[Code]
    village_code: Mapped[Code | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    from_on: Mapped[date]
    due_on: Mapped[date]
    service_min: Mapped[int]
    state: Mapped[str] = mapped_column(default=WishState.OPEN)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", WishKind), "kind"),
        CheckConstraint(one_of("state", WishState), "state"),
        CheckConstraint("due_on >= from_on", "period"),
        CheckConstraint("num_nonnulls(lon, lat) <> 1", "whole_position"),
        UniqueConstraint("county_code", "kind", "subject_id", "due_on"),
        Index("ix_patrol_wish_due", "county_code", "state", "due_on"),
    )


class PlanRun(CountyRow, Base):
    """A plan that was asked for; the worker makes it bit by bit.

    problem -- who and what was planned, by names, so that a plan is applied to what it was made for
    plan -- the best so far; done, total -- CPU-seconds
    """

    __tablename__ = "plan_run"
    kind: Mapped[str]
    unit_code: Mapped[Code]
    on_day: Mapped[date]
    state: Mapped[str]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int]
    problem: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    asked_by: Mapped[uuid.UUID]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", RunKind), "kind"),
        CheckConstraint(one_of("state", RunState), "state"),
        ForeignKeyConstraint(["county_code", "asked_by"], ["account.county_code", "account.id"]),
        Index("ix_plan_run_asked", "county_code", "on_day", "asked_at"),
    )


class RoadTime(CountyRow, Base):
    """Seconds by road between two places, where somebody loaded them; else straight lines count.

    from_place, to_place -- "beat:ID", "village:CODE", "unit:CODE"; source -- where it comes from
    """

    __tablename__ = "road_time"
    from_place: Mapped[str]
    to_place: Mapped[str]
    seconds: Mapped[int]
    source: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("seconds >= 0", "seconds"),
        UniqueConstraint("county_code", "from_place", "to_place"),
    )
