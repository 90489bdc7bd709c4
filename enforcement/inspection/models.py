"""Tables: enterprises with the code at their gate, inspections, who joined them, their history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.inspection_terms import InspectionResult, InspectionSource, InspectionState
from enforcement.law.inspections import OPEN
from enforcement.law.terms import Passed
from enforcement.people.models import one_of

OPEN_SQL = "state in (" + ", ".join(f"'{state}'" for state in OPEN) + ")"


class Enterprise(CountyRow, Base):
    """Who may be inspected, one row for a credit code; gate_code -- what the sign at the gate says.

    village_code -- division of its premises
    """

    __tablename__ = "enterprise"
    uscc: Mapped[str]
    name: Mapped[str]
    representative: Mapped[str]
    address: Mapped[str]
    village_code: Mapped[Code]
    gate_code: Mapped[str]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "uscc"),
        UniqueConstraint("county_code", "gate_code"),
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
    )


class Inspection(CountyRow, Base):
    """One inspection. Columns project its history; days are days in China.

    from_on, until_on -- when it may be done; visits -- how often officers went in
    correct_until, rechecked -- of an order to put right; publish_due_on -- twenty working days
    case_id -- the case that it led to
    """

    __tablename__ = "inspection"
    number: Mapped[str]
    state: Mapped[str] = mapped_column(default=InspectionState.PROPOSED)
    enterprise_id: Mapped[uuid.UUID]
    matter_code: Mapped[str]
    source: Mapped[str]
    reason: Mapped[str]
    content: Mapped[str]
    basis: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    squad_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    organ: Mapped[str]
    officer_a_id: Mapped[uuid.UUID]
    officer_b_id: Mapped[uuid.UUID]
    proposed_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    visits: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None]
    findings: Mapped[str | None]
    corrections: Mapped[str | None]
    correct_until: Mapped[date | None]
    rechecked: Mapped[str | None]
    concluded_on: Mapped[date | None]
    publish_due_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    case_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("state", InspectionState), "state"),
        CheckConstraint(one_of("source", InspectionSource), "source"),
        CheckConstraint(one_of("result", InspectionResult), "result"),
        CheckConstraint(one_of("rechecked", Passed), "rechecked"),
        CheckConstraint("officer_a_id <> officer_b_id", "two_officers"),
        CheckConstraint("until_on >= from_on", "period"),
        ForeignKeyConstraint(
            ["county_code", "enterprise_id"], ["enterprise.county_code", "enterprise.id"]
        ),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "officer_a_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "officer_b_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        Index("ix_inspection_proposed", "county_code", "proposed_at", "id"),
        Index("ix_inspection_enterprise", "county_code", "enterprise_id", "from_on"),
        Index(
            "uq_inspection_open", "county_code", "enterprise_id", unique=True,
            postgresql_where=text(OPEN_SQL),
        ),
        Index(
            "ix_inspection_published", "county_code", "published_at", "id",
            postgresql_where=text("published_at is not null"),
        ),
    )  # fmt: skip


class InspectionJoin(CountyRow, Base):
    """Another squad that takes part, with what it looks at: one visit instead of two."""

    __tablename__ = "inspection_join"
    inspection_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    person_id: Mapped[uuid.UUID]
    content: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "inspection_id", "unit_id"),
        ForeignKeyConstraint(
            ["county_code", "inspection_id"], ["inspection.county_code", "inspection.id"]
        ),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_inspection_join_unit", "county_code", "unit_code", "inspection_id"),
    )


class InspectionEntry(CountyRow, Base):
    """One act in the history of an inspection; never changed (a trigger refuses)."""

    __tablename__ = "inspection_entry"
    inspection_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    article: Mapped[str]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "inspection_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "inspection_id"], ["inspection.county_code", "inspection.id"]
        ),
    )
