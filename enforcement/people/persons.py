"""Acts upon people: enter, change, and show a number in full."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import numbers, staff
from enforcement.law.terms import Employment
from enforcement.people import person_queries, turns
from enforcement.people.history import remember
from enforcement.people.models import Person, PersonEntry
from enforcement.permissions import Permission

NUMBERS: Final = ("id_number", "phone")
NAME_LENGTH: Final = 40


@dataclass(frozen=True)
class Facts:
    """What is entered of a person; legal_number, legal_on -- of his legal qualification."""

    name: str
    employment: Employment | None = None
    id_number: str | None = None
    phone: str | None = None
    legal_number: str | None = None
    legal_on: date | None = None


def add_person(
    session: Session,
    county_code: str,
    name: str,
    phone: str | None = None,
    *,
    id_number: str | None = None,
    employment: Employment | None = None,
    legal_number: str | None = None,
    legal_on: date | None = None,
) -> Person:
    """Enter a person; the numbers are encrypted and hashed."""
    person = Person(
        county_code=county_code,
        id=uuid7(),
        name=name,
        **sealed("id_number", id_number),
        **sealed("phone", phone),
        employment=employment,
        legal_number=legal_number,
        legal_on=legal_on,
        created_at=clock.now(session),
    )
    session.add(person)
    session.flush()
    return person


def sealed(number: str, text: str | None) -> dict[str, Any]:
    """Return the columns in which a person's number is kept."""
    return {
        f"{number}_encrypted": crypto.seal(text),
        f"{number}_hash": crypto.search_hash(text) if text else None,
    }


def enter_person(session: Session, actor: Actor, facts: Facts) -> Person:
    """Enter a person of the county; raises InvalidInputError, also where he is known already."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    facts = checked(facts)
    _check_unknown(session, actor.county_code, facts.id_number)
    person = add_person(
        session, actor.county_code, facts.name, facts.phone, id_number=facts.id_number,
        employment=facts.employment, legal_number=facts.legal_number, legal_on=facts.legal_on,
    )  # fmt: skip
    remember(session, PersonEntry, person, "enter", actor, person=person.name,
             employment=person.employment)  # fmt: skip
    _log(session, actor, "person:enter", person)
    return person


def checked(facts: Facts) -> Facts:
    """Return facts with numbers in the spelling that is kept; raises InvalidInputError."""
    name = facts.name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInputError("name", _("姓名必填，最多%(n)d字。", n=NAME_LENGTH))
    legal_number = (facts.legal_number or "").strip() or None
    if (legal_number is None) != (facts.legal_on is None):
        raise InvalidInputError("legal_number", _("法律职业资格的证号和取得日期须一并填写。"))
    return Facts(
        name, facts.employment, _id_number(facts.id_number), _phone(facts.phone), legal_number,
        facts.legal_on,
    )  # fmt: skip


def _id_number(text: str | None) -> str | None:
    text = (text or "").strip().upper() or None
    if text and not numbers.is_identity_number(text):
        raise InvalidInputError("id_number", _("身份证号码校验不通过，请核对。"))
    return text


def _phone(text: str | None) -> str | None:
    text = (text or "").strip() or None
    found = numbers.phone_number(text) if text else None
    if text and found is None:
        raise InvalidInputError("phone", _("电话应当是11位手机号码，或者带区号的固定电话。"))
    return found


def _check_unknown(
    session: Session, county_code: str, id_number: str | None, but: Person | None = None
) -> None:
    known = person_queries.find_by_id_number(session, county_code, id_number) if id_number else None
    if known is not None and (but is None or known.id != but.id):
        raise InvalidInputError(
            "id_number", _("该身份证号码已登记：%(name)s。", name=known.name),
            person_id=str(known.id),
        )  # fmt: skip


def locked(
    session: Session, county_code: str, person_id: uuid.UUID, version: int | None = None
) -> Person:
    """Return a person and hold his row; raises NotFoundError, StaleVersionError."""
    query = select(Person).where(Person.county_code == county_code, Person.id == person_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    person = session.scalars(query).first()
    if person is None:
        raise NotFoundError(_("没有这名人员。"))
    if version is not None and version != person.version:
        raise StaleVersionError(
            _("该人员的登记刚被他人更改，请刷新后再操作。"),
            your_version=version, current={"version": person.version},
        )  # fmt: skip
    return person


def change_person(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    facts: Facts,
    *,
    version: int | None = None,
) -> Person:
    """Change what is entered of a person; numbers left out stay as they are.

    Raises NotFoundError, InvalidInputError, StaleVersionError. Whoever holds a certificate
    cannot be given an employment that bars it.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    person = locked(session, actor.county_code, person_id, version)
    facts = checked(facts)
    _check_unknown(session, actor.county_code, facts.id_number, but=person)
    check_employment(session, person, facts.employment)
    changed = change(person, facts)
    if changed:
        person.version += 1
        remember(session, PersonEntry, person, "change", actor, changed=sorted(changed))
        _log(session, actor, "person:change", person, changed=sorted(changed))
    return person


def check_employment(session: Session, person: Person, employment: Employment | None) -> None:
    """Raise InvalidInputError where an employment bars a certificate that the person holds."""
    bar = staff.barred(set(), employment)
    if bar is None:
        return
    held = person_queries.live_certificates(session, person.county_code, person.id)
    if held:
        raise InvalidInputError(
            "employment",
            _("%(why)s请先注销其证件%(number)s。", why=_(bar.reason), number=held[0].number),
            article=bar.source,
        )


def change(person: Person, facts: Facts) -> set[str]:
    """Write facts into a person's row and return the names of those that are new."""
    before = (person.name, person.employment, person.legal_number, person.legal_on)
    after = (facts.name, facts.employment, facts.legal_number, facts.legal_on)
    names = ("name", "employment", "legal_number", "legal_on")
    changed = {name for name, old, new in zip(names, before, after, strict=True) if old != new}
    person.name, person.employment = facts.name, facts.employment
    person.legal_number, person.legal_on = facts.legal_number, facts.legal_on
    for number in NUMBERS:
        text = getattr(facts, number)
        if text and crypto.unseal(getattr(person, f"{number}_encrypted")) != text:
            changed.add(number)
            for column, value in sealed(number, text).items():
                setattr(person, column, value)
    return changed


def reveal(
    session: Session, actor: Actor, person_id: uuid.UUID, number: str, reason: str
) -> str | None:
    """Return a person's number in full (id_number or phone), None where there is none.

    Needs PERSONAL_READ and a reason; the audit log keeps who, whose, which and why, never the
    number. Raises NotFoundError, also for people outside the part of the tree the actor leads.
    """
    permissions.check(actor, Permission.PERSONAL_READ)
    if number not in NUMBERS:
        raise InvalidInputError("number", _("没有这种号码。"))
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明查看的理由。"))
    person = person_queries.get_person(session, actor.county_code, person_id)
    if not person_queries.leads(session, actor, person_id):
        raise NotFoundError(_("没有这名人员，或者不在您的管理范围。"))
    audit.record(
        session, actor.county_code, "personal:read", "person", str(person.id),
        actor=actor, number=number, reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    return crypto.unseal(getattr(person, f"{number}_encrypted"))


def _log(session: Session, actor: Actor, act: str, person: Person, **detail: object) -> None:
    audit.record(session, person.county_code, act, "person", str(person.id), actor=actor, **detail)
    session.flush()
