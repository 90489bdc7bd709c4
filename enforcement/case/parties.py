"""The record of a party: found by its validated number, else made; every change is kept."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock, crypto, history
from enforcement.actor import Actor
from enforcement.case.models import Party, PartyEntry
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import PartyKind
from enforcement.sheets.plans import take_turn

SHOWN: Final = ("representative", "address")


def take(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
    """Return the party that the filing names: the one with its number, never by name alone.

    said -- kind, name, id_number, uscc, representative, address, phone; numbers are checked.
    Raises InvalidInputError where the number belongs to a record of another kind or name.
    """
    number = said.get("id_number") or said.get("uscc")
    told = _("另一人正在登记同一当事人，请稍后再试。")
    take_turn(session, f"party:{actor.county_code}:{number}", told)
    found = find(session, actor.county_code, said.get("id_number"), said.get("uscc"))
    if found is None:
        return _make(session, actor, said)
    if found.kind != said["kind"]:
        raise InvalidInputError("party_kind", _("该号码登记的是另一类当事人，请核对。"))
    if found.name != said["name"]:
        message = _(
            "该号码已登记为“%(name)s”；名称已变更的，请先在当事人页面更正。", name=found.name
        )
        raise InvalidInputError("party_name", message)
    _bring_up_to_date(session, actor, found, said)
    return found


def find(
    session: Session, county_code: str, id_number: str | None, uscc: str | None
) -> Party | None:
    """Return the record in use with an identity number or credit code, locked; None without."""
    if not id_number and not uscc:
        return None
    known = (
        Party.id_number_hash.in_(crypto.search_hashes(id_number))
        if id_number
        else Party.uscc == uscc
    )
    query = select(Party).where(
        Party.county_code == county_code, known, Party.merged_into_id.is_(None)
    )
    return session.scalars(query.order_by(Party.id).limit(1).with_for_update()).first()


def _make(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
    id_number = said.get("id_number")
    party = Party(
        county_code=actor.county_code,
        id=uuid7(),
        kind=PartyKind(said["kind"]),
        name=said["name"],
        id_number_encrypted=crypto.seal(id_number),
        uscc=said.get("uscc"),
        id_number_hash=crypto.search_hash(id_number) if id_number else None,
        representative=said.get("representative"),
        address=said.get("address"),
        phone_encrypted=crypto.seal(said.get("phone")),
    )
    session.add(party)
    session.flush()
    remember(session, actor, party, "enter", {"name": party.name, "address": party.address})
    return party


def _bring_up_to_date(session: Session, actor: Actor, party: Party, said: dict[str, Any]) -> None:
    """Take over a newer address, telephone or representative; papers already issued stay."""
    changed: dict[str, Any] = {}
    for name in SHOWN:
        if said.get(name) and said[name] != getattr(party, name):
            changed |= {f"{name}_before": getattr(party, name), name: said[name]}
            setattr(party, name, said[name])
    if said.get("phone") and said["phone"] != crypto.unseal(party.phone_encrypted):
        party.phone_encrypted, changed["phone"] = crypto.seal(said["phone"]), True
    if changed:
        party.version += 1
        session.flush()
        remember(session, actor, party, "update", changed)


def remember(
    session: Session, actor: Actor, party: Party, event: str, detail: dict[str, Any]
) -> PartyEntry:
    """Add an entry to the history of a record that the caller has locked or made."""
    mine = (PartyEntry.county_code == party.county_code, PartyEntry.party_id == party.id)
    seq = (session.scalar(select(func.max(PartyEntry.seq)).where(*mine)) or 0) + 1
    entry = PartyEntry(
        county_code=party.county_code, id=uuid7(), party_id=party.id, seq=seq, event=event,
        detail=history.plain(detail), by=actor.account_id, by_name=actor.name,
        at=clock.now(session),
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry
