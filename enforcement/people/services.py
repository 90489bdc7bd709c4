"""Acts: units, people, posts, certificates, accounts, tokens, signing in."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import CertificateStatus, Role, UnitKind
from enforcement.people import queries
from enforcement.people.models import Account, ApiToken, Certificate, LoginName, Person, Post, Unit

hasher = PasswordHasher()
_NOBODY = hasher.hash(secrets.token_urlsafe(16))  # so that an unknown name takes as long
SHORTEST_PASSWORD = 8
TOKEN_DAYS = 90


def add_unit(
    session: Session,
    county_code: str,
    code: str,
    name: str,
    kind: UnitKind,
    *,
    parent: Unit | None = None,
    home_code: str | None = None,
    valid_from: date,
) -> Unit:
    """Open a unit from a day on."""
    unit = Unit(
        county_code=county_code,
        id=uuid7(),
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        home_code=home_code,
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()
    return unit


def add_person(session: Session, county_code: str, name: str, phone: str | None = None) -> Person:
    """Enter a person; the phone number is encrypted."""
    person = Person(
        county_code=county_code,
        id=uuid7(),
        name=name,
        phone_encrypted=crypto.seal(phone),
        phone_hash=crypto.search_hash(phone) if phone else None,
        created_at=clock.now(session),
    )
    session.add(person)
    session.flush()
    return person


def add_post(
    session: Session,
    person: Person,
    unit: Unit,
    role: Role,
    *,
    valid_from: date,
    village_code: str | None = None,
) -> Post:
    """Give a person a post in a unit from a day on."""
    post = Post(
        county_code=person.county_code,
        id=uuid7(),
        person_id=person.id,
        unit_id=unit.id,
        role=role,
        village_code=village_code,
        valid_from=valid_from,
    )
    session.add(post)
    session.flush()
    return post


def add_certificate(
    session: Session,
    person: Person,
    organ: Unit,
    number: str,
    *,
    valid_from: date,
    valid_to: date,
    field: str = "综合行政执法",
    area: str = "本县行政区域",
) -> Certificate:
    """Enter an enforcement certificate; an auxiliary can never hold one (R2, procedure.md 1.2)."""
    barred = {Role.AUXILIARY, Role.ASSISTANT}
    posts = session.query(Post).filter_by(county_code=person.county_code, person_id=person.id)
    if any(post.role in barred and post.valid_to is None for post in posts):
        raise InvalidInputError("person", _("辅警和协管员不得持有行政执法证。"))
    row = Certificate(
        county_code=person.county_code,
        id=uuid7(),
        person_id=person.id,
        number=number,
        organ_unit_id=organ.id,
        field=field,
        area=area,
        valid_from=valid_from,
        valid_to=valid_to,
        status=CertificateStatus.VALID,
    )
    session.add(row)
    session.flush()
    return row


def create_account(
    session: Session, post: Post, username: str, password: str, *, actor: Actor | None = None
) -> Account:
    """Open an account for a person's post; raises InvalidInputError."""
    if not username or not username.replace("-", "").replace("_", "").isalnum():
        raise InvalidInputError("username", _("用户名只能用字母、数字、- 和 _。"))
    if session.get(LoginName, username):
        raise InvalidInputError("username", _("用户名 %(name)s 已被使用。", name=username))
    _check_password(password)
    account = Account(
        county_code=post.county_code,
        id=uuid7(),
        username=username,
        password_hash=hasher.hash(password),
        person_id=post.person_id,
        post_id=post.id,
        created_at=clock.now(session),
    )
    session.add(account)
    session.flush()
    session.add(LoginName(username=username, county_code=post.county_code, account_id=account.id))
    audit.record(session, post.county_code, "account:create", "account", username, actor=actor)
    session.flush()
    return account


def _check_password(password: str) -> None:
    kinds = (
        any(map(str.islower, password))
        + any(map(str.isupper, password))
        + any(map(str.isdigit, password))
        + any(not c.isalnum() for c in password)
    )
    if len(password) < SHORTEST_PASSWORD or kinds < 3:
        raise InvalidInputError(
            "password", _("密码至少8位，并包含大写、小写、数字、符号中的三类。")
        )


def sign_in(session: Session, username: str, password: str) -> Actor | None:
    """Return who signed in, None where name or password is wrong; both are logged."""
    account = queries.find_account(session, username)
    try:
        hasher.verify(account.password_hash if account else _NOBODY, password)
    except VerifyMismatchError:
        account_found = None
    else:
        account_found = account if account and account.active else None
    actor = (
        queries.find_actor(session, account_found.county_code, account_found.id)
        if account_found
        else None
    )
    if account:
        act = "account:sign_in" if actor else "account:sign_in_refused"
        audit.record(session, account.county_code, act, "account", username, actor=actor)
    return actor


def create_token(session: Session, username: str, *, days: int = TOKEN_DAYS) -> str:
    """Return a new bearer token for an account; it is shown once and only its hash is kept."""
    account = queries.find_account(session, username)
    if account is None:
        raise NotFoundError(_("没有用户 %(name)s。", name=username))
    secret, now = secrets.token_urlsafe(32), clock.now(session)
    session.add(
        ApiToken(
            county_code=account.county_code,
            id=uuid7(),
            account_id=account.id,
            token_hash=queries.token_hash(secret),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    audit.record(session, account.county_code, "token:create", "account", username)
    return f"{account.county_code}.{secret}"
