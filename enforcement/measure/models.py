"""Tables: measures of a case, their items, the acts upon them, and who kept each item when."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.measure_terms import Fate, MeasureKind, MeasureState
from enforcement.law.measures import OPEN_STATES
from enforcement.people.models import one_of

OPEN_SQL = "state in (" + ", ".join(f"'{state}'" for state in OPEN_STATES) + ")"


class Measure(CountyRow, Base):
    """A seal, a seizure or a preservation of evidence. Columns project its history.

    involved, not_living, not_sealed, milder -- what the officers confirmed of the things (强23, 5)
    confirm_until -- 24 hours after it was done at once; due_on -- last day, then it lapses
    excluded_days -- of testing periods told in writing (强25(3))
    """

    __tablename__ = "measure"
    number: Mapped[str]
    case_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    basis: Mapped[str]
    place: Mapped[str]
    involved: Mapped[bool]
    not_living: Mapped[bool]
    not_sealed: Mapped[bool]
    milder: Mapped[bool]
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    confirm_until: Mapped[datetime | None]
    due_on: Mapped[date | None]
    extended: Mapped[bool] = mapped_column(default=False)
    excluded_days: Mapped[int] = mapped_column(default=0)
    lapsed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("kind", MeasureKind), "kind"),
        CheckConstraint(one_of("state", MeasureState), "state"),
        CheckConstraint("kind <> 'preserve' or confirm_until is null", "preserve_approved_first"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        Index("ix_measure_proposed", "county_code", "proposed_at", "id"),
        Index("ix_measure_case", "county_code", "case_id"),
        Index(
            "ix_measure_open", "county_code", "case_id", postgresql_where=text(OPEN_SQL),
        ),
    )  # fmt: skip


class MeasureItem(CountyRow, Base):
    """One thing in a measure, numbered from 1; fate -- decided; given_at -- handed out."""

    __tablename__ = "measure_item"
    measure_id: Mapped[uuid.UUID]
    no: Mapped[int]
    name: Mapped[str]
    spec: Mapped[str | None]
    quantity: Mapped[str]
    condition: Mapped[str | None]
    place: Mapped[str]
    fate: Mapped[str | None]
    given_to: Mapped[str | None]
    given_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("county_code", "measure_id", "no"),
        CheckConstraint(one_of("fate", Fate), "fate"),
        ForeignKeyConstraint(["county_code", "measure_id"], ["measure.county_code", "measure.id"]),
    )


class CustodyEntry(CountyRow, Base):
    """One hand-over of an item: where it went, from whom to whom, when; never changed."""

    __tablename__ = "custody_entry"
    measure_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    place: Mapped[str]
    from_name: Mapped[str]
    to_name: Mapped[str]
    condition: Mapped[str | None]
    photo_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "measure_id"], ["measure.county_code", "measure.id"]),
        ForeignKeyConstraint(
            ["county_code", "item_id"], ["measure_item.county_code", "measure_item.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "photo_sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
        Index("ix_custody_entry_measure", "county_code", "measure_id", "at"),
    )


class MeasureEntry(CountyRow, Base):
    """One act in a measure's history; `by` is None for the system; never changed."""

    __tablename__ = "measure_entry"
    measure_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    article: Mapped[str]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "measure_id", "seq"),
        ForeignKeyConstraint(["county_code", "measure_id"], ["measure.county_code", "measure.id"]),
    )
