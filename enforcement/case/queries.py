"""Reads: cases that a person may see, one case, its history, its party and officers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, permissions, scope
from enforcement.actor import Actor
from enforcement.case import listing
from enforcement.case.models import CaseEntry, CaseFile, Party
from enforcement.delegation import queries as delegation
from enforcement.errors import NotFoundError
from enforcement.glass import queries as glass
from enforcement.glass.models import GlassKind
from enforcement.i18n import _
from enforcement.law.delegation import MAY_STAND_IN
from enforcement.law.gates import OfficerFacts
from enforcement.law.terms import CaseEvent
from enforcement.people.certificate_queries import certificates_of, problem_of
from enforcement.people.models import Unit
from enforcement.permissions import Permission

PAGE = 20


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which cases the actor sees: his unit's or below, and those he works on."""
    of_unit = scope.rows(actor, CaseFile, units=(CaseFile.unit_code,))
    if actor.role not in listing.OWN:
        return of_unit
    mine = or_(*(column == actor.person_id for column in listing.PERSONAL))
    return or_(of_unit, and_(CaseFile.county_code == actor.county_code, mine))


def get(session: Session, actor: Actor, case_id: uuid.UUID, *, lock: bool = False) -> CaseFile:
    """Return a case the actor may see; raises NotFoundError, the same for hidden and absent."""
    seen = (
        or_(visible(actor), _lent_to(session, actor))
        if actor.glass is None
        else glass.shows(actor, GlassKind.CASE, CaseFile, lock=lock)
    )
    query = select(CaseFile).where(seen, CaseFile.id == case_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    return found if found is not None else missing()


def _lent_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return which cases the actor sees because he stands in for the head: the organ's."""
    if actor.role not in MAY_STAND_IN or permissions.allows(actor, Permission.CASE_APPROVE):
        return false()
    today = clock.today(session)
    lent = delegation.in_force(session, actor.county_code, actor.person_id, today)
    return CaseFile.county_code == actor.county_code if lent else false()


def missing() -> NoReturn:
    """Raise the one error for a case, or a paper of it, that is absent or hidden."""
    raise NotFoundError(_("没有找到该案件，或者您无权查看。"))


@dataclass(frozen=True)
class Listed:
    """A case as a list shows it."""

    case: CaseFile
    party_name: str | None
    unit_name: str


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of cases, the newest first; `after` is the last row of the page before."""
    wanted = [CaseFile.state == state] if state else []
    newest = listing.first_ids(actor, wanted, after, limit)
    query = (
        select(CaseFile, Party.name, Unit.name)
        .join(newest, and_(CaseFile.county_code == actor.county_code, CaseFile.id == newest.c.id))
        .outerjoin(
            Party, and_(Party.county_code == CaseFile.county_code, Party.id == CaseFile.party_id)
        )
        .join(Unit, and_(Unit.county_code == CaseFile.county_code, Unit.id == CaseFile.squad_id))
        .order_by(CaseFile.registered_at.desc(), CaseFile.id.desc())
    )
    return [Listed(*row) for row in session.execute(query)]


def history(session: Session, county_code: str, case_id: uuid.UUID) -> list[CaseEntry]:
    """Return the acts upon a case, the first one first."""
    query = select(CaseEntry).where(
        CaseEntry.county_code == county_code, CaseEntry.case_id == case_id
    )
    return list(session.scalars(query.order_by(CaseEntry.seq)))


def last_detail(entries: list[CaseEntry], event: CaseEvent) -> dict[str, Any]:
    """Return what was said in the latest act of a kind, {} where there was none."""
    found = [entry.detail for entry in entries if entry.event == event]
    return found[-1] if found else {}


def last_entry(session: Session, case: CaseFile, event: CaseEvent) -> CaseEntry | None:
    """Return the latest act of a kind, None without one."""
    query = select(CaseEntry).where(
        CaseEntry.county_code == case.county_code,
        CaseEntry.case_id == case.id,
        CaseEntry.event == event,
    )
    return session.scalars(query.order_by(CaseEntry.seq.desc()).limit(1)).first()


def find_of_incident(session: Session, county_code: str, incident_id: uuid.UUID) -> CaseFile | None:
    """Return the case an incident became, None where it became none."""
    query = select(CaseFile).where(
        CaseFile.county_code == county_code, CaseFile.incident_id == incident_id
    )
    return session.scalars(query).first()


def party_of(session: Session, case: CaseFile) -> Party | None:
    """Return the party of a case."""
    if case.party_id is None:
        return None
    return session.get_one(Party, (case.county_code, case.party_id))


def officers_of(
    session: Session, case: CaseFile, on: date, *, organ_id: uuid.UUID | None = None
) -> tuple[OfficerFacts, ...]:
    """Return the two officers of a case with their certificates as they stand on a day.

    organ_id -- the organ in whose name the case is worked: its certificates, for this place
    """
    ids = [one for one in (case.officer_a_id, case.officer_b_id) if one is not None]
    if not ids:
        return ()
    held = certificates_of(session, case.county_code, ids)
    place = case.village_code or case.township_code
    found = [(held[one].name, problem_of(session, held[one].certificates, on, organ_id=organ_id,
                                         area_code=place)) for one in ids]  # fmt: skip
    return tuple(OfficerFacts(name, *told) for name, told in found)
