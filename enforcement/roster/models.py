"""Tables: templates, what must be covered, shifts, leave, swaps, and their history."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.people.models import one_of
from enforcement.roster.terms import (
    BOUND,
    DayRule,
    DutyKind,
    LeaveKind,
    LeaveState,
    Pattern,
    ShiftState,
    SwapState,
)

SPAN: Final = text("tstzrange(starts_at, ends_at)")


def _unit() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"])


def _person(column: str = "person_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["county_code", column], ["person.county_code", "person.id"])


def _words(column: str, words: tuple[Any, ...]) -> str:
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"


class DutyTemplate(CountyRow, Base):
    """A unit's pattern of weeks, from which shifts are published.

    cycle_weeks -- so many weeks follow each other and begin anew; anchor_on -- a Monday on which
    the first of them begins
    """

    __tablename__ = "duty_template"
    unit_id: Mapped[uuid.UUID]
    name: Mapped[str]
    cycle_weeks: Mapped[int] = mapped_column(default=1)
    anchor_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "unit_id", "name"),
        CheckConstraint("cycle_weeks between 1 and 12", "cycle"),
        CheckConstraint("extract(isodow from anchor_on) = 1", "monday"),
        _unit(),
    )


class DutyTemplateRow(CountyRow, Base):
    """One shift of the pattern; without a person it is an open slot.

    week -- of the cycle, from 0; weekday -- Monday is 0; minutes -- up to 24 h, past midnight too
    seat -- 0, 1 … among rows of the same week, weekday, kind and start
    """

    __tablename__ = "duty_template_row"
    template_id: Mapped[uuid.UUID]
    week: Mapped[int]
    weekday: Mapped[int]
    kind: Mapped[str]
    start: Mapped[time]
    minutes: Mapped[int]
    days: Mapped[str] = mapped_column(default=DayRule.EVERY)
    person_id: Mapped[uuid.UUID | None]
    seat: Mapped[int]
    __table_args__ = (
        UniqueConstraint("county_code", "template_id", "week", "weekday", "kind", "start", "seat"),
        CheckConstraint("weekday between 0 and 6 and week between 0 and 11", "day"),
        CheckConstraint("minutes between 1 and 1440", "minutes"),
        CheckConstraint(one_of("kind", DutyKind), "kind"),
        CheckConstraint(one_of("days", DayRule), "days"),
        ForeignKeyConstraint(
            ["county_code", "template_id"], ["duty_template.county_code", "duty_template.id"]
        ),
        _person(),
    )


class DutyRequirement(CountyRow, Base):
    """What must be covered in a unit: so many people of a kind, during a pattern of hours.

    hours -- for a weekly pattern: rows {weekday, start "HH:MM", minutes}; valid_to -- excluded
    """

    __tablename__ = "duty_requirement"
    unit_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    pattern: Mapped[str]
    hours: Mapped[list[Any]] = mapped_column(default=list)
    at_least: Mapped[int] = mapped_column(default=1)
    certified: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", DutyKind), "kind"),
        CheckConstraint(one_of("pattern", Pattern), "pattern"),
        CheckConstraint("at_least between 1 and 50", "at_least"),
        CheckConstraint("valid_to is null or valid_to > valid_from", "period"),
        _unit(),
        Index("ix_duty_requirement_unit", "county_code", "unit_id"),
    )


class DutyShift(CountyRow, Base):
    """Somebody, or an open slot, on duty in a unit between two moments.

    template_id, seat -- the row of a template that it was published from; by_hand -- changed by a
    person since, so that publishing again leaves it alone
    """

    __tablename__ = "duty_shift"
    unit_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    person_id: Mapped[uuid.UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=ShiftState.PLANNED)
    template_id: Mapped[uuid.UUID | None]
    seat: Mapped[int | None]
    by_hand: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "template_id", "kind", "starts_at", "seat"),
        CheckConstraint(one_of("kind", DutyKind), "kind"),
        CheckConstraint(one_of("state", ShiftState), "state"),
        CheckConstraint(
            "ends_at > starts_at and ends_at <= starts_at + interval '24 hours'", "span"
        ),
        _unit(),
        _person(),
        ForeignKeyConstraint(
            ["county_code", "template_id"], ["duty_template.county_code", "duty_template.id"]
        ),
        ForeignKeyConstraint(["county_code", "made_by"], ["account.county_code", "account.id"]),
        ExcludeConstraint(
            ("county_code", "="), ("person_id", "="), (SPAN, "&&"),
            name="ex_duty_shift_person", using="gist",
            where=text(
                f"state = 'planned' and person_id is not null and {_words('kind', BOUND)}"
            ),
        ),
        Index("ix_duty_shift_unit", "county_code", "unit_id", "starts_at"),
        Index("ix_duty_shift_person", "county_code", "person_id", "starts_at"),
        Index("ix_duty_shift_ends", "county_code", "ends_at"),
    )  # fmt: skip


class DutyLeave(CountyRow, Base):
    """Somebody asks to be away between two moments."""

    __tablename__ = "duty_leave"
    person_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=LeaveState.ASKED)
    asked_by: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(one_of("kind", LeaveKind), "kind"),
        CheckConstraint(one_of("state", LeaveState), "state"),
        CheckConstraint("ends_at > starts_at", "span"),
        _person(),
        ForeignKeyConstraint(["county_code", "asked_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(["county_code", "decided_by"], ["account.county_code", "account.id"]),
        ExcludeConstraint(
            ("county_code", "="), ("person_id", "="), (SPAN, "&&"),
            name="ex_duty_leave_person", using="gist",
            where=text("state in ('asked', 'approved')"),
        ),
        Index("ix_duty_leave_person", "county_code", "person_id", "ends_at"),
        Index("ix_duty_leave_state", "county_code", "state", "starts_at"),
    )  # fmt: skip


class DutySwap(CountyRow, Base):
    """Somebody asks another to take his shift, or to exchange it for one of the other's.

    shift_version, other_version -- what both agreed about; a shift changed since is refused
    """

    __tablename__ = "duty_swap"
    shift_id: Mapped[uuid.UUID]
    shift_version: Mapped[int]
    from_person_id: Mapped[uuid.UUID]
    to_person_id: Mapped[uuid.UUID]
    other_shift_id: Mapped[uuid.UUID | None]
    other_version: Mapped[int | None]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=SwapState.ASKED)
    asked_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(one_of("state", SwapState), "state"),
        CheckConstraint("from_person_id <> to_person_id", "two_people"),
        ForeignKeyConstraint(
            ["county_code", "shift_id"], ["duty_shift.county_code", "duty_shift.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "other_shift_id"], ["duty_shift.county_code", "duty_shift.id"]
        ),
        _person("from_person_id"),
        _person("to_person_id"),
        ForeignKeyConstraint(["county_code", "decided_by"], ["account.county_code", "account.id"]),
        Index(
            "uq_duty_swap_open", "county_code", "shift_id",
            unique=True, postgresql_where=text("state in ('asked', 'agreed')"),
        ),
        Index("ix_duty_swap_to", "county_code", "to_person_id"),
        Index("ix_duty_swap_from", "county_code", "from_person_id"),
    )  # fmt: skip


class DutyEntry(CountyRow, Base):
    """One act upon the roster; never changed (a trigger refuses).

    subject -- template, requirement, shift, leave or swap; unit_id -- whose roster it is
    """

    __tablename__ = "duty_entry"
    subject: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID | None]
    event: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        CheckConstraint(
            "subject in ('template', 'requirement', 'shift', 'leave', 'swap')", "subject"
        ),
        Index("ix_duty_entry_subject", "county_code", "subject_id", "id"),
    )


class DutyPresence(CountyRow, Base):
    """A person said that he begins or ends work; never changed (a trigger refuses).

    lon, lat -- WGS 84, of that moment only, where he gave it; shift_id -- the shift it falls into
    """

    __tablename__ = "duty_presence"
    person_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]
    present: Mapped[bool]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    shift_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        _person(),
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "shift_id"], ["duty_shift.county_code", "duty_shift.id"]
        ),
        Index("ix_duty_presence_person", "county_code", "person_id", "occurred_at"),
    )
