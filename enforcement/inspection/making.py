"""From what is said to rows: the enterprise, its gate code, the two officers, the inspection."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.inspection.models import Enterprise, Inspection
from enforcement.jurisdiction.models import Division
from enforcement.law.inspection_terms import InspectionSource, InspectionState
from enforcement.law.matters import matters
from enforcement.law.numbers import is_credit_code
from enforcement.law.terms import UnitKind
from enforcement.people.models import Person, Unit

NEEDED = ("name", "representative", "address", "village_code")


def enterprise_of(session: Session, actor: Actor, said: dict[str, Any]) -> Enterprise:
    """Return the enterprise with the credit code that is said, entered where it is new; locked.

    Raises InvalidInputError for a code that cannot be, or where a new one lacks something.
    """
    uscc = said["uscc"].strip().upper()
    if not is_credit_code(uscc):
        raise InvalidInputError("uscc", _("统一社会信用代码校验不通过，请核对。"))
    query = select(Enterprise).where(
        Enterprise.county_code == actor.county_code, Enterprise.uscc == uscc
    )
    found = session.scalars(query.with_for_update()).first()
    if found is not None:
        return found
    for name in NEEDED:
        if not said.get(name):
            raise InvalidInputError(name, _("该企业第一次检查，请填写完整。"))
    made = Enterprise(
        county_code=actor.county_code, id=uuid7(), uscc=uscc, name=said["name"].strip(),
        representative=said["representative"].strip(), address=said["address"].strip(),
        village_code=_village(session, actor, said["village_code"]),
        gate_code=secrets.token_urlsafe(12), made_by=actor.account_id, made_at=clock.now(session),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _village(session: Session, actor: Actor, code: str) -> str:
    query = select(Division.code).where(
        Division.county_code == actor.county_code, Division.code == code
    )
    found = session.scalar(query)
    if found is None:
        raise InvalidInputError("village_code", _("本县没有这个区划。"))
    return found


def officers_of(session: Session, actor: Actor, said: dict[str, Any]) -> list[Person]:
    """Return the two officers, of whom the actor is one; raises InvalidInputError."""
    found = []
    for name in ("officer_a", "officer_b"):
        try:
            person = session.get(Person, (actor.county_code, uuid.UUID(str(said[name]))))
        except ValueError:
            person = None
        if person is None:
            raise InvalidInputError(name, _("没有这名人员。"))
        found.append(person)
    if found[0].id == found[1].id:
        raise InvalidInputError("officer_b", _("执法人员不得少于两人。"))
    if actor.person_id not in [one.id for one in found]:
        raise InvalidInputError("officer_a", _("办理人应当是两名执法人员之一。"))
    return found


def inspection_of(
    session: Session, actor: Actor, enterprise: Enterprise, said: dict[str, Any], now: datetime
) -> Inspection:
    """Return the inspection that is proposed, not yet added to the session."""
    squad = session.get_one(Unit, (actor.county_code, actor.unit_id))
    if squad.kind != UnitKind.SQUAD:
        raise StepNotAllowedError(_("行政检查由中队的执法人员报请。"))
    if said["matter_code"] not in matters():
        raise InvalidInputError("matter_code", _("没有这个执法事项。"))
    today = clock.local_day(now)
    if said["from_on"] < today:
        raise InvalidInputError("from_on", _("检查起始日不能早于今天。"))
    if said["until_on"] < said["from_on"]:
        raise InvalidInputError("until_on", _("检查截止日不能早于起始日。"))
    first, second = officers_of(session, actor, said)
    return Inspection(
        county_code=actor.county_code, id=uuid7(), number="", state=InspectionState.PROPOSED,
        enterprise_id=enterprise.id, matter_code=said["matter_code"],
        source=InspectionSource(said["source"]), reason=said["reason"].strip(),
        content=said["content"].strip(), basis="", from_on=said["from_on"],
        until_on=said["until_on"], squad_id=squad.id, unit_code=squad.code, organ="",
        officer_a_id=first.id, officer_b_id=second.id, proposed_at=now,
    )  # fmt: skip


def number_of(session: Session, county_code: str, now: datetime) -> str:
    """Return the next number of an inspection: JC2026-0001."""
    year = clock.local_day(now).year
    return f"JC{year}-{numbering.take(session, county_code, 'inspection', '', year):04d}"


def known_enterprise(session: Session, row: Inspection) -> Enterprise:
    """Return the enterprise of an inspection."""
    return session.get_one(Enterprise, (row.county_code, row.enterprise_id))
