"""One patrol of the demonstration county that was walked: positions, check-ins, what they prove.

It lies two days back, so that nobody is on duty by it today; the database clock is moved back
inside this transaction, so that each act bears its own moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.clock import midnight
from enforcement.demo.photo import draw_photo
from enforcement.ids import uuid7
from enforcement.incident.intake import Photo
from enforcement.patrol import services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.terms import BeatKind, VisitWay
from enforcement.people.models import Unit
from enforcement.people.queries import find_actor_by_name
from enforcement.positions import registry, tracking
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.proof import checking, covering, visiting
from enforcement.proof.checking import Said
from enforcement.proof.models import CheckIn, ProofLook
from enforcement.roster import presence
from enforcement.roster.presence import Presence

LEADER: Final = "dadui"
OFFICER: Final = "zhifa1"
BACK: Final = timedelta(days=2)
EVERY_S: Final = 30
POINTS: Final = 5
FIRST_MIN, EACH_MIN = 540, 90
"""The first checkpoint is planned at nine, the others an hour and a half apart."""
STAY_MIN: Final = 25
WALKED: Final = 4
"""The last checkpoint of the list is missed."""


def load(session: Session, county_code: str) -> int:
    """Play a past patrol; return how many stops it has, 0 where there was one or no beats are."""
    leader, officer = (find_actor_by_name(session, name) for name in (LEADER, OFFICER))
    there = select(CheckIn.id).where(CheckIn.county_code == county_code).limit(1)
    if leader is None or officer is None or session.scalar(there) is not None:
        return 0
    beats = _beats(session, officer)
    if len(beats) <= WALKED:
        return 0
    before = session.execute(text("select shift from clock_shift")).scalar_one()
    on = clock.today(session) - BACK
    try:
        _play(session, leader, officer, beats, on)
    finally:
        session.execute(text("update clock_shift set shift = :shift"), {"shift": before})
        session.execute(delete(ProofLook))  # the next look begins with the day that it is then
    return len(beats)


def _beats(session: Session, officer: Actor) -> list[Beat]:
    """Return the squad's checkpoints from north to south and its area."""
    query = select(Beat).where(
        Beat.county_code == officer.county_code, Beat.unit_code == officer.unit_code,
        Beat.kind != BeatKind.ROUTE,
    )  # fmt: skip
    rows = list(session.scalars(query.order_by(Beat.lat.desc(), Beat.name)))
    points = [one for one in rows if one.kind == BeatKind.POINT][:POINTS]
    return points + [one for one in rows if one.kind == BeatKind.AREA][:1] if points else []


def _play(session: Session, leader: Actor, officer: Actor, beats: Sequence[Beat], on: date) -> None:
    _clock(session, _at(on, 500))
    patrol = _list(session, leader, officer, beats, on)
    presence.record(session, officer, Presence(True, clock.now(session)))
    _clock(session, _at(on, 515))
    services.move(session, officer, patrol.id, "start")
    points = [one for one in beats if one.kind == BeatKind.POINT][:WALKED]
    for n, way in ((0, VisitWay.QR), (1, VisitWay.PHOTO)):
        _clock(session, _at(on, FIRST_MIN + n * EACH_MIN + 6))
        photo = Photo("现场.jpg", draw_photo(7 + n))
        said = Said(way, clock.now(session), points[n].tag, lon=points[n].lon + 0.0002,
                    lat=points[n].lat, accuracy_m=8, photo=photo)  # fmt: skip
        checking.check_in(session, officer, said, key=f"demo-{n}")
    _clock(session, _at(on, 1021))
    take(session, registry.phone_of(session, officer), _walk(points, on))
    visiting.look(session, officer.county_code)
    services.move(session, officer, patrol.id, "finish")
    presence.record(session, officer, Presence(False, clock.now(session)))
    tracking.make(session, officer.county_code, on, [officer.person_id])
    covering.make(session, leader, patrol.id)


def _list(
    session: Session, leader: Actor, officer: Actor, beats: Sequence[Beat], on: date
) -> Patrol:
    squad = session.get_one(Unit, (officer.county_code, officer.unit_id))
    patrol = services.open_patrol(session, leader, squad, on, "按顺序到点，扫码登记。")
    session.add_all(
        PatrolStop(
            county_code=officer.county_code, id=uuid7(), patrol_id=patrol.id, patrol_on=on,
            seq=n + 1, beat_id=beat.id, village_code=beat.village_code, lon=beat.lon,
            lat=beat.lat, required=beat.kind == BeatKind.POINT, service_min=beat.dwell_min,
            planned_at=_at(on, FIRST_MIN + n * EACH_MIN) if beat.kind == BeatKind.POINT else None,
        )
        for n, beat in enumerate(beats)
    )  # fmt: skip
    session.flush()
    return patrol


def _walk(points: Sequence[Beat], on: date) -> list[Reading]:
    """Return positions from checkpoint to checkpoint, some minutes late at each, with a stay."""
    marks: list[tuple[float, float, float]] = []
    for n, one in enumerate(points):
        arrived = FIRST_MIN + n * EACH_MIN + 4 * n
        marks += [(arrived, one.lon, one.lat), (arrived + STAY_MIN, one.lon + 0.0003, one.lat)]
    found = []
    for (since, lon, lat), (until, to_lon, to_lat) in pairwise(marks):
        for s in range(round(since * 60), round(until * 60), EVERY_S):
            share = (s - since * 60) / (until * 60 - since * 60)
            found.append(Reading(lon + (to_lon - lon) * share, lat + (to_lat - lat) * share,
                                 midnight(on) + timedelta(seconds=s), accuracy_m=8.0))  # fmt: skip
    return found


def _at(on: date, minute: int) -> datetime:
    return midnight(on) + timedelta(minutes=minute)


def _clock(session: Session, at: datetime) -> None:
    session.execute(text("update clock_shift set shift = :at - clock_timestamp()"), {"at": at})
