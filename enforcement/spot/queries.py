"""Reads: penalties on the spot that a person may see, one of them, earlier fines of a party."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.case import pauses
from enforcement.case.listing import OWN
from enforcement.case.models import CaseFile, Party
from enforcement.case.money_models import SurchargePause
from enforcement.clock import local_day
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.penalties import surcharge
from enforcement.people.models import Unit
from enforcement.spot.models import SpotEntry, SpotPenalty

PAGE = 20


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which penalties the actor sees: his unit's or below, and those he decided."""
    of_unit = scope.rows(actor, SpotPenalty, units=(SpotPenalty.unit_code,))
    if actor.role not in OWN:
        return of_unit
    mine = or_(
        SpotPenalty.officer_a_id == actor.person_id, SpotPenalty.officer_b_id == actor.person_id
    )
    return or_(of_unit, and_(SpotPenalty.county_code == actor.county_code, mine))


def get(session: Session, actor: Actor, spot_id: uuid.UUID, *, lock: bool = False) -> SpotPenalty:
    """Return a penalty the actor may see; raises NotFoundError, the same for hidden and absent."""
    query = select(SpotPenalty).where(visible(actor), SpotPenalty.id == spot_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    return found if found is not None else missing()


def missing() -> NoReturn:
    """Raise the one error for a penalty that is absent or hidden."""
    raise NotFoundError(_("没有找到该当场处罚，或者您无权查看。"))


@dataclass(frozen=True)
class Listed:
    """A penalty as a list shows it."""

    spot: SpotPenalty
    party_name: str
    unit_name: str


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of penalties, the latest first; `after` is the last row of the page before."""
    query = (
        select(SpotPenalty, Party.name, Unit.name)
        .join(
            Party,
            and_(Party.county_code == SpotPenalty.county_code, Party.id == SpotPenalty.party_id),
        )
        .join(
            Unit, and_(Unit.county_code == SpotPenalty.county_code, Unit.id == SpotPenalty.squad_id)
        )
        .where(visible(actor))
        .order_by(SpotPenalty.decided_at.desc(), SpotPenalty.id.desc())
        .limit(limit)
    )
    if state:
        query = query.where(SpotPenalty.state == state)
    if after is not None:
        query = query.where(tuple_(SpotPenalty.decided_at, SpotPenalty.id) < after)
    return [Listed(*row) for row in session.execute(query)]


def history(session: Session, spot: SpotPenalty) -> list[SpotEntry]:
    """Return the acts upon a penalty, the first one first."""
    query = select(SpotEntry).where(
        SpotEntry.county_code == spot.county_code, SpotEntry.spot_penalty_id == spot.id
    )
    return list(session.scalars(query.order_by(SpotEntry.seq)))


def running_pause(session: Session, spot: SpotPenalty) -> SurchargePause | None:
    """Return the pause of the surcharge that has not ended, None without one (罚73)."""
    rows = pauses.listed(session, spot.county_code, spot_penalty_id=spot.id)
    return next((one for one in rows if one.until_on is None), None)


def surcharge_on(session: Session, spot: SpotPenalty, on: date) -> Decimal:
    """Return what a fine that is paid whole on a day costs beside it, in yuan (罚72, 73)."""
    if spot.payment_due_on is None:
        return Decimal(0)
    rows = pauses.listed(session, spot.county_code, spot_penalty_id=spot.id)
    spans = tuple((one.from_on, one.until_on or on) for one in rows)
    return surcharge(spot.fine_yuan, spot.payment_due_on, on, spans)


def earlier_fine(session: Session, spot: SpotPenalty, party: Party) -> str | None:
    """Return the number of a fine for the same act: same party, matter, day and place (R12).

    Looks at penalties on the spot and at cases. A party is known by its identity number or
    credit code, never by its name alone.
    """
    known = []
    if party.id_number_hash is not None:
        known.append(Party.id_number_hash == party.id_number_hash)
    if party.uscc:
        known.append(Party.uscc == party.uscc)
    if not known:
        return None
    day = local_day(spot.acted_at)
    here = (
        select(SpotPenalty.number, SpotPenalty.acted_at)
        .join(
            Party,
            and_(Party.county_code == SpotPenalty.county_code, Party.id == SpotPenalty.party_id),
        )
        .where(
            SpotPenalty.county_code == spot.county_code, SpotPenalty.id != spot.id,
            SpotPenalty.matter_code == spot.matter_code, SpotPenalty.place == spot.place,
            SpotPenalty.fine_yuan > 0, or_(*known),
        )
    )  # fmt: skip
    for number, acted_at in session.execute(here):
        if local_day(acted_at) == day:
            return str(number)
    there = (
        select(CaseFile.number)
        .join(Party, and_(Party.county_code == CaseFile.county_code, Party.id == CaseFile.party_id))
        .where(
            CaseFile.county_code == spot.county_code, CaseFile.matter_code == spot.matter_code,
            CaseFile.place == spot.place, CaseFile.acted_on == day,
            CaseFile.fine_yuan.is_not(None), or_(*known),
        )
    )  # fmt: skip
    return session.scalar(there.limit(1))
