"""Reads: who an account stands for, accounts; units and certificates beside."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Interval, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from enforcement.access.models import SignedInSession
from enforcement.actor import Actor
from enforcement.clock import sql_today
from enforcement.law.terms import Role
from enforcement.people.certificate_queries import certificate_problem, list_certified
from enforcement.people.models import Account, ApiToken, LoginName, Person, Post, Unit
from enforcement.people.unit_queries import (
    find_organ,
    find_organ_named,
    find_unit,
    get_unit,
    list_staff,
    list_units,
    organ_of,
)
from enforcement.prepared import Statement

__all__ = [
    "certificate_problem",
    "find_account",
    "find_actor",
    "find_actor_by_name",
    "find_actor_by_session",
    "find_actor_by_token",
    "find_organ",
    "find_organ_named",
    "find_unit",
    "get_unit",
    "list_accounts",
    "list_by_sessions",
    "list_by_tokens",
    "list_certified",
    "list_staff",
    "list_units",
    "organ_of",
    "split_id",
    "token_hash",
]


def split_id(text: str) -> tuple[str, uuid.UUID]:
    """Return county and session of a cookie's identity; raises ValueError for another text."""
    county_code, _, session_id = text.partition(".")
    return county_code, uuid.UUID(session_id)


def stands_for() -> ColumnElement[bool]:
    """Return the condition that an account stands for a post, or for the one that follows it."""
    return or_(Post.id == Account.post_id, Post.follows_id == Account.post_id)


def _actors(*more: Any) -> Any:
    """Return the statement that finds who an account stands for; it is built once.

    Columns only, no objects: it runs before every request.
    """
    day = sql_today()
    return (
        select(
            Account.county_code,
            Account.id.label("account_id"),
            Account.username,
            Account.person_id,
            Person.name,
            Post.role,
            func.coalesce(Post.village_code, Unit.home_code).label("area"),
            Unit.id.label("unit_id"),
            Unit.code.label("unit_code"),
            Unit.name.label("unit_name"),
            *more,
        )
        .join(
            Person, and_(Person.county_code == Account.county_code, Person.id == Account.person_id)
        )
        .join(Post, and_(Post.county_code == Account.county_code, stands_for()))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Account.county_code == bindparam("county"),
            Account.active,
            Post.valid_from <= day,
            or_(Post.valid_to.is_(None), Post.valid_to > day),
        )
        .limit(1)
    )


def _actor(session: Session, query: Statement, **asked: Any) -> Actor | None:
    row = query.find_one(session, asked)
    return _told(dict(row)) if row is not None else None


def _told(told: dict[str, Any]) -> Actor:
    role, area, scopes = Role(told.pop("role")), told.pop("area"), told.pop("scopes", None)
    return Actor(
        **told,
        role=role,
        area_codes=(area,) if area else (),
        scopes=None if scopes is None else frozenset(scopes),
    )


def find_actor(session: Session, county_code: str, account_id: uuid.UUID) -> Actor | None:
    """Return who an active account stands for today; None when closed or its post ended."""
    return _actor(session, _BY_ACCOUNT, county=county_code, account=account_id)


def find_actor_by_session(
    session: Session, county_code: str, session_id: uuid.UUID, idle: timedelta
) -> tuple[Actor, bool] | None:
    """Return who signed in, and whether that should be noted as use of the session.

    None when the session ended, its time is over or it rested for longer than `idle`.
    """
    asked = {"county": county_code, "session": session_id, "idle": idle, "every": SEEN_EVERY}
    row = _BY_SESSION.find_one(session, asked)
    if row is None:
        return None
    told = dict(row)
    note = told.pop("note")
    return _told(told), note


def find_actor_by_name(session: Session, username: str) -> Actor | None:
    """Return who a user name stands for, None where there is none."""
    name = session.get(LoginName, username)
    return find_actor(session, name.county_code, name.account_id) if name else None


def find_account(session: Session, username: str) -> Account | None:
    """Return the account of a user name, open or closed."""
    name = session.get(LoginName, username)
    return session.get(Account, (name.county_code, name.account_id)) if name else None


SEEN_EVERY: Final = timedelta(minutes=1)
"""How often the use of a session is noted."""


def token_hash(secret: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(secret.encode()).digest()


def find_actor_by_token(session: Session, token: str) -> Actor | None:
    """Return whom a bearer token `COUNTY.SECRET` stands for; None when unknown or ended."""
    county_code, _, secret = token.partition(".")
    return _actor(session, _BY_TOKEN, county=county_code, token=token_hash(secret))


_BY_ACCOUNT: Final = Statement.of(
    "actor_by_account",
    _actors().where(Account.id == bindparam("account")),
    (("county", "text"), ("account", "uuid")),
)
_BY_SESSION: Final = Statement.of(
    "actor_by_session",
    _actors(
        SignedInSession.id.label("session_id"),
        (SignedInSession.seen_at < func.clock_timestamp() - bindparam("every")).label("note"),
    )
    .join(
        SignedInSession,
        and_(
            SignedInSession.county_code == Account.county_code,
            SignedInSession.account_id == Account.id,
        ),
    )
    .where(
        SignedInSession.id == bindparam("session"),
        SignedInSession.ended_at.is_(None),
        SignedInSession.expires_at > func.clock_timestamp(),
        SignedInSession.seen_at > func.clock_timestamp() - bindparam("idle"),
    ),
    (("county", "text"), ("session", "uuid"), ("idle", "interval"), ("every", "interval")),
)
_BY_TOKEN: Final = Statement.of(
    "actor_by_token",
    _actors(ApiToken.scopes)
    .join(
        ApiToken,
        and_(ApiToken.county_code == Account.county_code, ApiToken.account_id == Account.id),
    )
    .where(
        ApiToken.token_hash == bindparam("token"),
        ApiToken.expires_at > func.app_now(),
        ApiToken.revoked_at.is_(None),
    ),
    (("county", "text"), ("token", "bytea")),
)

_SESSIONS: Final = (
    _actors(SignedInSession.id.label("session_id"))
    .join(
        SignedInSession,
        and_(
            SignedInSession.county_code == Account.county_code,
            SignedInSession.account_id == Account.id,
        ),
    )
    .where(
        SignedInSession.id.in_(bindparam("sessions", expanding=True)),
        SignedInSession.ended_at.is_(None),
        SignedInSession.expires_at > func.clock_timestamp(),
        SignedInSession.seen_at > func.clock_timestamp() - bindparam("idle", type_=Interval),
    )
    .limit(None)
)
_TOKENS: Final = (
    _actors(ApiToken.scopes, ApiToken.token_hash)
    .join(
        ApiToken,
        and_(ApiToken.county_code == Account.county_code, ApiToken.account_id == Account.id),
    )
    .where(
        ApiToken.token_hash.in_(bindparam("tokens", expanding=True)),
        ApiToken.expires_at > func.app_now(),
        ApiToken.revoked_at.is_(None),
    )
    .limit(None)
)


def list_by_sessions(
    session: Session, county_code: str, session_ids: Sequence[uuid.UUID], idle: timedelta
) -> list[Actor]:
    """Return whom those of some sessions stand for that have not ended."""
    if not session_ids:
        return []
    asked = {"county": county_code, "sessions": list(session_ids), "idle": idle}
    return [_told(dict(row)) for row in session.execute(_SESSIONS, asked).mappings()]


def list_by_tokens(
    session: Session, county_code: str, hashes: Sequence[bytes]
) -> list[tuple[Actor, bytes]]:
    """Return whom those of some tokens stand for that hold, each with the token's hash."""
    if not hashes:
        return []
    found = []
    asked = {"county": county_code, "tokens": list(hashes)}
    for row in session.execute(_TOKENS, asked).mappings():
        told = dict(row)
        token = bytes(told.pop("token_hash"))
        found.append((_told(told), token))
    return found


def list_accounts(
    session: Session, county_code: str, person_id: uuid.UUID | None = None
) -> list[Any]:
    """Return account, person, post and unit of every account, or a person's, by user name.

    The post is the one the account stands for today, else the one it stood for.
    """
    query = (
        select(Account, Person, Post, Unit)
        .ext(distinct_on(Account.username))
        .join(
            Person, and_(Person.county_code == Account.county_code, Person.id == Account.person_id)
        )
        .join(
            Post,
            and_(
                Post.county_code == Account.county_code,
                stands_for(),
                or_(Post.id == Account.post_id, Post.valid_from <= sql_today()),
            ),
        )
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Account.county_code == county_code)
        .order_by(Account.username, Post.valid_from.desc())
        .limit(500)
    )
    if person_id is not None:
        query = query.where(Account.person_id == person_id)
    return list(session.execute(query))


def find_names_of_role(session: Session, role: Role) -> list[str]:
    """Return the user names of active accounts whose post has a role today, over all counties."""
    day = sql_today()
    query = (
        select(Account.username)
        .join(Post, and_(Post.county_code == Account.county_code, stands_for()))
        .where(Account.active, Post.role == role, Post.valid_from <= day,
               or_(Post.valid_to.is_(None), Post.valid_to > day))
        .order_by(Account.username)
    )  # fmt: skip
    return list(session.scalars(query).unique())
