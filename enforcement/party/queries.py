"""Reads: parties of cases that a person may see, one party's cases, history and consents."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from enforcement import audit, crypto, permissions
from enforcement.actor import Actor
from enforcement.case.models import CaseFile, Party, PartyConsent, PartyEntry
from enforcement.case.queries import visible
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.law.numbers import is_credit_code, is_identity_number
from enforcement.permissions import Permission

PAGE: Final = 20
MOST_CASES: Final = 200


def may_see(actor: Actor) -> ColumnElement[bool]:
    """Return which parties the actor sees: in use, with a case that he sees."""
    mine = and_(CaseFile.county_code == Party.county_code, CaseFile.party_id == Party.id)
    return and_(
        Party.county_code == actor.county_code,
        Party.merged_into_id.is_(None),
        exists().where(mine, visible(actor)),
    )


@dataclass(frozen=True)
class Listed:
    """A party as a list shows it, with how many cases the reader sees of it."""

    party: Party
    cases: int


def search(
    session: Session,
    actor: Actor,
    *,
    name: str = "",
    number: str = "",
    after: uuid.UUID | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of parties, the newest first; by part of a name, or by a whole number.

    A search by number needs PERSONAL_READ and is logged. Raises InvalidInputError("number").
    """
    permissions.check(actor, Permission.CASE_READ)
    counted = (
        select(func.count())
        .where(
            CaseFile.county_code == Party.county_code, CaseFile.party_id == Party.id, visible(actor)
        )
        .correlate(Party)
        .scalar_subquery()
    )
    query = select(Party, counted).where(may_see(actor)).order_by(Party.id.desc()).limit(limit)
    if name.strip():
        query = query.where(Party.name.contains(name.strip(), autoescape=True))
    if number.strip():
        query = query.where(_numbered(session, actor, number.strip().upper()))
    if after is not None:
        query = query.where(Party.id < after)
    return [Listed(*row) for row in session.execute(query)]


def _numbered(session: Session, actor: Actor, number: str) -> ColumnElement[bool]:
    permissions.check(actor, Permission.PERSONAL_READ)
    if not is_identity_number(number) and not is_credit_code(number):
        raise InvalidInputError("number", _("请输入完整有效的身份证号码或者统一社会信用代码。"))
    audit.record(
        session, actor.county_code, "party:search", "party", number[-4:], actor=actor
    )  # fmt: skip
    return or_(Party.uscc == number, Party.id_number_hash.in_(crypto.search_hashes(number)))


def get(session: Session, actor: Actor, party_id: uuid.UUID, *, lock: bool = False) -> Party:
    """Return a party the actor may see; raises NotFoundError, the same for hidden and absent."""
    query = select(Party).where(may_see(actor), Party.id == party_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该当事人，或者您无权查看。"))
    return found


def party_of_case(session: Session, actor: Actor, number: str) -> uuid.UUID:
    """Return the party of a case that the actor sees; raises InvalidInputError("into")."""
    query = select(CaseFile.party_id).where(
        visible(actor), CaseFile.number == number.strip().upper()
    )
    found = session.scalar(query)
    if found is None:
        raise InvalidInputError("into", _("没有找到该案件，或者案件还没有登记当事人。"))
    return found


def surviving_id(session: Session, county_code: str, party_id: uuid.UUID) -> uuid.UUID:
    """Return the record that stands for a party by now, through every merge."""
    while True:
        party = session.get(Party, (county_code, party_id))
        if party is None or party.merged_into_id is None:
            return party_id
        party_id = party.merged_into_id


def cases_of(session: Session, actor: Actor, party: Party) -> list[CaseFile]:
    """Return a party's cases that the actor sees, the newest first."""
    query = select(CaseFile).where(visible(actor), CaseFile.party_id == party.id)
    newest = query.order_by(CaseFile.registered_at.desc(), CaseFile.id.desc())
    return list(session.scalars(newest.limit(MOST_CASES)))


def history(session: Session, party: Party) -> list[PartyEntry]:
    """Return the changes of a record, the first one first."""
    query = select(PartyEntry).where(
        PartyEntry.county_code == party.county_code, PartyEntry.party_id == party.id
    )
    return list(session.scalars(query.order_by(PartyEntry.seq)))


def consents(session: Session, party: Party) -> list[PartyConsent]:
    """Return what a party declared of electronic service, the newest first."""
    query = select(PartyConsent).where(
        PartyConsent.county_code == party.county_code, PartyConsent.party_id == party.id
    )
    return list(session.scalars(query.order_by(PartyConsent.at.desc(), PartyConsent.id.desc())))


def merged_into(session: Session, party: Party) -> list[Party]:
    """Return the records that were merged into this one."""
    query = select(Party).where(
        Party.county_code == party.county_code, Party.merged_into_id == party.id
    )
    return list(session.scalars(query.order_by(Party.id)))


def alike(session: Session, actor: Actor, party: Party) -> list[Party]:
    """Return other parties that a person might find to be the same: of its kind and name."""
    query = select(Party).where(
        may_see(actor), Party.kind == party.kind, Party.name == party.name, Party.id != party.id
    )
    return list(session.scalars(query.order_by(Party.id).limit(PAGE)))
