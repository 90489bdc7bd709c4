"""Reads: who an account stands for, units, certificates."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.audit import AuditLog
from enforcement.clock import sql_today, today
from enforcement.i18n import _, label
from enforcement.law.terms import CertificateStatus, Role, UnitKind
from enforcement.people.models import (
    Account,
    ApiToken,
    Certificate,
    LoginName,
    Organ,
    Person,
    Post,
    Unit,
)


def split_id(text: str) -> tuple[str, uuid.UUID]:
    """Return county and account of a session cookie's identity."""
    county_code, _, account_id = text.partition(".")
    return county_code, uuid.UUID(account_id)


def _actors(county_code: str) -> Any:
    day = sql_today()
    return (
        select(Account, Person, Post, Unit)
        .join(
            Person, and_(Person.county_code == Account.county_code, Person.id == Account.person_id)
        )
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Account.county_code == county_code,
            Account.active,
            Post.valid_from <= day,
            or_(Post.valid_to.is_(None), Post.valid_to > day),
        )
    )


def _actor(row: Any) -> Actor | None:
    if row is None:
        return None
    account, person, post, unit = row
    area = post.village_code or unit.home_code
    return Actor(
        county_code=account.county_code,
        account_id=account.id,
        person_id=person.id,
        name=person.name,
        username=account.username,
        role=Role(post.role),
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        area_codes=(area,) if area else (),
    )


def find_actor(session: Session, county_code: str, account_id: uuid.UUID) -> Actor | None:
    """Return who an active account stands for today; None when closed or its post ended."""
    query = _actors(county_code).where(Account.id == account_id)
    return _actor(session.execute(query).first())


def find_actor_by_name(session: Session, username: str) -> Actor | None:
    """Return who a user name stands for, None where there is none."""
    name = session.get(LoginName, username)
    return find_actor(session, name.county_code, name.account_id) if name else None


def find_account(session: Session, username: str) -> Account | None:
    """Return the account of a user name, open or closed."""
    name = session.get(LoginName, username)
    return session.get(Account, (name.county_code, name.account_id)) if name else None


def token_hash(secret: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(secret.encode()).digest()


def find_actor_by_token(session: Session, token: str) -> Actor | None:
    """Return whom a bearer token `COUNTY.SECRET` stands for; None when unknown or ended."""
    county_code, _, secret = token.partition(".")
    query = (
        _actors(county_code)
        .join(
            ApiToken,
            and_(ApiToken.county_code == Account.county_code, ApiToken.account_id == Account.id),
        )
        .where(
            ApiToken.token_hash == token_hash(secret),
            ApiToken.expires_at > func.app_now(),
            ApiToken.revoked_at.is_(None),
        )
    )
    return _actor(session.execute(query).first())


def get_unit(session: Session, county_code: str, unit_id: uuid.UUID) -> Unit:
    """Return a unit; raises NoResultFound."""
    return session.get_one(Unit, (county_code, unit_id))


def list_units(session: Session, county_code: str, kind: UnitKind, on: date) -> list[Unit]:
    """Return the units of a kind that exist on a day, by code."""
    query = select(Unit).where(
        Unit.county_code == county_code,
        Unit.kind == kind,
        Unit.valid_from <= on,
        or_(Unit.valid_to.is_(None), Unit.valid_to > on),
    )
    return list(session.scalars(query.order_by(Unit.code)))


def find_organ(session: Session, county_code: str) -> Unit | None:
    """Return the county's one enforcement subject (执法主体): its bureau."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.kind == UnitKind.BUREAU)
    return session.scalars(query.order_by(Unit.code).limit(1)).first()


def find_organ_named(session: Session, county_code: str, name: str) -> Organ | None:
    """Return what the enforcement subject of a name prints on its papers, None without it."""
    query = select(Organ).where(Organ.county_code == county_code, Organ.name == name)
    return session.scalars(query).first()


def certificate_problem(
    session: Session, county_code: str, person_id: uuid.UUID, on: date
) -> tuple[str, str | None]:
    """Return the number of a person's certificate and why it does not allow acting that day.

    The reason is None where the certificate is valid; the number is "" where there is none.
    """
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.county_code == county_code, Certificate.person_id == person_id)
        .order_by(Certificate.valid_to.desc(), Certificate.number)
    ).all()
    problems = [(row.number, _problem(row, on)) for row in rows]
    valid = [pair for pair in problems if pair[1] is None]
    return (valid or problems or [("", _("没有行政执法证"))])[0]


def _problem(row: Certificate, on: date) -> str | None:
    number = row.number
    if row.status != CertificateStatus.VALID:
        state = label(CertificateStatus(row.status))
        return _("行政执法证%(number)s已%(state)s", number=number, state=state)
    if on > row.valid_to:
        return _("行政执法证%(number)s已于%(day)s到期", number=number, day=row.valid_to)
    if on < row.valid_from:
        return _("行政执法证%(number)s自%(day)s起有效", number=number, day=row.valid_from)
    return None


def list_certified(session: Session, county_code: str, unit_code: str, on: date) -> list[Person]:
    """Return the people of a unit and below who hold a certificate valid on a day, by name."""
    query = (
        select(Person)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .join(
            Certificate,
            and_(Certificate.county_code == Person.county_code, Certificate.person_id == Person.id),
        )
        .where(
            Person.county_code == county_code,
            Unit.code >= unit_code,
            Unit.code < unit_code + "~",
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
            Certificate.status == CertificateStatus.VALID,
            Certificate.valid_from <= on,
            Certificate.valid_to >= on,
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(query))


def list_staff(session: Session, county_code: str) -> list[Any]:
    """Return unit, how many people it has, and how many hold a certificate valid today."""
    day = today(session)
    held = select(Certificate.person_id).where(
        Certificate.county_code == county_code,
        Certificate.status == CertificateStatus.VALID,
        Certificate.valid_from <= day,
        Certificate.valid_to >= day,
    )
    query = (
        select(
            Unit,
            func.count(Post.id).label("people"),
            func.count(Post.id).filter(Post.person_id.in_(held)).label("certified"),
        )
        .outerjoin(
            Post,
            and_(
                Post.county_code == Unit.county_code,
                Post.unit_id == Unit.id,
                Post.valid_from <= day,
                or_(Post.valid_to.is_(None), Post.valid_to > day),
            ),
        )
        .where(Unit.county_code == county_code)
        .group_by(Unit.county_code, Unit.id)
        .order_by(Unit.code)
    )
    return list(session.execute(query))


def list_accounts(session: Session, county_code: str) -> list[Any]:
    """Return account, person, post and unit of every account, by user name."""
    query = (
        select(Account, Person, Post, Unit)
        .join(
            Person, and_(Person.county_code == Account.county_code, Person.id == Account.person_id)
        )
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Account.county_code == county_code)
        .order_by(Account.username)
        .limit(500)
    )
    return list(session.execute(query))


def list_audit(session: Session, county_code: str, limit: int = 200) -> list[Any]:
    """Return the latest rows of the audit log with the user name of who acted."""
    query = (
        select(AuditLog, Account.username)
        .outerjoin(
            Account,
            and_(Account.county_code == AuditLog.county_code, Account.id == AuditLog.actor_id),
        )
        .where(AuditLog.county_code == county_code)
        .order_by(AuditLog.at.desc(), AuditLog.id.desc())
        .limit(limit)
    )
    return list(session.execute(query))
