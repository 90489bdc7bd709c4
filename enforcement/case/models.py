"""Tables: parties, cases, and a case's history."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.discretion_terms import Tier
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.law.terms import CaseState, PartyKind
from enforcement.people.models import one_of
from gis.srid import STORAGE_SRID


class Party(CountyRow, Base):
    """Whom cases are about, one record across them; identity numbers are encrypted.

    merged_into_id -- the record that goes on in its place, by a decision that can be undone
    """

    __tablename__ = "party"
    kind: Mapped[str]
    name: Mapped[str]
    id_number_encrypted: Mapped[bytes | None]
    id_number_hash: Mapped[bytes | None]
    uscc: Mapped[str | None]
    representative: Mapped[str | None]
    address: Mapped[str | None]
    phone_encrypted: Mapped[bytes | None]
    merged_into_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        CheckConstraint(one_of("kind", PartyKind), "kind"),
        CheckConstraint("merged_into_id <> id", "merged"),
        ForeignKeyConstraint(["county_code", "merged_into_id"], ["party.county_code", "party.id"]),
        Index("ix_party_id_number", "county_code", "id_number_hash"),
        Index("ix_party_uscc", "county_code", "uscc"),
    )


class PartyEntry(CountyRow, Base):
    """One change of a party's record, in order; never changed (a trigger refuses)."""

    __tablename__ = "party_entry"
    party_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    detail: Mapped[dict[str, Any]]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "party_id", "seq"),
        ForeignKeyConstraint(["county_code", "party_id"], ["party.county_code", "party.id"]),
    )


class PartyConsent(CountyRow, Base):
    """Whether a party agreed to be served electronically (D42); the newest one counts."""

    __tablename__ = "party_consent"
    party_id: Mapped[uuid.UUID]
    agreed: Mapped[bool]
    address_encrypted: Mapped[bytes | None]
    signed_on: Mapped[date]
    paper: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "party_id"], ["party.county_code", "party.id"]),
        CheckConstraint("not agreed or address_encrypted is not null", "address"),
        Index("ix_party_consent_party", "county_code", "party_id", "at"),
    )


class CaseFile(CountyRow, Base):
    """A case in the ordinary procedure. Columns project its history; days are law's days.

    lon, lat -- EPSG:4490; cell -- of the map's finest level (atlas.grid), -1 without a place
    acted_on -- day of the act, which decides the provision (罚37)
    """

    __tablename__ = "case_file"
    number: Mapped[str]
    state: Mapped[str] = mapped_column(default=CaseState.CLUE)
    matter_code: Mapped[str]
    cause: Mapped[str]
    incident_id: Mapped[uuid.UUID | None]
    party_id: Mapped[uuid.UUID | None]
    act: Mapped[str]
    place: Mapped[str]
    acted_on: Mapped[date]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", STORAGE_SRID, spatial_index=False))
    cell: Mapped[int | None] = mapped_column(
        BigInteger, Computed("map_code(lon, lat)", persisted=True), deferred=True
    )
    routing_id: Mapped[uuid.UUID | None]
    village_code: Mapped[Code | None]
    township_code: Mapped[Code | None]
    squad_id: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    registered_at: Mapped[datetime]
    officer_a_id: Mapped[uuid.UUID | None]
    officer_b_id: Mapped[uuid.UUID | None]
    filed_on: Mapped[date | None]
    decision_due_on: Mapped[date | None]
    noticed_yuan: Mapped[Decimal | None]
    statement_until_on: Mapped[date | None]
    statement: Mapped[str | None]
    proposed_yuan: Mapped[Decimal | None]
    proposal_approved: Mapped[bool] = mapped_column(default=False)
    endorsed: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[str | None]  # of the proposed penalty
    fine_yuan: Mapped[Decimal | None]
    decided_on: Mapped[date | None]
    served_on: Mapped[date | None]
    payment_due_on: Mapped[date | None]
    paid_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0))
    surcharge_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    surcharge_paid_yuan: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    closed_on: Mapped[date | None]
    answer_limit: Mapped[str | None]  # of a reconsideration or lawsuit that waits for a reply
    answer_from_on: Mapped[date | None]
    stopped_from: Mapped[str | None]  # the state to go back to
    recused_ids: Mapped[list[uuid.UUID]] = mapped_column(
        ARRAY(Uuid()), default=list, server_default="{}"
    )
    chair_id: Mapped[uuid.UUID | None]
    awaits_review: Mapped[bool] = mapped_column(default=False, server_default="false")
    power_item_id: Mapped[uuid.UUID | None]  # pinned at filing, with the version of its provision
    provision_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("state", CaseState), "state"),
        CheckConstraint(one_of("tier", Tier), "tier"),
        ForeignKeyConstraint(["county_code", "party_id"], ["party.county_code", "party.id"]),
        ForeignKeyConstraint(["county_code", "squad_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "officer_a_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "officer_b_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(
            ["county_code", "routing_id"], ["routing_decision.county_code", "routing_decision.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "power_item_id"], ["power_item.county_code", "power_item.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "provision_id"], ["power_provision.county_code", "power_provision.id"]
        ),
        Index("ix_case_file_cell", "county_code", "cell"),
        Index("ix_case_file_unit", "county_code", "unit_code", "registered_at"),
        Index("ix_case_file_township", "county_code", "township_code", "registered_at"),
        ForeignKeyConstraint(["county_code", "chair_id"], ["person.county_code", "person.id"]),
        Index(
            "ix_case_file_party",
            "county_code",
            "party_id",
            postgresql_where=text("fine_yuan is not null"),
        ),
        Index(
            "ix_case_file_closed",
            "county_code",
            "closed_on",
            postgresql_where=text("closed_on is not null"),
        ),
        Index("ix_case_file_registered", "county_code", "registered_at", "id"),
        *(
            Index(
                f"ix_case_file_{name}",
                "county_code",
                f"{name}_id",
                "registered_at",
                "id",
                postgresql_where=text(f"{name}_id is not null"),
            )
            for name in ("officer_a", "officer_b", "chair")
        ),
        Index(
            "ix_case_file_recused",
            "county_code",
            "id",
            postgresql_where=text("recused_ids <> '{}'::uuid[]"),
        ),
        Index("ix_case_file_of_party", "county_code", "party_id", "id"),
        Index(
            "ix_case_file_similar",
            "county_code",
            "matter_code",
            "tier",
            "decided_on",
            postgresql_where=text("fine_yuan is not null"),
        ),
        Index("ix_case_file_incident", "county_code", "incident_id", unique=True),
    )


class CaseEntry(CountyRow, Base):
    """One act in a case's history, with what was said in it; never changed (a trigger refuses)."""

    __tablename__ = "case_entry"
    case_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    article: Mapped[str]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "case_id", "seq"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
    )


class Remedy(CountyRow, Base):
    """A reconsideration or lawsuit against a decision: a projection of the case's history.

    answer_due_on -- last day to reply with the evidence, None where no calendar reaches it
    stayed -- the execution stands still meanwhile
    """

    __tablename__ = "remedy"
    case_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    organ: Mapped[str]
    number: Mapped[str]
    filed_on: Mapped[date]
    received_on: Mapped[date]
    limit_id: Mapped[str]
    answer_due_on: Mapped[date | None]
    replied_on: Mapped[date | None]
    stayed: Mapped[bool] = mapped_column(default=False, server_default="false")
    outcome: Mapped[str | None]
    ended_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", RemedyKind), "kind"),
        CheckConstraint(one_of("outcome", RemedyOutcome), "outcome"),
        CheckConstraint("(outcome is null) = (ended_on is null)", "ended"),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        Index("ix_remedy_case", "county_code", "case_id"),
        Index(
            "uq_remedy_running", "county_code", "case_id", unique=True,
            postgresql_where=text("ended_on is null"),
        ),
        Index("ix_remedy_answer", "county_code", "answer_due_on", "id"),
    )  # fmt: skip
