"""Tables: units, people, certificates, posts, their histories; accounts, tokens; uploads."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.terms import CertificateStatus, Employment, Role, Term, UnitKind


def one_of(column: str, words: type[Term]) -> str:
    """Return the CHECK that a text column holds one of the words."""
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"


class Unit(CountyRow, Base):
    """A unit of the county's tree; it is opened, merged and closed on days and never deleted.

    code -- "01.02.03": each level below its parent, so that a range of codes is a subtree
    home_code -- division (township, village) the unit belongs to; uscc -- credit code of an organ
    valid_to -- first day on which it no longer exists; ended_at -- when that was entered
    """

    __tablename__ = "unit"
    code: Mapped[Code]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[uuid.UUID | None]
    home_code: Mapped[Code | None]
    uscc: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    merged_into_id: Mapped[uuid.UUID | None]
    closed_by_decree: Mapped[str | None]
    closed_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        UniqueConstraint("county_code", "code"),
        UniqueConstraint("county_code", "uscc"),
        CheckConstraint(one_of("kind", UnitKind), "kind"),
        CheckConstraint("valid_to is null or valid_to > valid_from", "period"),
        ForeignKeyConstraint(["county_code", "parent_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "merged_into_id"], ["unit.county_code", "unit.id"]),
        Index("ix_unit_parent", "county_code", "parent_id"),
    )


class Person(CountyRow, Base):
    """A person; numbers that identify him are encrypted and searched by keyed hash.

    legal_number, legal_on -- of his legal qualification (法律职业资格)
    """

    __tablename__ = "person"
    name: Mapped[str]
    id_number_encrypted: Mapped[bytes | None]
    id_number_hash: Mapped[bytes | None]
    phone_encrypted: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    employment: Mapped[str | None]
    legal_number: Mapped[str | None]
    legal_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        CheckConstraint(one_of("employment", Employment), "employment"),
        CheckConstraint("num_nonnulls(legal_number, legal_on) in (0, 2)", "legal"),
        Index("ix_person_id_number", "county_code", "id_number_hash", unique=True),
        Index("ix_person_phone", "county_code", "phone_hash"),
        Index("ix_person_name", "county_code", "name", "id"),
    )


class Post(CountyRow, Base):
    """What a person is in a unit between two days; `village_code` for a village auxiliary.

    valid_to -- first day on which he no longer is; follows_id -- the post this one continues,
    as its unit was merged: an account of that post then stands for this one
    """

    __tablename__ = "post"
    person_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    role: Mapped[str]
    village_code: Mapped[Code | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    follows_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint(one_of("role", Role), "role"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "period"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        ForeignKeyConstraint(["county_code", "follows_id"], ["post.county_code", "post.id"]),
        ExcludeConstraint(  # nobody is two of the three administrators on one day (三权分立)
            ("county_code", "="),
            ("person_id", "="),
            (text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_post_administrator",
            using="gist",
            where=text("role in ('system_admin', 'security_admin', 'audit_admin')"),
        ),
        Index("ix_post_person", "county_code", "person_id"),
        Index("ix_post_unit", "county_code", "unit_id"),
        Index("ix_post_follows", "county_code", "follows_id"),
        Index(
            "ix_post_village",
            "county_code",
            "village_code",
            postgresql_where=text("village_code is not null"),
        ),
    )


class Certificate(CountyRow, Base):
    """An enforcement certificate (行政执法证), issued for one organ, valid between two days.

    field, area -- as printed; area_code -- division within which it counts
    status_on -- first day of the status; what held on an earlier day stands in the history
    """

    __tablename__ = "certificate"
    person_id: Mapped[uuid.UUID]
    number: Mapped[str]
    organ_unit_id: Mapped[uuid.UUID]
    field: Mapped[str]
    area: Mapped[str]
    area_code: Mapped[Code]
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # last day on which it is valid
    status: Mapped[str] = mapped_column(default=CertificateStatus.VALID)
    status_on: Mapped[date | None]
    status_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("status", CertificateStatus), "status"),
        CheckConstraint("valid_to >= valid_from", "period"),
        CheckConstraint("left(area_code, 6) = county_code", "area_code"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "organ_unit_id"], ["unit.county_code", "unit.id"]),
        Index("ix_certificate_person", "county_code", "person_id"),
        Index("ix_certificate_ends", "county_code", "valid_to", "id"),
    )


class Entry(CountyRow):
    """One act in a history that only grows; `by` is None for the command line."""

    event: Mapped[str]
    on_day: Mapped[date | None]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    detail: Mapped[dict[str, Any]]


class UnitEntry(Entry, Base):
    """One act upon a unit; on_day -- the day from which it holds."""

    __tablename__ = "unit_entry"
    unit_id: Mapped[uuid.UUID]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        Index("ix_unit_entry_unit", "county_code", "unit_id", "id"),
    )


class PersonEntry(Entry, Base):
    """One act upon a person or his posts; numbers are never in it."""

    __tablename__ = "person_entry"
    person_id: Mapped[uuid.UUID]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_person_entry_person", "county_code", "person_id", "id"),
    )


class CertificateEntry(Entry, Base):
    """One act upon a certificate; status, valid_to -- as they are from on_day on."""

    __tablename__ = "certificate_entry"
    certificate_id: Mapped[uuid.UUID]
    status: Mapped[str]
    valid_to: Mapped[date]
    __table_args__ = (
        CheckConstraint(one_of("status", CertificateStatus), "status"),
        ForeignKeyConstraint(
            ["county_code", "certificate_id"], ["certificate.county_code", "certificate.id"]
        ),
        Index("ix_certificate_entry_certificate", "county_code", "certificate_id", "id"),
    )


class ImportUpload(CountyRow, Base):
    """A list uploaded to look at, encrypted; removed when it is imported or a day old."""

    __tablename__ = "import_upload"
    account_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    name: Mapped[str]
    sealed: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        Index("ix_import_upload_account", "county_code", "account_id"),
    )


class Account(CountyRow, Base):
    """A way to sign in, apart from the person it stands for; its role and unit are its post's.

    password_at -- when its password was last changed; None: it is the first one
    """

    __tablename__ = "account"
    username: Mapped[str]
    password_hash: Mapped[str]
    person_id: Mapped[uuid.UUID]
    post_id: Mapped[uuid.UUID]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    password_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "post_id"], ["post.county_code", "post.id"]),
        UniqueConstraint("county_code", "username"),
        Index("ix_account_person", "county_code", "person_id"),
    )


class LoginName(Base):
    """Which county a user name belongs to: reference data, so that signing in needs no county."""

    __tablename__ = "login_name"
    username: Mapped[str] = mapped_column(primary_key=True)
    county_code: Mapped[str] = mapped_column(CHAR(6))
    account_id: Mapped[uuid.UUID]


class ApiToken(CountyRow, Base):
    """A bearer token `COUNTY.SECRET`; only its hash is kept.

    scopes -- permissions it is good for, of those that the account's role holds; None: all of them
    """

    __tablename__ = "api_token"
    account_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
    label: Mapped[str] = mapped_column(server_default="")
    scopes: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        UniqueConstraint("county_code", "token_hash"),
    )


class Organ(CountyRow, Base):
    """What an enforcement subject (执法主体) prints on its papers; id is that of its unit."""

    __tablename__ = "organ"
    name: Mapped[str]
    short: Mapped[str]
    reconsideration_organ: Mapped[str]
    court: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    bank: Mapped[str]
    account: Mapped[str]
    __table_args__ = (ForeignKeyConstraint(["county_code", "id"], ["unit.county_code", "unit.id"]),)
