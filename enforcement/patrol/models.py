"""Tables: a day's patrol, its stops, what they brought about, its history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.terms import PatrolState
from enforcement.patrol.terms import FindingKind, VisitWay
from enforcement.people.models import one_of

SHIFT: Final = """0 <= from_minute and from_minute < to_minute and to_minute <= 1440
  and num_nonnulls(break_from, break_to) <> 1
  and (break_from is null or (from_minute <= break_from and break_from < break_to
    and break_to <= to_minute))"""


def _once(column: str, more: str = "") -> Index:
    """Return the index by which a thing is on one list of a day only."""
    name = f"uq_patrol_stop_county_code_patrol_on_{column}"
    where = " and ".join(filter(None, ("not off_list", more)))
    return Index(name, "county_code", "patrol_on", column, unique=True,
                 postgresql_where=text(where))  # fmt: skip


class Patrol(CountyRow, Base):
    """A squad's patrol of one day.

    from_minute, to_minute -- the shift, minutes of the day; break_from, break_to -- spent at the
    yard; told_version -- the version that the squad's phones were last told of, 0 for none
    """

    __tablename__ = "patrol"
    number: Mapped[str]
    squad_id: Mapped[uuid.UUID]
    squad_code: Mapped[Code]
    patrol_on: Mapped[date]
    instructions: Mapped[str]
    state: Mapped[str] = mapped_column(default=PatrolState.PUBLISHED)
    assigned_by: Mapped[uuid.UUID]
    assigned_at: Mapped[datetime]
    template_id: Mapped[uuid.UUID | None]
    from_minute: Mapped[int] = mapped_column(default=510, server_default="510")
    to_minute: Mapped[int] = mapped_column(default=1020, server_default="1020")
    break_from: Mapped[int | None]
    break_to: Mapped[int | None]
    told_version: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        UniqueConstraint("county_code", "template_id", "patrol_on"),
        CheckConstraint(one_of("state", PatrolState), "state"),
        CheckConstraint(SHIFT, "shift"),
        ForeignKeyConstraint(
            ["county_code", "template_id"], ["patrol_template.county_code", "patrol_template.id"]
        ),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "assigned_by"], ["account.county_code", "account.id"]),
        Index("ix_patrol_squad", "county_code", "squad_code", "patrol_on"),
    )


class PatrolStop(CountyRow, Base):
    """A place to visit; the same thing is never on two lists on one day (unique indexes).

    It is an incident, a beat, something to follow up (wish) or a village as a whole.
    planned_at -- when the visit is to begin; service_min -- how long it is to take
    arrived_at, left_at -- as the squad says, or as was proved; visited_at -- when that was entered
    way -- how it was proved (`enforcement.proof`); None: as the squad says
    locked -- a plan leaves it with its squad; why -- of the plan: kinds and numbers
    off_list -- not visited when the patrol ended: it may be put on another list
    """

    __tablename__ = "patrol_stop"
    patrol_id: Mapped[uuid.UUID]
    patrol_on: Mapped[date]
    seq: Mapped[int]
    incident_id: Mapped[uuid.UUID | None]
    beat_id: Mapped[uuid.UUID | None]
    wish_id: Mapped[uuid.UUID | None]
    village_code: Mapped[Code | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    required: Mapped[bool] = mapped_column(default=False, server_default="false")
    locked: Mapped[bool] = mapped_column(default=False, server_default="false")
    service_min: Mapped[int] = mapped_column(default=15, server_default="15")
    planned_at: Mapped[datetime | None]
    why: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    visited_at: Mapped[datetime | None]
    visited_by: Mapped[uuid.UUID | None]
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    way: Mapped[str | None]
    outcome: Mapped[str | None]
    again_on: Mapped[date | None]
    off_list: Mapped[bool] = mapped_column(default=False, server_default="false")
    __table_args__ = (
        UniqueConstraint("county_code", "patrol_id", "seq", deferrable=True, initially="DEFERRED"),
        _once("incident_id"),
        _once("beat_id"),
        _once("wish_id"),
        _once("village_code", "incident_id is null and beat_id is null and wish_id is null"),
        Index("ix_patrol_stop_day", "county_code", "patrol_on"),
        CheckConstraint("num_nonnulls(incident_id, beat_id, wish_id) <= 1", "one_thing"),
        CheckConstraint("left_at >= arrived_at", "stay"),
        CheckConstraint(one_of("way", VisitWay), "way"),
        CheckConstraint("service_min between 0 and 600", "service"),
        ForeignKeyConstraint(["county_code", "patrol_id"], ["patrol.county_code", "patrol.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "beat_id"], ["beat.county_code", "beat.id"]),
        ForeignKeyConstraint(
            ["county_code", "wish_id"], ["patrol_wish.county_code", "patrol_wish.id"]
        ),
        ForeignKeyConstraint(["county_code", "visited_by"], ["account.county_code", "account.id"]),
    )


class PatrolEntry(CountyRow, Base):
    """One act in a patrol's history; never changed (a trigger refuses).

    by -- None where a device proved a visit of somebody without an account
    """

    __tablename__ = "patrol_entry"
    patrol_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "patrol_id", "seq"),
        ForeignKeyConstraint(["county_code", "patrol_id"], ["patrol.county_code", "patrol.id"]),
    )


class PatrolFinding(CountyRow, Base):
    """What a visit brought about: an incident, an order to put right, a lead; never changed."""

    __tablename__ = "patrol_finding"
    stop_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    number: Mapped[str | None]
    text: Mapped[str]
    incident_id: Mapped[uuid.UUID | None]
    by: Mapped[uuid.UUID]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("kind", FindingKind), "kind"),
        ForeignKeyConstraint(
            ["county_code", "stop_id"], ["patrol_stop.county_code", "patrol_stop.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("ix_patrol_finding_stop", "county_code", "stop_id"),
    )
