"""What a phone needs to decide on the spot without a network: law, powers, people, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.jurisdiction.queries import division_names
from enforcement.jurisdiction.terms import Level
from enforcement.law.articles import chinese_number
from enforcement.law.gates import ADULT
from enforcement.law.matters import FineRange, Matter, matters
from enforcement.law.penalties import hearing_threshold
from enforcement.law.power_terms import ActType
from enforcement.law.spot_terms import SpotPlea
from enforcement.law.terms import PartyKind, UnitKind
from enforcement.law.time_limits import limit
from enforcement.people.models import Organ, Unit
from enforcement.people.queries import certificate_problem, list_certified
from enforcement.power import services as power
from enforcement.spot.facts import cap_of
from enforcement.spot.making import WORD

FRESH_DAYS: Final = 7
"""How old what is kept may be for a decision to rest on it."""


def snapshot(session: Session, actor: Actor, device: str) -> dict[str, Any] | None:
    """Return what an officer's phone keeps; None for whoever decides nothing on the spot."""
    squad = session.get(Unit, (actor.county_code, actor.unit_id)) if actor.unit_id else None
    today = clock.today(session)
    people = list_certified(session, actor.county_code, actor.unit_code or "-", today)
    if (
        squad is None
        or squad.kind != UnitKind.SQUAD
        or actor.person_id not in [one.id for one in people]
    ):
        return None
    towns = division_names(session, actor.county_code, Level.TOWNSHIP)
    entries = [
        entry for code in matters() for entry in _entries(session, actor, code, towns, today)
    ]
    names = {str(entry["organ"]) for entry in entries}
    return {
        "county": actor.county_code, "day": today.isoformat(), "fresh_days": FRESH_DAYS,
        "matters": entries,
        "towns": [{"code": code, "name": name} for code, name in sorted(towns.items())],
        "organs": {name: _organ(session, actor.county_code, name) for name in sorted(names)},
        "officers": [_officer(session, actor, one, today) for one in people],
        "me": str(actor.person_id),
        "caps": {str(kind): str(cap_of(session, actor.county_code, kind, today))
                 for kind in PartyKind},
        "hearing": _hearing(actor.county_code),
        "adult": ADULT,
        "remedies": _remedies(),
        "pleas": {str(one): one.zh for one in SpotPlea},
        "numbers": _numbers(session, actor, device),
    }  # fmt: skip


def _entries(
    session: Session, actor: Actor, code: str, towns: Mapping[str, str], today: date
) -> list[dict[str, Any]]:
    """Return a matter once for each version and organ under which the squad may punish it."""
    row = matters()[code]
    if row.precondition or not row.ours:
        return []
    found = power.may_at(session, actor.county_code, actor.unit_id, ActType.PENALTY, code,
                         list(towns), today)  # fmt: skip
    made: dict[tuple[Any, str], dict[str, Any]] = {}
    for place, answer in found.items():
        version, organ = answer.provision, answer.in_name_of or ""
        key = (version.id if version else None, organ)
        if key not in made:
            made[key] = _entry(row, version, organ)
        made[key]["towns"].append(place)
    return list(made.values())


def _entry(row: Matter, version: Any, organ: str) -> dict[str, Any]:
    stated = version or row
    return {
        "code": row.code, "name": row.name, "violated": stated.violated, "basis": stated.basis,
        "person": _span(stated.person), "organisation": _span(stated.organisation),
        "other": stated.other, "organ": organ, "towns": [],
        "since": stated.valid_from.isoformat(),
        "until": stated.valid_to.isoformat() if stated.valid_to else None,
    }  # fmt: skip


def _span(found: FineRange | None) -> list[str] | None:
    return [str(found.min_yuan), str(found.max_yuan)] if found else None


def _officer(session: Session, actor: Actor, person: Any, today: date) -> dict[str, Any]:
    number, problem = certificate_problem(session, actor.county_code, person.id, today)
    return {"id": str(person.id), "name": person.name, "certificate": number, "problem": problem}


def _organ(session: Session, county_code: str, name: str) -> dict[str, Any] | None:
    found = session.scalars(
        select(Organ).where(Organ.county_code == county_code, Organ.name == name)
    ).first()
    if found is None:
        return None
    names = ("name", "short", "bank", "account", "reconsideration_organ", "address", "phone")
    return {one: getattr(found, one) for one in names}


def _hearing(county_code: str) -> dict[str, str]:
    row = hearing_threshold(county_code)
    return {
        str(kind): str(row.organisation_yuan if kind is PartyKind.ORGANISATION else row.person_yuan)
        for kind in PartyKind
    }


def _remedies() -> dict[str, Any]:
    days = limit("reconsideration").days
    return {"reconsideration_days": days, "words": chinese_number(days)}


def _numbers(session: Session, actor: Actor, device: str) -> list[dict[str, Any]]:
    """Return the numbers that are set apart for the device and free, the lowest first."""
    found = []
    for block in numbering.blocks_of(session, actor, WORD, device) if device else []:
        series = numbering.series_of(block)
        found += [
            {"n": n, "organ": block.organ, "year": block.year, "number": series.number(n)}
            for n in numbering.free_numbers(session, block)
        ]
    return sorted(found, key=lambda one: (one["year"], one["organ"], one["n"]))
