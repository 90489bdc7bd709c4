"""Reads: people by name, unit, role, certificate or number; one person's posts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.actor import Actor
from enforcement.clock import sql_today
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law import numbers
from enforcement.law.terms import CertificateStatus, Role
from enforcement.people import certificate_queries as certificates
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.scope import COUNTY_WIDE, below

PAGE: Final = 50


def get_person(session: Session, county_code: str, person_id: uuid.UUID) -> Person:
    """Return a person of the county; raises NotFoundError."""
    person = session.get(Person, (county_code, person_id))
    if person is None:
        raise NotFoundError(_("没有这名人员。"))
    return person


def find_by_id_number(session: Session, county_code: str, id_number: str) -> Person | None:
    """Return who has an identity number, under whichever key it was entered."""
    query = select(Person).where(
        Person.county_code == county_code,
        Person.id_number_hash.in_(crypto.search_hashes(id_number)),
    )
    return session.scalars(query).first()


def find_by_number(session: Session, county_code: str, number: str) -> list[Person]:
    """Return who has a full identity number or phone, by name; [] where nobody has."""
    spelt = numbers.phone_number(number) or number
    found = or_(
        Person.id_number_hash.in_(crypto.search_hashes(number)),
        Person.phone_hash.in_(crypto.search_hashes(spelt)),
    )
    query = select(Person).where(Person.county_code == county_code, found)
    return list(session.scalars(query.order_by(Person.name, Person.id).limit(PAGE)))


def in_post(on: Any) -> ColumnElement[bool]:
    """Return the condition that a post is held on a day."""
    return and_(Post.valid_from <= on, or_(Post.valid_to.is_(None), Post.valid_to > on))


def live_certificates(
    session: Session, county_code: str, person_id: uuid.UUID
) -> list[Certificate]:
    """Return the certificates of a person that are neither over nor revoked."""
    query = select(Certificate).where(
        Certificate.county_code == county_code,
        Certificate.person_id == person_id,
        Certificate.status != CertificateStatus.REVOKED,
        Certificate.valid_to >= sql_today(),
    )
    return list(session.scalars(query.order_by(Certificate.number)))


def roles_of(session: Session, county_code: str, person_id: uuid.UUID) -> set[Role]:
    """Return the roles a person holds today or will hold."""
    query = select(Post.role).where(
        Post.county_code == county_code,
        Post.person_id == person_id,
        or_(Post.valid_to.is_(None), Post.valid_to > sql_today()),
    )
    return {Role(role) for role in session.scalars(query)}


def has_been(session: Session, county_code: str, person_id: uuid.UUID, role: Role) -> bool:
    """Tell whether a person has held a role before."""
    query = select(
        exists().where(
            Post.county_code == county_code, Post.person_id == person_id, Post.role == role
        )
    )
    return bool(session.scalar(query))


def auxiliary_of(
    session: Session,
    county_code: str,
    village_code: str,
    since: date,
    until: date | None,
) -> Any:
    """Return person id, name and first day of who serves a village in a time; None for nobody."""
    query = (
        select(Person.id, Person.name, Post.valid_from)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .where(
            Post.county_code == county_code,
            Post.village_code == village_code,
            Post.role == Role.AUXILIARY,
            Post.valid_from < (until or date.max),
            or_(Post.valid_to.is_(None), Post.valid_to > since),
        )
        .order_by(Post.valid_from)
    )
    return session.execute(query).first()


def leads(session: Session, actor: Actor, person_id: uuid.UUID) -> bool:
    """Tell whether a person is himself, or has or had a post in the part of the tree he leads."""
    if actor.role in COUNTY_WIDE | {Role.SYSTEM_ADMIN} or actor.person_id == person_id:
        return True
    query = (
        select(Post.id)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Post.county_code == actor.county_code, Post.person_id == person_id)
        .where(below(Unit.code, actor))
        .limit(1)
    )
    return session.scalar(query) is not None


@dataclass(frozen=True)
class Listed:
    """A person as the list shows him: posts of the day with their units, certificates."""

    person: Person
    posts: list[tuple[Post, Unit]] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What is searched: part of a name, a unit and below, a role, a state of certificates.

    certificate -- valid, none, expired, suspended; left -- people who are in no post any more
    """

    name: str = ""
    unit_code: str = ""
    role: str = ""
    certificate: str = ""
    left: bool = False


def list_page(
    session: Session,
    county_code: str,
    wanted: Wanted,
    on: date,
    *,
    after: tuple[str, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of people by name with posts and certificates of a day, in three statements.

    after -- name and id of the last person of the page before
    """
    query = select(Person).where(Person.county_code == county_code)
    query = _narrowed(query, wanted, on).order_by(Person.name, Person.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(Person.name, Person.id) > after)
    found = {person.id: Listed(person) for person in session.scalars(query)}
    if found:
        for post, unit in posts_of(session, county_code, list(found), on=on):
            found[post.person_id].posts.append((post, unit))
        for row in certificates.of_people(session, county_code, list(found)):
            found[row.person_id].certificates.append(row)
    return list(found.values())


def _narrowed(query: Select[Any], wanted: Wanted, on: date) -> Select[Any]:
    if wanted.name.strip():
        query = query.where(Person.name.contains(wanted.name.strip(), autoescape=True))
    posts = select(Post.person_id).where(
        Post.county_code == Person.county_code, Post.person_id == Person.id, in_post(on)
    )
    if wanted.left:
        return query.where(~posts.exists())
    if wanted.role:
        posts = posts.where(Post.role == wanted.role)
    if wanted.unit_code:
        posts = posts.join(
            Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id)
        ).where(Unit.code >= wanted.unit_code, Unit.code < wanted.unit_code + "~")
    query = query.where(posts.exists())
    if wanted.certificate:
        query = query.where(certificates.person_has(wanted.certificate, on))
    return query


def posts_of(
    session: Session,
    county_code: str,
    person_ids: list[uuid.UUID],
    *,
    on: date | None = None,
) -> list[tuple[Post, Unit]]:
    """Return posts with their units, the newest first; only those of a day where one is given."""
    query = (
        select(Post, Unit)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Post.county_code == county_code, Post.person_id.in_(person_ids))
        .order_by(Post.valid_from.desc(), Unit.code, Post.id)
    )
    if on is not None:
        query = query.where(in_post(on))
    return [(row.Post, row.Unit) for row in session.execute(query)]


def people_of(
    session: Session, county_code: str, unit_id: uuid.UUID, on: date
) -> list[tuple[Post, Person]]:
    """Return who is in post in a unit on a day, leaders first, then by name."""
    leaders = (Role.HEAD, Role.BRIGADE_LEADER, Role.SQUAD_LEADER, Role.TOWNSHIP_LEADER)
    query = (
        select(Post, Person)
        .join(Person, and_(Person.county_code == Post.county_code, Person.id == Post.person_id))
        .where(Post.county_code == county_code, Post.unit_id == unit_id, in_post(on))
        .order_by(Post.role.in_(leaders).desc(), Post.role, Person.name, Person.id)
        .limit(500)
    )
    return [(row.Post, row.Person) for row in session.execute(query)]


def named(session: Session, county_code: str, name: str) -> list[Person]:
    """Return the people of the county who bear exactly a name."""
    query = select(Person).where(Person.county_code == county_code, Person.name == name.strip())
    return list(session.scalars(query.order_by(Person.id).limit(PAGE)))
