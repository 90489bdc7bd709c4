"""Reads: whether a certificate allows acting on a day, who holds which, and lists of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from enforcement.errors import NotFoundError
from enforcement.i18n import _, label
from enforcement.law.terms import CertificateStatus
from enforcement.people import history
from enforcement.people.models import Certificate, CertificateEntry, Person, Post, Unit

CHANGES: Final = ("issue", "suspend", "restore", "revoke")  # acts that set the status


def status_on(on: Any) -> ColumnElement[str]:
    """Return the status of a certificate as it is, or was, on a day."""
    before = (
        select(CertificateEntry.status)
        .where(
            CertificateEntry.county_code == Certificate.county_code,
            CertificateEntry.certificate_id == Certificate.id,
            CertificateEntry.event.in_(CHANGES),
            CertificateEntry.on_day <= on,
        )
        .order_by(CertificateEntry.on_day.desc(), CertificateEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    now = or_(Certificate.status_on.is_(None), Certificate.status_on <= on)
    return case(
        (now, Certificate.status), else_=func.coalesce(before, str(CertificateStatus.VALID))
    )


def valid_on(on: Any) -> ColumnElement[bool]:
    """Return the condition that a certificate allows acting on a day."""
    return and_(
        Certificate.valid_from <= on,
        Certificate.valid_to >= on,
        status_on(on) == CertificateStatus.VALID,
    )


def person_has(state: str, on: date) -> ColumnElement[bool]:
    """Return the condition that a person has certificates in a state on a day.

    state -- valid, suspended, expired (none that is valid or suspended), none (never any)
    """
    mine = select(Certificate.id).where(
        Certificate.county_code == Person.county_code, Certificate.person_id == Person.id
    )
    live = mine.where(
        Certificate.valid_to >= on, status_on(on) != CertificateStatus.REVOKED
    ).exists()
    found: dict[str, ColumnElement[bool]] = {
        "valid": mine.where(valid_on(on)).exists(),
        "suspended": mine.where(
            Certificate.valid_to >= on, status_on(on) == CertificateStatus.SUSPENDED
        ).exists(),
        "expired": and_(mine.exists(), ~live),
        "none": ~mine.exists(),
    }
    return found[state]


def get(session: Session, county_code: str, certificate_id: uuid.UUID) -> Any:
    """Return a certificate with its person and organ; raises NotFoundError."""
    query = (
        select(Certificate, Person, Unit)
        .join(Person, _of_person())
        .join(Unit, _of_organ())
        .where(Certificate.county_code == county_code, Certificate.id == certificate_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError(_("没有这个证件。"))
    return row


def find_by_number(session: Session, county_code: str, number: str) -> Certificate | None:
    """Return the certificate of a number, None where there is none."""
    query = select(Certificate).where(
        Certificate.county_code == county_code, Certificate.number == number.strip()
    )
    return session.scalars(query).first()


def _of_person() -> ColumnElement[bool]:
    return and_(Person.county_code == Certificate.county_code, Person.id == Certificate.person_id)


def _of_organ() -> ColumnElement[bool]:
    return and_(Unit.county_code == Certificate.county_code, Unit.id == Certificate.organ_unit_id)


def of_people(
    session: Session, county_code: str, person_ids: Sequence[uuid.UUID]
) -> list[Certificate]:
    """Return the certificates of some people, the one that ends last first."""
    query = select(Certificate).where(
        Certificate.county_code == county_code, Certificate.person_id.in_(person_ids)
    )
    return list(session.scalars(query.order_by(Certificate.valid_to.desc(), Certificate.number)))


def certificate_problem(
    session: Session,
    county_code: str,
    person_id: uuid.UUID,
    on: date,
    *,
    organ_id: uuid.UUID | None = None,
    area_code: str | None = None,
) -> tuple[str, str | None]:
    """Return the number of a person's certificate and why it does not allow acting that day.

    The reason is None where the certificate is valid; the number is "" where there is none.
    organ_id -- unit in whose name he acts; area_code -- division of the place: both must fit
    the certificate where they are given (R2).
    """
    rows = of_people(session, county_code, [person_id])
    return problem_of(session, rows, on, organ_id=organ_id, area_code=area_code)


@dataclass(frozen=True)
class Holder:
    """A person and his certificates, the one that ends last first."""

    name: str
    certificates: list[Certificate] = field(default_factory=list)


def certificates_of(
    session: Session, county_code: str, person_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Holder]:
    """Return who some people are and which certificates they hold; one statement."""
    query = (
        select(Person.id, Person.name, Certificate)
        .outerjoin(Certificate, _of_person())
        .where(Person.county_code == county_code, Person.id.in_(person_ids))
        .order_by(Certificate.valid_to.desc(), Certificate.number)
    )
    found: dict[uuid.UUID, Holder] = {}
    for person_id, name, row in session.execute(query):
        holder = found.setdefault(person_id, Holder(name))
        if row is not None:
            holder.certificates.append(row)
    return found


def problem_of(
    session: Session,
    rows: Sequence[Certificate],
    on: date,
    *,
    organ_id: uuid.UUID | None = None,
    area_code: str | None = None,
) -> tuple[str, str | None]:
    """Answer `certificate_problem` from the certificates of one person."""
    dated = [row for row in rows if row.status_on is not None and on < row.status_on]
    entries = history.of_certificates(session, dated)
    problems = [
        (row.number, _problem(row, on, entries.get(row.id)) or _elsewhere(row, organ_id, area_code))
        for row in rows
    ]
    valid = [pair for pair in problems if pair[1] is None]
    return (valid or problems or [("", _("没有行政执法证"))])[0]


def state_of(
    row: Certificate, on: date, entries: Sequence[CertificateEntry] | None = None
) -> CertificateStatus:
    """Return the status of a certificate on a day.

    entries -- its history, the oldest first; needed for days before `status_on`
    """
    if row.status_on is None or on >= row.status_on:
        return CertificateStatus(row.status)
    past = [
        one for one in entries or () if one.event in CHANGES and one.on_day and one.on_day <= on
    ]
    past.sort(key=lambda one: (one.on_day, one.id))
    return CertificateStatus(past[-1].status) if past else CertificateStatus.VALID


def _problem(row: Certificate, on: date, entries: Sequence[CertificateEntry] | None) -> str | None:
    number, state = row.number, state_of(row, on, entries)
    if state is not CertificateStatus.VALID:
        return _("行政执法证%(number)s已%(state)s", number=number, state=label(state))
    if on > row.valid_to:
        return _("行政执法证%(number)s已于%(day)s到期", number=number, day=row.valid_to)
    if on < row.valid_from:
        return _("行政执法证%(number)s自%(day)s起有效", number=number, day=row.valid_from)
    return None


def _elsewhere(row: Certificate, organ_id: uuid.UUID | None, area_code: str | None) -> str | None:
    if organ_id is not None and row.organ_unit_id != organ_id:
        return _("行政执法证%(number)s不是本机关的证件", number=row.number)
    if area_code is not None and not area_code.startswith(row.area_code):
        return _("行政执法证%(number)s的执法区域（%(area)s）不含该地点", number=row.number,
                 area=row.area)  # fmt: skip
    return None


def list_certified(session: Session, county_code: str, unit_code: str, on: date) -> list[Person]:
    """Return the people of a unit and below who hold a certificate valid on a day, by name."""
    query = (
        select(Person)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .join(Certificate, _of_person())
        .where(
            Person.county_code == county_code,
            Unit.code >= unit_code,
            Unit.code < unit_code + "~",
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
            valid_on(on),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(query))


def not_followed() -> ColumnElement[bool]:
    """Return the condition that no later certificate of the person and organ takes its place."""
    later = aliased(Certificate)
    return ~(
        select(later.id)
        .where(
            later.county_code == Certificate.county_code,
            later.person_id == Certificate.person_id,
            later.organ_unit_id == Certificate.organ_unit_id,
            later.status != CertificateStatus.REVOKED,
            later.valid_to > Certificate.valid_to,
        )
        .exists()
    )
