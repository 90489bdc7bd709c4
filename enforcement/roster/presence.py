"""The on-duty switch of a phone: a person says when he begins and ends work, and nothing more.

A position is taken at the moment of pressing only, where the person gives one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from enforcement import clock, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.roster import queries
from enforcement.roster.models import DutyPresence

FAST_CLOCK: Final = timedelta(minutes=10)
EARLY: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=24)
"""Who has not said that he ended by then is no longer shown as on duty."""


@dataclass(frozen=True)
class Presence:
    """What a person says; lon, lat -- degrees, WGS 84, of this moment only, optional."""

    present: bool
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def record(
    session: Session, actor: Actor, what: Presence, *, key: str | None = None
) -> DutyPresence:
    """Keep that a person begins or ends work; the same key keeps it once.

    Raises NotPermittedError, InvalidInputError for a moment in the future or half a position.
    """
    permissions.check(actor, Permission.ROSTER_READ)
    earlier = once.claim(session, actor, key, "duty:presence", what.present)
    if earlier is not None:
        return session.get_one(DutyPresence, (actor.county_code, earlier))
    now = clock.now(session)
    if what.occurred_at > now + FAST_CLOCK:
        raise InvalidInputError("occurred_at", _("时间在将来，请检查手机时间。"))
    if (what.lon is None) != (what.lat is None):
        raise InvalidInputError("lon", _("经度和纬度必须同时填写。"))
    shift = queries.find_next_shift(session, actor.county_code, actor.person_id)
    row = DutyPresence(
        county_code=actor.county_code,
        id=uuid7(),
        person_id=actor.person_id,
        account_id=actor.account_id,
        received_at=now,
        shift_id=shift.id if shift is not None and shift.starts_at <= now + EARLY else None,
        **asdict(what),
    )
    session.add(row)
    session.flush()
    once.done(session, actor, key, row.id)
    return row


def find_latest(session: Session, county_code: str, person_id: uuid.UUID) -> DutyPresence | None:
    """Return what a person said last, by the moment he named; None where that is a day ago."""
    query = select(DutyPresence).where(
        DutyPresence.county_code == county_code,
        DutyPresence.person_id == person_id,
        DutyPresence.occurred_at > clock.now(session) - LONGEST,
    )
    order = (DutyPresence.occurred_at.desc(), DutyPresence.received_at.desc())
    return session.scalars(query.order_by(*order).limit(1)).first()


def present_since(
    session: Session, county_code: str, person_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    """Return, of some people, those who say that they are on duty now, and since when."""
    query = (
        select(DutyPresence)
        .where(
            DutyPresence.county_code == county_code,
            DutyPresence.person_id.in_(person_ids),
            DutyPresence.occurred_at > clock.now(session) - LONGEST,
        )
        .ext(distinct_on(DutyPresence.person_id))
        .order_by(
            DutyPresence.person_id,
            DutyPresence.occurred_at.desc(),
            DutyPresence.received_at.desc(),
        )
    )
    return {row.person_id: row.occurred_at for row in session.scalars(query) if row.present}
