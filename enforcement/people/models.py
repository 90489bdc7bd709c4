"""Tables: units, people, certificates, posts, accounts, tokens."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.terms import CertificateStatus, Role, Term, UnitKind


def one_of(column: str, words: type[Term]) -> str:
    """Return the CHECK that a text column holds one of the words."""
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"


class Unit(CountyRow, Base):
    """A unit of the county's tree.

    code -- "01.02.03": each level below its parent, so that a range of codes is a subtree
    home_code -- division (township) a squad or government belongs to
    """

    __tablename__ = "unit"
    code: Mapped[Code]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[uuid.UUID | None]
    home_code: Mapped[Code | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("county_code", "code"),
        CheckConstraint(one_of("kind", UnitKind), "kind"),
        ForeignKeyConstraint(["county_code", "parent_id"], ["unit.county_code", "unit.id"]),
        Index("ix_unit_parent", "county_code", "parent_id"),
    )


class Person(CountyRow, Base):
    """A person; numbers that identify him are encrypted and searched by keyed hash."""

    __tablename__ = "person"
    name: Mapped[str]
    phone_encrypted: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    created_at: Mapped[datetime]


class Post(CountyRow, Base):
    """What a person is in a unit between two days; `village_code` for a village auxiliary."""

    __tablename__ = "post"
    person_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    role: Mapped[str]
    village_code: Mapped[Code | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(one_of("role", Role), "role"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        Index("ix_post_person", "county_code", "person_id"),
        Index("ix_post_unit", "county_code", "unit_id"),
        Index("ix_post_village", "county_code", "village_code"),
    )


class Certificate(CountyRow, Base):
    """An enforcement certificate (行政执法证), issued for one organ, valid between two days."""

    __tablename__ = "certificate"
    person_id: Mapped[uuid.UUID]
    number: Mapped[str]
    organ_unit_id: Mapped[uuid.UUID]
    field: Mapped[str]
    area: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # last day on which it is valid
    status: Mapped[str] = mapped_column(default=CertificateStatus.VALID)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("status", CertificateStatus), "status"),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "organ_unit_id"], ["unit.county_code", "unit.id"]),
        Index("ix_certificate_person", "county_code", "person_id"),
    )


class Account(CountyRow, Base):
    """A way to sign in, apart from the person it stands for; its role and unit are its post's."""

    __tablename__ = "account"
    username: Mapped[str]
    password_hash: Mapped[str]
    person_id: Mapped[uuid.UUID]
    post_id: Mapped[uuid.UUID]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
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
    """A bearer token `COUNTY.SECRET`; only its hash is kept."""

    __tablename__ = "api_token"
    account_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
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
