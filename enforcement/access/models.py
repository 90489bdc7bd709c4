"""Tables of signing in: failures and locks, sessions, second factors, recovery codes."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow

ACCOUNT = ["account.county_code", "account.id"]
ENDS = ("signed_out", "ended", "password", "closed")


class SignInGuard(Base):
    """How often somebody failed at a door: an account by its name, or an address.

    what -- SHA-256 of the door, so that no unknown name or address is kept; county_code is
    "000000" where no county is known
    """

    __tablename__ = "sign_in_guard"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    what: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    first_failed_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class SignedInSession(CountyRow, Base):
    """A browser that has signed in (登录会话), until it rests too long or is ended.

    Its moments are real time, not the shifted clock: a moved clock must open no door.
    """

    __tablename__ = "signed_in"
    account_id: Mapped[uuid.UUID]
    began_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    address: Mapped[str]
    device: Mapped[str]
    second_factor: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ACCOUNT),
        CheckConstraint(f"ended_why IN {ENDS}", name="ended_why"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended"),
        Index("ix_signed_in_account", "county_code", "account_id", "began_at"),
    )


class SecondFactor(Base):
    """The secret that an account shares with its owner's authenticator (RFC 6238), encrypted.

    last_step -- latest time step whose code was taken: no code opens the door twice
    """

    __tablename__ = "second_factor"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]
    __table_args__ = (ForeignKeyConstraint(["county_code", "account_id"], ACCOUNT),)


class RecoveryCode(CountyRow, Base):
    """A code that stands once for a lost authenticator; only its hash is kept."""

    __tablename__ = "recovery_code"
    account_id: Mapped[uuid.UUID]
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ACCOUNT),
        UniqueConstraint("county_code", "account_id", "code_hash"),
    )


class AccountIdentity(Base):
    """Who an account's owner is at the office's provider (OpenID Connect): issuer and subject."""

    __tablename__ = "account_identity"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    bound_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "account_id"], ACCOUNT),
        UniqueConstraint("county_code", "issuer", "subject"),
        Index("ix_account_identity_subject", "issuer", "subject"),
    )
