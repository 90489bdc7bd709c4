"""Act: somebody on duty checks in at a checkpoint by its code, its tag or a photo.

Any checkpoint of the county that is in use may be checked in at. Where it stands on the list of
the person's own squad for that day, its stop is done by it. Who is too far away is kept and marked;
whether that holds is for a person to say.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, permissions, uploads
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.incident.intake import Photo, Sender, keep_photos
from enforcement.law.terms import PatrolState
from enforcement.patrol import services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.terms import BeatKind, BeatState, VisitWay
from enforcement.permissions import Permission
from enforcement.proof.duty import was_on_duty
from enforcement.proof.models import CheckIn
from enforcement.proof.terms import CHECK_INS

FAST_CLOCK: Final = timedelta(minutes=10)
OLDEST: Final = timedelta(days=7)
"""A phone may have been without a network for so long."""
CODE_PATH: Final = "/patrols/code/"


@dataclass(frozen=True)
class Said:
    """What somebody says at a checkpoint.

    code -- what the QR code or the tag holds, as an address or the bare word; beat_id -- of a
    checkpoint whose photo is taken, which may have no code at hand
    lon, lat -- degrees, WGS 84; mock -- the phone says that its position is invented
    photo -- as it was sent; stored -- SHA-256 of one that was uploaded before
    """

    way: VisitWay
    occurred_at: datetime
    code: str | None = None
    beat_id: uuid.UUID | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    mock: bool = False
    photo: Photo | None = None
    stored: bytes | None = None
    note: str | None = None


def check_in(session: Session, actor: Actor, said: Said, *, key: str) -> CheckIn:
    """Keep a check-in and mark its stop; the same key keeps it once.

    Raises NotPermittedError, NotFoundError for an unknown code, InvalidInputError (a future
    moment, half a position, no photo where one is demanded), StepNotAllowedError off duty.
    """
    permissions.check(actor, Permission.PATROL_WALK)
    earlier = _earlier(session, actor, key)
    if earlier is not None:
        return earlier
    now = clock.now(session)
    _check(said, now)
    beat = _beat(session, actor, said)
    if not was_on_duty(session, actor.county_code, actor.person_id, said.occurred_at):
        raise StepNotAllowedError(_("当时不在岗，不能签到。请先上岗。"))
    sha256 = _photo(session, actor, said)
    if sha256 is None and (beat.photo or said.way == VisitWay.PHOTO):
        raise InvalidInputError(
            "photo", _("“%(name)s”要求拍照，请拍一张现场照片。", name=beat.name)
        )
    stop = _stop(session, actor, beat, said)
    row = CheckIn(
        county_code=actor.county_code, id=uuid7(), beat_id=beat.id,
        stop_id=stop.id if stop else None, person_id=actor.person_id,
        account_id=actor.account_id, way=said.way, occurred_at=said.occurred_at, received_at=now,
        lon=said.lon, lat=said.lat, accuracy_m=said.accuracy_m, mock=said.mock, sha256=sha256,
        note=outside.words(said.note, "note", 500), key=key, **_distance(session, beat, said),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        again = _earlier(session, actor, key)
        if again is None:
            raise error
        return again
    if stop is not None:
        _mark(session, actor, stop, row)
    return row


def _earlier(session: Session, actor: Actor, key: str) -> CheckIn | None:
    query = select(CheckIn).where(
        CheckIn.county_code == actor.county_code, CheckIn.account_id == actor.account_id,
        CheckIn.key == key,
    )  # fmt: skip
    return session.scalars(query).first()


def _check(said: Said, now: datetime) -> None:
    if said.way not in CHECK_INS:
        raise InvalidInputError("way", _("没有这种签到方式。"))
    if said.occurred_at > now + FAST_CLOCK:
        raise InvalidInputError("occurred_at", _("时间在将来，请检查手机时间。"))
    if said.occurred_at < now - OLDEST:
        raise InvalidInputError("occurred_at", _("签到超过七天才送达，请向中队长说明。"))
    if (said.lon is None) != (said.lat is None):
        raise InvalidInputError("lon", _("经度和纬度必须同时填写。"))


def _beat(session: Session, actor: Actor, said: Said) -> Beat:
    """Return the checkpoint that is meant: by its code, for a photo also by itself."""
    tag = (said.code or "").strip().rstrip("/").rpartition("/")[2]
    if tag:
        one = Beat.tag == tag
    elif said.beat_id is not None and said.way == VisitWay.PHOTO:
        one = Beat.id == said.beat_id
    else:
        raise InvalidInputError("code", _("请扫码、碰标签，或者填写点位上的编码。"))
    query = select(Beat).where(Beat.county_code == actor.county_code, Beat.kind == BeatKind.POINT,
                               Beat.state == BeatState.ACTIVE, one)  # fmt: skip
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有这个巡查码，可能已经换码，请告诉管理人员。"))
    return found


def _photo(session: Session, actor: Actor, said: Said) -> bytes | None:
    """Keep the photo; return its SHA-256, None without one."""
    if said.stored is not None:
        kinds = uploads.require(session, actor.county_code, actor.account_id, [said.stored])
        if any(not kind.startswith("image/") for kind in kinds):
            raise InvalidInputError("photos", _("签到要的是照片。"))
        return said.stored
    if said.photo is None:
        return None
    return keep_photos(session, Sender.of(actor), [said.photo])[0]


def _distance(session: Session, beat: Beat, said: Said) -> dict[str, object]:
    """Return the metres on the ground to the checkpoint, and whether they are within its reach."""
    if said.lon is None or said.lat is None:
        return {"distance_m": None, "within": None}
    here, there = (func.geography(func.ST_SetSRID(func.ST_MakePoint(literal(lon), literal(lat)),
                                                  4490))
                   for lon, lat in ((said.lon, said.lat), (beat.lon, beat.lat)))  # fmt: skip
    metres = float(session.scalar(select(func.ST_Distance(here, there))) or 0)
    return {"distance_m": metres, "within": metres <= (beat.radius_m or 0)}


def _stop(session: Session, actor: Actor, beat: Beat, said: Said) -> PatrolStop | None:
    """Return the stop on the list of the actor's squad on the day of the check-in, both locked."""
    query = (
        select(PatrolStop)
        .join(Patrol, (Patrol.county_code == PatrolStop.county_code)
              & (Patrol.id == PatrolStop.patrol_id))
        .where(PatrolStop.county_code == actor.county_code, PatrolStop.beat_id == beat.id,
               PatrolStop.patrol_on == clock.local_day(said.occurred_at),
               Patrol.squad_code == actor.unit_code,
               Patrol.state.not_in([PatrolState.DRAFT, PatrolState.CANCELLED]))
        .order_by(PatrolStop.off_list, Patrol.number)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.scalars(query).first()


def _mark(session: Session, actor: Actor, stop: PatrolStop, row: CheckIn) -> None:
    """Mark a stop as done at the moment of the check-in; what was said before stays."""
    if stop.visited_at is not None:
        if stop.way == VisitWay.GEOFENCE:
            stop.way = row.way
        return
    patrol = session.get_one(Patrol, (stop.county_code, stop.patrol_id))
    stop.way, stop.outcome = row.way, row.note or ""
    stop.arrived_at = min(filter(None, (stop.arrived_at, row.occurred_at)))
    told = {"way": row.way, "check_in": str(row.id), "outcome": row.note}
    services.note_visit(session, actor, patrol, stop, stop.arrived_at, None, told)
