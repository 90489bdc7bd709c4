"""Tables: legal holds, destructions, what each destroyed, and the certificates of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

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
from enforcement.law.terms import Term
from enforcement.people.models import one_of


class HoldKind(Term):
    """What a legal hold keeps."""

    CASE = "case", "案件", "Case"
    INCIDENT = "incident", "事件", "Incident"
    PERSON = "person", "工作人员", "Member of staff"
    TRACKS = "tracks", "一段日期的轨迹", "Tracks of some days"


class DestructionState(Term):
    """Where a destruction stands."""

    PROPOSED = "proposed", "待批准", "Proposed"
    REFUSED = "refused", "未批准", "Refused"
    RUNNING = "running", "正在销毁", "Running"
    DONE = "done", "已销毁", "Done"


class ItemState(Term):
    """What became of one record; all but the first are final."""

    WAITING = "waiting", "待销毁", "Waiting"
    DONE = "done", "已销毁", "Destroyed"
    HELD = "held", "已保全，未销毁", "Held"
    CHANGED = "changed", "已变更，未销毁", "Changed"


class LegalHold(CountyRow, Base):
    """Records that must not be destroyed until somebody releases them (保全).

    case_id, incident_id, person_id -- what is held; a case holds the incident it came from
    first_on, last_on -- days of tracks, both included; person_id with them narrows it to one person
    """

    __tablename__ = "legal_hold"
    kind: Mapped[str]
    case_id: Mapped[uuid.UUID | None]
    incident_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    named: Mapped[str]
    reason: Mapped[str]
    by: Mapped[uuid.UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by_name: Mapped[str | None]
    released_why: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", HoldKind), "kind"),
        CheckConstraint(
            "case kind when 'case' then case_id is not null when 'incident' then"
            " incident_id is not null when 'person' then person_id is not null"
            " else first_on is not null end",
            "object",
        ),
        CheckConstraint("num_nonnulls(first_on, last_on) <> 1 and last_on >= first_on", "days"),
        CheckConstraint(
            "num_nonnulls(released_at, released_by_name, released_why) in (0, 3)", "released"
        ),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "by"], ["account.county_code", "account.id"]),
        Index("ix_legal_hold_at", "county_code", "at", "id"),
        Index(
            "ix_legal_hold_standing", "county_code", "kind",
            postgresql_where=text("released_at is null"),
        ),
    )  # fmt: skip


class Destruction(CountyRow, Base):
    """One destruction of one kind: proposed and approved by two people, or a month by the rule.

    before -- records of earlier moments, fixed when it was proposed; months -- how long they were
    kept; count -- records listed when proposed; month -- of one by the rule, its first day
    """

    __tablename__ = "destruction"
    kind: Mapped[str]
    deed: Mapped[str]
    months: Mapped[int]
    basis: Mapped[str]
    before: Mapped[datetime]
    month: Mapped[date | None]
    state: Mapped[str]
    count: Mapped[int] = mapped_column(default=0, server_default="0")
    oldest_at: Mapped[datetime | None]
    newest_at: Mapped[datetime | None]
    reason: Mapped[str]
    proposed_by: Mapped[uuid.UUID | None]
    proposed_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", DestructionState), "state"),
        CheckConstraint("deed in ('delete', 'anonymise')", "deed"),
        CheckConstraint("decided_by <> proposed_by", "two_people"),
        CheckConstraint("(month is null) = (proposed_by is not null)", "by_rule"),
        CheckConstraint(
            "state = 'proposed' or month is not null"
            " or num_nulls(decided_by, decided_name, decided_at, decided_why) = 0",
            "decided",
        ),
        ForeignKeyConstraint(["county_code", "proposed_by"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "decided_by"], ["person.county_code", "person.id"]),
        UniqueConstraint("county_code", "kind", "month"),
        Index("ix_destruction_proposed", "county_code", "proposed_at", "id"),
        Index(
            "uq_destruction_open", "county_code", "kind", unique=True,
            postgresql_where=text("state in ('proposed', 'running') and month is null"),
        ),
    )  # fmt: skip


class DestructionItem(CountyRow, Base):
    """One record of a destruction: listed, then its tombstone; final but while it waits.

    subject -- the record's id; of positions, the device and the day; rows -- how many it stands for
    """

    __tablename__ = "destruction_item"
    destruction_id: Mapped[uuid.UUID]
    subject: Mapped[str]
    rows: Mapped[int] = mapped_column(default=1, server_default="1")
    record_at: Mapped[datetime]
    state: Mapped[str]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", ItemState), "state"),
        CheckConstraint("(state = 'waiting') = (done_at is null)", "done"),
        ForeignKeyConstraint(
            ["county_code", "destruction_id"], ["destruction.county_code", "destruction.id"]
        ),
        Index("ix_destruction_item_of", "county_code", "destruction_id", "subject"),
        Index(
            "ix_destruction_item_waiting", "county_code", "destruction_id", "subject",
            postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip


class DestructionCertificate(CountyRow, Base):
    """The certificate of a destruction (销毁证明); never changed (a trigger refuses).

    rows -- records destroyed; held, changed -- listed, and not destroyed after all
    sha256 -- of the tombstones' subjects, one a line, in byte order
    """

    __tablename__ = "destruction_certificate"
    number: Mapped[str]
    destruction_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    deed: Mapped[str]
    months: Mapped[int]
    basis: Mapped[str]
    before: Mapped[datetime]
    rows: Mapped[int]
    tombstones: Mapped[int]
    held: Mapped[int]
    changed: Mapped[int]
    oldest_at: Mapped[datetime | None]
    newest_at: Mapped[datetime | None]
    proposed_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        UniqueConstraint("county_code", "destruction_id"),
        ForeignKeyConstraint(
            ["county_code", "destruction_id"], ["destruction.county_code", "destruction.id"]
        ),
        Index("ix_destruction_certificate_at", "county_code", "at", "id"),
    )
