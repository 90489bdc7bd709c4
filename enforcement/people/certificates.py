"""Acts upon certificates: issue, renew, suspend, restore, revoke; each stands in the history."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import staff
from enforcement.law.terms import CertificateStatus, Employment, UnitKind
from enforcement.people import person_queries, places, turns
from enforcement.people.certificate_queries import find_by_number
from enforcement.people.history import remember
from enforcement.people.models import Certificate, CertificateEntry, Person, Unit
from enforcement.people.persons import locked as locked_person
from enforcement.permissions import Permission

FIELD: Final = "综合行政执法"
AREA: Final = "本县行政区域"
ORGANS: Final = frozenset({UnitKind.BUREAU, UnitKind.TOWNSHIP_GOVERNMENT, UnitKind.DEPARTMENT})
"""Kinds of unit that may act in their own name, and so have certificates issued to their staff."""
EVENT_OF: Final = {
    CertificateStatus.VALID: "restore",
    CertificateStatus.SUSPENDED: "suspend",
    CertificateStatus.REVOKED: "revoke",
}
NEXT: Final = {
    CertificateStatus.VALID: (CertificateStatus.SUSPENDED, CertificateStatus.REVOKED),
    CertificateStatus.SUSPENDED: (CertificateStatus.VALID, CertificateStatus.REVOKED),
    CertificateStatus.REVOKED: (),
}


def add_certificate(
    session: Session,
    person: Person,
    organ: Unit,
    number: str,
    *,
    valid_from: date,
    valid_to: date,
    field: str = FIELD,
    area: str = AREA,
    area_code: str | None = None,
    actor: Actor | None = None,
) -> Certificate:
    """Enter an enforcement certificate; whom the law bars can never hold one (procedure.md 1.2).

    Raises InvalidInputError, with the article where a rule bars the person.
    """
    check_holder(session, person)
    if find_by_number(session, person.county_code, number) is not None:
        raise InvalidInputError("number", _("证号%(number)s已登记。", number=number))
    if valid_to < valid_from:
        raise InvalidInputError("valid_to", _("有效期止早于有效期起。"))
    row = Certificate(
        county_code=person.county_code,
        id=uuid7(),
        person_id=person.id,
        number=number,
        organ_unit_id=organ.id,
        field=field,
        area=area,
        area_code=area_code or person.county_code,
        valid_from=valid_from,
        valid_to=valid_to,
        status=CertificateStatus.VALID,
    )
    session.add(row)
    session.flush()
    remember(session, CertificateEntry, row, "issue", actor, on=valid_from, number=number,
             organ=organ.name, field=field, area=area, until=valid_to)  # fmt: skip
    return row


def check_holder(session: Session, person: Person) -> None:
    """Raise InvalidInputError where employment or a role bars a person from any certificate."""
    employment = Employment(person.employment) if person.employment else None
    roles = person_queries.roles_of(session, person.county_code, person.id)
    bar = staff.barred(roles, employment)
    if bar is not None:
        raise InvalidInputError("person", _(bar.reason), article=bar.source)


def issue_certificate(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    *,
    number: str,
    organ_id: uuid.UUID,
    valid_from: date,
    valid_to: date,
    field: str = FIELD,
    area: str = AREA,
    area_code: str | None = None,
) -> Certificate:
    """Enter a certificate that an organ's member was given; raises InvalidInputError."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    person = locked_person(session, actor.county_code, person_id)
    if not number.strip():
        raise InvalidInputError("number", _("请填写证号。"))
    if person.employment is None:
        raise InvalidInputError("person", _("请先登记该人员的用工性质。"), article=staff.QUALIFIED)
    organ = _organ(session, actor.county_code, organ_id, valid_from)
    check_area(session, actor.county_code, area_code)
    row = add_certificate(
        session, person, organ, number.strip(), valid_from=valid_from, valid_to=valid_to,
        field=field.strip() or FIELD, area=area.strip() or AREA, area_code=area_code, actor=actor,
    )  # fmt: skip
    _log(session, actor, "certificate:issue", row, until=str(valid_to))
    return row


def _organ(session: Session, county_code: str, organ_id: uuid.UUID, on: date) -> Unit:
    unit = session.get(Unit, (county_code, organ_id))
    if unit is None or UnitKind(unit.kind) not in ORGANS:
        kinds = "、".join(label(kind) for kind in sorted(ORGANS))
        raise InvalidInputError("organ", _("发证对象所在机关应当是：%(kinds)s。", kinds=kinds))
    if unit.valid_from > on or (unit.valid_to is not None and unit.valid_to <= on):
        raise InvalidInputError("organ", _("%(name)s在%(day)s不存在。", name=unit.name, day=on))
    return unit


def check_area(session: Session, county_code: str, area_code: str | None) -> None:
    """Raise InvalidInputError unless a division lies in the county and is known."""
    if area_code is None or area_code == county_code:
        return
    if area_code not in places.names(session, county_code, [area_code]):
        raise InvalidInputError("area_code", _("本县没有代码为%(code)s的区划。", code=area_code))


def locked(
    session: Session, county_code: str, certificate_id: uuid.UUID, version: int | None = None
) -> Certificate:
    """Return a certificate and hold its row; raises NotFoundError, StaleVersionError."""
    query = select(Certificate).where(
        Certificate.county_code == county_code, Certificate.id == certificate_id
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).first()
    if row is None:
        raise NotFoundError(_("没有这个证件。"))
    if version is not None and version != row.version:
        raise StaleVersionError(
            _("该证件刚被他人更改，请刷新后再操作。"),
            your_version=version, current={"version": row.version, "status": row.status},
        )  # fmt: skip
    return row


def renew_certificate(
    session: Session,
    actor: Actor,
    certificate_id: uuid.UUID,
    *,
    valid_to: date,
    on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Certificate:
    """Let a certificate last longer; `on` is the day it was renewed, at most one after its end.

    One that has lapsed for longer is not renewed: a new one is issued. Raises
    InvalidInputError, StepNotAllowedError, NotFoundError, StaleVersionError.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    row = locked(session, actor.county_code, certificate_id, version)
    day = on or clock.today(session)
    check_renewal(row, day, valid_to)
    check_holder(session, session.get_one(Person, (row.county_code, row.person_id)))
    before, row.valid_to = row.valid_to, valid_to
    row.version += 1
    remember(session, CertificateEntry, row, "renew", actor, on=day, before=before,
             until=valid_to, reason=reason.strip())  # fmt: skip
    _log(session, actor, "certificate:renew", row, before=str(before), until=str(valid_to))
    return row


def check_renewal(row: Certificate, day: date, valid_to: date) -> None:
    """Raise where a certificate cannot be renewed on a day until another."""
    if row.status == CertificateStatus.REVOKED:
        raise StepNotAllowedError(_("证件%(number)s已吊销、注销，不能延期。", number=row.number))
    if day > row.valid_to + timedelta(days=1):
        raise StepNotAllowedError(
            _("证件%(number)s已于%(day)s到期，不能延期；请登记新发的证件。", number=row.number,
              day=row.valid_to),
        )  # fmt: skip
    if valid_to <= row.valid_to:
        raise InvalidInputError("valid_to", _("新的有效期止应当晚于%(day)s。", day=row.valid_to))
    if day < row.valid_from:
        raise InvalidInputError("on", _("日期不能早于证件的有效期起。"))


def set_certificate_status(
    session: Session,
    actor: Actor,
    certificate_id: uuid.UUID,
    status: CertificateStatus,
    *,
    on: date | None = None,
    reason: str,
    version: int | None = None,
) -> Certificate:
    """Suspend, restore or revoke a certificate from a day on, by default today.

    It blocks from that day and not before (R2). Raises NotFoundError, InvalidInputError,
    StepNotAllowedError (a revoked one stays so), StaleVersionError.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    row = locked(session, actor.county_code, certificate_id, version)
    day = on or clock.today(session)
    _check_status(row, status, day, reason)
    if status is CertificateStatus.VALID:
        check_holder(session, session.get_one(Person, (row.county_code, row.person_id)))
    before, row.status, row.status_on = row.status, status, day
    row.status_reason = reason.strip()
    row.version += 1
    event = EVENT_OF[status]
    remember(session, CertificateEntry, row, event, actor, on=day, before=before,
             reason=reason.strip())  # fmt: skip
    _log(session, actor, f"certificate:{event}", row, on=str(day), reason=reason.strip())
    return row


def _check_status(row: Certificate, status: CertificateStatus, day: date, reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    if status not in NEXT[CertificateStatus(row.status)]:
        raise StepNotAllowedError(
            _(
                "证件%(number)s现为“%(now)s”，不能改为“%(wanted)s”。",
                number=row.number,
                now=label(CertificateStatus(row.status)),
                wanted=label(status),
            )
        )
    first = row.status_on or row.valid_from
    if day < first:
        raise InvalidInputError(
            "on", _("日期不能早于%(day)s（证件生效或者上次变更之日）。", day=first)
        )


def _log(session: Session, actor: Actor, act: str, row: Certificate, **detail: object) -> None:
    audit.record(session, row.county_code, act, "certificate", row.number, actor=actor, **detail)
    session.flush()
