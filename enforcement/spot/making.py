"""From what is said on the spot to rows: the party, the officers, the decision with its number."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, crypto
from enforcement.actor import Actor
from enforcement.case.models import Party
from enforcement.document import numbering
from enforcement.document.numbering import Series
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import Division
from enforcement.law.matters import matters
from enforcement.law.numbers import is_credit_code, is_identity_number
from enforcement.law.paperwork import number_text
from enforcement.law.spot_terms import SpotKind, SpotPlea, SpotState
from enforcement.law.terms import PartyKind, UnitKind
from enforcement.people.models import Person, Unit
from enforcement.people.queries import find_organ_named
from enforcement.spot.facts import power_of
from enforcement.spot.models import SpotPenalty
from enforcement.timing import limits

WORD = "当罚"  # 文种字 of the on-the-spot decision


def party_of(session: Session, county_code: str, said: dict[str, Any]) -> Party:
    """Enter the party that is said; raises InvalidInputError for a number that cannot be."""
    kind = PartyKind(said["party_kind"])
    number, uscc = said.get("party_id_number"), said.get("party_uscc")
    if kind is PartyKind.PERSON and not number:
        raise InvalidInputError("party_id_number", _("公民须填写身份证件号码。"))
    if kind is not PartyKind.PERSON and not uscc:
        raise InvalidInputError("party_uscc", _("单位和个体工商户须填写统一社会信用代码。"))
    if kind is not PartyKind.PERSON and not said.get("party_representative"):
        raise InvalidInputError("party_representative", _("单位和个体工商户须填写负责人。"))
    if number and not is_identity_number(number):
        raise InvalidInputError("party_id_number", _("身份证件号码校验不通过，请核对。"))
    if uscc and not is_credit_code(uscc):
        raise InvalidInputError("party_uscc", _("统一社会信用代码校验不通过，请核对。"))
    party = Party(
        county_code=county_code, id=uuid7(), kind=kind, name=said["party_name"].strip(),
        id_number_encrypted=crypto.seal(number),
        id_number_hash=crypto.search_hash(number) if number else None, uscc=uscc,
        representative=said.get("party_representative"), address=said.get("party_address"),
        phone_encrypted=crypto.seal(said.get("party_phone")),
    )  # fmt: skip
    session.add(party)
    session.flush()
    return party


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


def decision_of(session: Session, actor: Actor, said: dict[str, Any], now: datetime) -> SpotPenalty:
    """Return the decision that is said, added to the session, without its number yet."""
    squad = session.get_one(Unit, (actor.county_code, actor.unit_id))
    if squad.kind != UnitKind.SQUAD:
        raise StepNotAllowedError(_("当场处罚由中队的执法人员作出。"))
    if said["matter_code"] not in matters():
        raise InvalidInputError("matter_code", _("没有这个执法事项。"))
    if said["acted_at"] > now:
        raise InvalidInputError("acted_at", _("时间不能在将来。"))
    place = session.scalar(
        select(Division.code).where(
            Division.county_code == actor.county_code, Division.code == said["place_code"]
        )
    )
    if place is None:
        raise InvalidInputError("place_code", _("本县没有这个区划。"))
    kind = SpotKind(said["kind"])
    if kind is SpotKind.WARNING and said.get("amount"):
        raise InvalidInputError("amount", _("警告不填罚款数额。"))
    first, second = officers_of(session, actor, said)
    party = party_of(session, actor.county_code, said)
    today = clock.local_day(now)
    spot = SpotPenalty(
        county_code=actor.county_code, id=uuid7(), number=f"~{uuid7()}",
        state=SpotState.DECIDED, matter_code=said["matter_code"], party_id=party.id,
        act=said["act"].strip(), evidence=said["evidence"].strip(), place=said["place"].strip(),
        place_code=place, acted_at=said["acted_at"], squad_id=squad.id, unit_code=squad.code,
        organ="", officer_a_id=first.id, officer_b_id=second.id, kind=kind,
        fine_yuan=said.get("amount") or Decimal(0), plea=SpotPlea(said["plea"]), decided_at=now,
        review_until_on=limits.due_on(session, actor.county_code, "reconsideration", today).last,
        payment_due_on=limits.due_on(session, actor.county_code, "payment", today).last
        if kind is SpotKind.FINE else None,
        report_due_on=limits.due_on(session, actor.county_code, "on_spot_report", today).last,
    )  # fmt: skip
    session.add(spot)
    session.flush()
    return spot


def pin(session: Session, actor: Actor, spot: SpotPenalty, reserved: int | None = None) -> None:
    """Give the decision its organ, the power it rests on and its number, once gates are open.

    reserved -- a number that the actor reserved for a device, in place of the counter's next
    """
    answer = power_of(session, spot)
    organ = find_organ_named(session, spot.county_code, answer.in_name_of or "")
    if organ is None:
        raise StepNotAllowedError(_("尚未登记执法主体的文书信息，不能制作文书。"))
    year = clock.local_day(spot.decided_at).year
    spot.organ, spot.power_item_id = organ.name, answer.item_id
    spot.provision_id = answer.provision.id if answer.provision else None
    if reserved is None:
        count = numbering.take(session, spot.county_code, organ.short, WORD, year)
    else:
        count = reserved
        numbering.check_reserved(session, actor, Series(organ.short, WORD, year), count)
    spot.number = number_text(organ.short, WORD, year, count)
    session.flush()
