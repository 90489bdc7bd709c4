"""How a case stands on a day: power, the matter as pinned, the party, what discretion allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.case import discretion, offences, queries, reading
from enforcement.case.models import CaseFile, Party
from enforcement.law.discretion import Evaluation
from enforcement.law.matters import Matter, matter
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.law.terms import PartyKind
from enforcement.power import services as power

NOTHING: Final[Mapping[str, Any]] = {}


def power_of(
    session: Session, case: CaseFile, today: date, act_type: ActType = ActType.PENALTY
) -> Answer:
    """Return what the power list says of a case: the one question of R1.

    A filed case is asked by the item it pinned, on the day of its filing; a decided one by the
    day of its decision.
    """
    return power.may(
        session,
        case.county_code,
        case.squad_id,
        act_type,
        case.matter_code,
        case.village_code or case.township_code or case.county_code,
        case.acted_on,
        decided_on=case.decided_on or today,
        filed_on=case.filed_on,
        item_id=case.power_item_id if act_type is ActType.PENALTY else None,
        provision_id=case.provision_id,
    )


def matter_of(case: CaseFile, answer: Answer) -> Matter:
    """Return the case's matter as the version of the power list that applies to it states it."""
    row, version = matter(case.matter_code), answer.provision
    if version is None:
        return row
    return replace(
        row,
        violated=version.violated,
        basis=version.basis,
        person=version.person,
        organisation=version.organisation,
        other=version.other,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
    )


@dataclass(frozen=True)
class Standing:
    """Power, matter and party of a case with its earlier fines, and what discretion allows."""

    own: reading.Reading
    power: Answer
    matter: Matter
    party: PartyKind
    party_age: int | None
    fines: Sequence[offences.EarlierFine]
    discretion: Evaluation | None


def standing_of(
    session: Session, case: CaseFile, today: date, saying: Mapping[str, Any] = NOTHING
) -> Standing:
    """Return what discretion allows in a case on a day; `discretion` is None without a party."""
    own, answer = reading.read(session, case, today), power_of(session, case, today)
    party = queries.party_of(session, case)
    fines = offences.earlier(session, case, party)
    row, kind, age = matter_of(case, answer), _kind(party), age_of(party, case.acted_on)
    allowed = None
    if party is not None:
        told = discretion.said_of(own.course, saying)
        allowed = discretion.evaluation_of(
            session, case, row, kind, told, age=age, fines=fines, benchmark=own.benchmark
        )
    return Standing(own, answer, row, kind, age, fines, allowed)


def age_of(party: Party | None, on: date) -> int | None:
    """Return the full years of a natural person on a day, by his identity number (GB 11643)."""
    number = crypto.unseal(party.id_number_encrypted) if party else None
    if party is None or party.kind != PartyKind.PERSON or not number:
        return None
    born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _kind(party: Party | None) -> PartyKind:
    return PartyKind(party.kind) if party else PartyKind.PERSON
