"""Looking at where others are or were: each look is logged, and reaches one's own units only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, text, true
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions, scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Person, Unit
from enforcement.permissions import Permission
from enforcement.positions import own
from enforcement.positions.models import Device
from enforcement.positions.track_models import Track, TrackVillage

MOST_POINTS: Final = 1500

POINTS: Final = text("""
WITH numbered AS (
  SELECT fixed_at, lon, lat, speed_mps, row_number() OVER (ORDER BY fixed_at) AS n,
    count(*) OVER () AS total
  FROM fix
  WHERE county_code = :county AND fixed_at >= :since AND fixed_at < :until AND marks IS NULL
    AND device_id IN (SELECT id FROM device WHERE county_code = :county
      AND (person_id = :carrier OR id = :carrier))
    AND coalesce(person_id, device_id) = :carrier
)
SELECT extract(epoch FROM fixed_at) AS at, lon, lat, speed_mps FROM numbered
WHERE (n - 1) % greatest(1, CAST(ceil(total / :most) AS bigint)) = 0 OR n = total
ORDER BY n
""")


@dataclass(frozen=True)
class Listed:
    """A track as a list shows it."""

    track: Track
    name: str
    unit: str | None
    villages: int


def list_tracks(session: Session, actor: Actor, on: date) -> list[Listed]:
    """Return the tracks of a day whom the actor may look at; his own always."""
    villages = (
        select(func.count())
        .select_from(TrackVillage)
        .where(TrackVillage.county_code == Track.county_code, TrackVillage.track_id == Track.id)
        .scalar_subquery()
    )
    name = func.coalesce(Person.name, Device.label, Device.ident)
    query = (
        select(Track, name, Unit.name, villages)
        .outerjoin(Person, and_(Person.county_code == Track.county_code,
                                Person.id == Track.person_id))
        .outerjoin(Device, and_(Device.county_code == Track.county_code,
                                Device.id == Track.carrier_id))
        .outerjoin(Unit, and_(Unit.county_code == Track.county_code,
                              Unit.code == Track.unit_code))
        .where(Track.county_code == actor.county_code, Track.on_day == on, _seen_by(actor))
        .order_by(Track.unit_code, name, Track.id)
    )  # fmt: skip
    return [Listed(*row) for row in session.execute(query)]


def _seen_by(actor: Actor) -> Any:
    mine = Track.person_id == actor.person_id
    if not permissions.allows(actor, Permission.POSITION_READ):
        return mine
    if actor.role in scope.COUNTY_WIDE:
        return true()
    return or_(mine, scope.below(Track.unit_code, actor))


@dataclass(frozen=True)
class Walked:
    """A track with its villages and its positions, thinned for a screen: (seconds, lon, lat)."""

    track: Track
    name: str
    villages: list[tuple[str, int, datetime, datetime]]
    points: list[list[float]]


def look(session: Session, actor: Actor, track_id: uuid.UUID) -> Walked:
    """Return one track; the look is logged unless it is one's own. Raises NotFoundError."""
    query = (
        select(Track, func.coalesce(Person.name, Device.label, Device.ident))
        .outerjoin(Person, and_(Person.county_code == Track.county_code,
                                Person.id == Track.person_id))
        .outerjoin(Device, and_(Device.county_code == Track.county_code,
                                Device.id == Track.carrier_id))
        .where(Track.county_code == actor.county_code, Track.id == track_id, _seen_by(actor))
    )  # fmt: skip
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError(_("没有找到这条轨迹，或者您无权查看。"))
    track = row[0]
    if track.person_id != actor.person_id:
        _log(session, actor, "track:look", str(track.id), person=str(track.person_id),
             on=track.on_day.isoformat())  # fmt: skip
    return Walked(track, row[1], _villages(session, track), _points(session, track))


def _villages(session: Session, track: Track) -> list[tuple[str, int, datetime, datetime]]:
    query = (
        select(Division.name, TrackVillage.minutes, TrackVillage.first_at, TrackVillage.last_at)
        .join(Division, and_(Division.county_code == TrackVillage.county_code,
                             Division.code == TrackVillage.village_code))
        .where(TrackVillage.county_code == track.county_code, TrackVillage.track_id == track.id)
        .order_by(TrackVillage.first_at)
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def _points(session: Session, track: Track) -> list[list[float]]:
    since, until = own.bounds(track.on_day)
    values = {"county": track.county_code, "carrier": track.carrier_id, "since": since,
              "until": until, "most": float(MOST_POINTS)}  # fmt: skip
    return [[round(float(row.at)), round(row.lon, 6), round(row.lat, 6)]
            for row in session.execute(POINTS, values)]  # fmt: skip


def log_look(session: Session, actor: Actor, where: str, **detail: Any) -> None:
    """Write down that somebody looks at where others are now; where -- by which page or stream."""
    _log(session, actor, "positions:look", where, **detail)


def _log(session: Session, actor: Actor, act: str, subject: str, **detail: Any) -> None:
    audit.record(session, actor.county_code, act, "track", subject, actor=actor,
                 at=clock.now(session).isoformat(), **detail)  # fmt: skip
