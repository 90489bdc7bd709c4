"""What proof is tested with: a patrol of six checkpoints, people on duty, phones that walk."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from enforcement.clock import midnight
from enforcement.ids import uuid7
from enforcement.patrol import beats, services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import Described
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.terms import BeatKind, Per, PlaceKind
from enforcement.people.models import Unit
from enforcement.positions import registry
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.roster.models import DutyPresence
from tests.asking import actor_of

COUNTY = "220322"
ON = date(2026, 3, 2)
LON, LAT = 124.335, 43.308
STEP_DEG = 0.01
"""About 810 m from checkpoint to checkpoint."""


def at(minute: int, second: int = 0) -> datetime:
    """Return a minute of the day."""
    return midnight(ON) + timedelta(minutes=minute, seconds=second)


def points(session: Session, count: int = 3, **more: object) -> list[Beat]:
    """Register checkpoints of zhifa1's squad, from west to east."""
    leader, squad = actor_of(session, "dadui"), actor_of(session, "zhifa1").unit_code
    return [
        beats.add(session, leader, Described(
            BeatKind.POINT, f"点{n}", squad, f"POINT ({LON + n * STEP_DEG} {LAT})",
            PlaceKind.OTHER, per=Per.DAY, radius_m=100, **more))  # type: ignore[arg-type]
        for n in range(count)
    ]  # fmt: skip


def patrol(session: Session, rows: Sequence[Beat], *, every_min: int = 60) -> Patrol:
    """Publish a patrol of 8:30 to 17:00 to checkpoints, the first one planned at nine."""
    leader, officer = actor_of(session, "dadui"), actor_of(session, "zhifa1")
    squad = session.get_one(Unit, (COUNTY, officer.unit_id))
    made = services.open_patrol(session, leader, squad, ON, "")
    for n, beat in enumerate(rows):
        session.add(PatrolStop(
            county_code=COUNTY, id=uuid7(), patrol_id=made.id, patrol_on=ON, seq=n + 1,
            beat_id=beat.id, village_code=beat.village_code, lon=beat.lon, lat=beat.lat,
            required=True, planned_at=at(540 + n * every_min),
        ))  # fmt: skip
    session.flush()
    return made


def on_duty(session: Session, username: str, since: datetime, *, present: bool = True) -> None:
    """Let somebody begin (or end) work."""
    actor = actor_of(session, username)
    session.add(DutyPresence(
        county_code=COUNTY, id=uuid7(), person_id=actor.person_id, account_id=actor.account_id,
        present=present, occurred_at=since, received_at=since,
    ))  # fmt: skip
    session.flush()


def phone(session: Session, username: str | None = None, ident: str | None = None) -> Device:
    """Register a phone of somebody; without a name it is a vehicle's terminal."""
    person = actor_of(session, username).person_id if username else None
    name = ident or uuid.uuid4().hex
    made, _key = registry.add(session, actor_of(session, "xitong"), name,
                              Protocol.OSMAND if person else Protocol.JT808)  # fmt: skip
    made.person_id = person
    session.flush()
    return made


def stay(n: float, since: datetime, minutes: float, *, every_s: int = 10, north_m: float = 20,
         mock: bool = False) -> list[Reading]:  # fmt: skip
    """Return positions at checkpoint number n, some metres north of it."""
    return [
        Reading(LON + n * STEP_DEG, LAT + north_m / 111_195, since + timedelta(seconds=s),
                mock=mock)
        for s in range(0, round(minutes * 60) + 1, every_s)
    ]  # fmt: skip


def send(session: Session, device: Device, readings: Sequence[Reading]) -> None:
    """Keep positions as they come from a phone."""
    take(session, device, readings)
