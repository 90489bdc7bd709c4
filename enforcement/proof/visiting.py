"""Visits of checkpoints as positions show them: looked at each minute, made anew on demand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.clock import midnight
from enforcement.patrol.terms import VisitWay
from enforcement.permissions import Permission
from enforcement.proof.models import BeatVisit, ProofLook
from enforcement.proof.visiting_sql import LOOK, MARK, ROOM, WHOLE_DAY
from enforcement.settings import queries as settings

AGAIN: Final = timedelta(seconds=90)
"""What was received just before the last look is looked at again: its commit may have come after.
It changes nothing where it was seen already."""
DWELL: Final = "visit_dwell_seconds"


@dataclass(frozen=True)
class Looked:
    """What a look touched: visits, of positions received since a moment."""

    visits: int
    since: datetime


def look(session: Session, county_code: str) -> Looked:
    """Make or lengthen the visits that new positions show.

    Positions of other days, handed in late, join the visits of their day.
    """
    now = clock.now(session)
    row = session.get(ProofLook, county_code, with_for_update=True, populate_existing=True)
    since = row.looked_at - AGAIN if row else midnight(clock.local_day(now))
    found = _make(session, county_code, LOOK, since=since)
    if row is None:
        session.add(ProofLook(county_code=county_code, looked_at=now))
    else:
        row.looked_at = now
    session.flush()
    return Looked(found, since)


def make_day(session: Session, actor: Actor, on: date) -> int:
    """Make the visits of a day anew from all its positions; return how many there are.

    It is for checkpoints that were registered or moved since: what was looked at stays as it was.
    """
    permissions.check(actor, Permission.POSITION_READ)
    return remake(session, actor.county_code, on)


def remake(session: Session, county_code: str, on: date) -> int:
    """Make the visits of a county's day anew; return how many there are."""
    mine = (BeatVisit.county_code == county_code, BeatVisit.on_day == on)
    session.execute(delete(BeatVisit).where(*mine, BeatVisit.way == VisitWay.GEOFENCE))
    since = midnight(on)
    return _make(session, county_code, WHOLE_DAY, since=since, until=since + timedelta(days=1))


def _make(session: Session, county_code: str, statement: Any, **values: datetime) -> int:
    session.execute(ROOM)
    made: list[uuid.UUID] = list(
        session.scalars(statement, {"county": county_code, **values})
    )  # fmt: skip
    if made:
        dwell = settings.value(session, county_code, DWELL)
        session.execute(MARK, {"county": county_code, "visits": made, "dwell": dwell})
        session.expire_all()
    return len(made)
