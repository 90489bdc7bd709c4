"""The county's lists as they are, in the format in which they are imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from enforcement import audit, clock, crypto, masking, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import CertificateStatus, Employment, Role, UnitKind
from enforcement.people.imports.lists import TABLES, Kind
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.people.person_queries import in_post
from enforcement.people.unit_queries import exists_on
from enforcement.permissions import Permission
from enforcement.sheets.writing import write

Rows = list[dict[str, Any]]
Number = Callable[[bytes | None], str]


def export(
    session: Session, actor: Actor, kind: Kind, suffix: str, *, reason: str | None = None
) -> bytes:
    """Return a list as a file, "xlsx" or "csv", numbers masked.

    reason -- for whole numbers: needs PERSONAL_READ and is logged; "" is refused.
    """
    permissions.check(actor, Permission.PEOPLE_READ)
    if reason is not None:
        permissions.check(actor, Permission.PERSONAL_READ)
        if not reason.strip():
            raise InvalidInputError("reason", _("请写明导出完整号码的理由。"))
    rows = READERS[kind](session, actor.county_code, clock.today(session), reason is not None)
    if reason is not None:
        audit.record(
            session, actor.county_code, "personal:export", str(kind), suffix,
            actor=actor, reason=reason.strip(), rows=len(rows),
        )  # fmt: skip
        session.flush()
    return write(TABLES[kind], rows, suffix)


def _numbers(person: Person, full: bool) -> dict[str, str]:
    identity, phone = (crypto.unseal(person.id_number_encrypted),
                       crypto.unseal(person.phone_encrypted))  # fmt: skip
    if full:
        return {"id_number": identity or "", "phone": phone or ""}
    return {"id_number": masking.id_number(identity), "phone": masking.phone(phone)}


def _units(session: Session, county_code: str, on: date, full: bool) -> Rows:
    above = aliased(Unit)
    query = (
        select(Unit, above.code.label("parent_code"))
        .outerjoin(above, and_(above.county_code == Unit.county_code, above.id == Unit.parent_id))
        .where(Unit.county_code == county_code, exists_on(on), Unit.kind != UnitKind.COUNTY)
        .order_by(Unit.code)
    )
    return [
        {
            "name": unit.name, "code": unit.code, "kind": UnitKind(unit.kind).zh,
            "parent_code": parent_code, "home_code": unit.home_code, "uscc": unit.uscc,
            "valid_from": unit.valid_from,
        }
        for unit, parent_code in session.execute(query)
    ]  # fmt: skip


def _posts(session: Session, county_code: str, on: date, *, auxiliaries: bool) -> Any:
    role = Post.role == Role.AUXILIARY
    query = (
        select(Person, Post, Unit.code)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Person.county_code == county_code, in_post(on), role if auxiliaries else ~role)
        .order_by(Unit.code, Person.name, Post.id)
    )
    return session.execute(query)


def _people(session: Session, county_code: str, on: date, full: bool) -> Rows:
    return [
        {
            "name": person.name, **_numbers(person, full),
            "employment": Employment(person.employment).zh if person.employment else "",
            "unit_code": code, "role": Role(post.role).zh, "since": post.valid_from,
            "legal_number": person.legal_number, "legal_on": person.legal_on,
        }
        for person, post, code in _posts(session, county_code, on, auxiliaries=False)
    ]  # fmt: skip


def _auxiliaries(session: Session, county_code: str, on: date, full: bool) -> Rows:
    return [
        {
            "name": person.name, **_numbers(person, full), "unit_code": code,
            "village_code": post.village_code, "since": post.valid_from,
        }
        for person, post, code in _posts(session, county_code, on, auxiliaries=True)
    ]  # fmt: skip


def _certificates(session: Session, county_code: str, on: date, full: bool) -> Rows:
    organ = aliased(Unit)
    query = (
        select(Certificate, Person, organ.code.label("organ_code"))
        .join(
            Person,
            and_(Person.county_code == Certificate.county_code, Person.id == Certificate.person_id),
        )
        .join(
            organ,
            and_(organ.county_code == Certificate.county_code,
                 organ.id == Certificate.organ_unit_id),
        )
        .where(
            Certificate.county_code == county_code,
            or_(Certificate.status != CertificateStatus.REVOKED, Certificate.status_on > on),
        )
        .order_by(Certificate.number)
    )  # fmt: skip
    found = session.execute(query).all()
    units = _unit_of(session, county_code, on)
    return [
        {
            "number": row.number, "name": person.name,
            "id_number": _numbers(person, full)["id_number"],
            "unit_code": units.get(person.id, ""), "organ_code": organ_code, "field": row.field,
            "area": row.area, "area_code": row.area_code, "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }
        for row, person, organ_code in found
    ]  # fmt: skip


def _unit_of(session: Session, county_code: str, on: date) -> dict[Any, str]:
    query = (
        select(Post.person_id, Unit.code)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Post.county_code == county_code, in_post(on))
        .order_by(Post.valid_from, Unit.code.desc())
    )
    return {row.person_id: row.code for row in session.execute(query)}


READERS: Final[dict[Kind, Callable[[Session, str, date, bool], Rows]]] = {
    Kind.UNITS: _units,
    Kind.PEOPLE: _people,
    Kind.CERTIFICATES: _certificates,
    Kind.AUXILIARIES: _auxiliaries,
}
