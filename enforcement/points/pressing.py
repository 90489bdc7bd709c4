"""A press of a button: the first makes an incident, those that follow at once are counted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.clock import ZONE
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.incident import intake
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.telling import publish
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import IncidentEvent, IncidentSource, Urgency
from enforcement.points.models import PointPress, VillagePoint

CLOCK_OFF: Final = timedelta(minutes=10)
"""A device's clock farther off than this is not believed."""
FOLD: Final = timedelta(minutes=10)
"""A press this soon after the one before belongs to the same incident while that is open."""
TOLD_AT: Final = (2, 10, 100, 1000)
"""Counts of presses that go into the incident's history: a stuck button must not fill it."""
CATEGORY: Final = {Urgency.RED: "V7", Urgency.GREEN: "V6"}
WORDS: Final = {Urgency.RED: "按下红色按钮（紧急）", Urgency.GREEN: "按下绿色按钮（咨询、求助）"}


@dataclass(frozen=True)
class Press:
    """What a device says; nonce -- unique for each press of the point, the same when sent again.

    at -- by the device's clock; None where it has no clock
    """

    button: Urgency
    nonce: str
    at: datetime | None = None
    test: bool = False


def press(session: Session, point: VillagePoint, what: Press) -> dict[str, Any]:
    """Take a press of a point that the caller has locked; return what the device is told.

    A nonce that came before gives the answer it gave then, and changes nothing. A wrong clock is
    noted, and the moment of receipt counts.
    """
    now = clock.now(session)
    earlier = session.scalar(
        select(PointPress.answer).where(
            PointPress.county_code == point.county_code,
            PointPress.point_id == point.id,
            PointPress.nonce == what.nonce,
        )
    )
    if earlier is not None:
        _seen(point, now)
        return dict(earlier)
    off = what.at is not None and abs(what.at - now) > CLOCK_OFF
    incident = None if what.test else _incident(session, point, what, now, off)
    if what.test:
        point.last_test_at = now
    else:
        point.last_press_at = now
    _seen(point, now)
    answer = _answer(what, now, off, incident)
    _keep(session, point, what, now, off, incident, answer)
    return answer


def _seen(point: VillagePoint, now: datetime) -> None:
    """Note when a device was last there; after what is asked: one statement then tells all."""
    point.last_seen_at, point.silent_since = now, None


def _keep(
    session: Session,
    point: VillagePoint,
    what: Press,
    now: datetime,
    off: bool,
    incident: Incident | None,
    answer: dict[str, Any],
) -> None:
    session.add(
        PointPress(
            county_code=point.county_code,
            id=uuid7(),
            point_id=point.id,
            nonce=what.nonce,
            button=str(what.button),
            test=what.test,
            pressed_at=what.at,
            received_at=now,
            clock_off=off,
            incident_id=incident.id if incident else None,
            answer=answer,
        )
    )
    session.flush()


def _answer(what: Press, now: datetime, off: bool, incident: Incident | None) -> dict[str, Any]:
    return {
        "button": str(what.button),
        "test": what.test,
        "received_at": now.astimezone(ZONE).isoformat(),
        "clock_off": off,
        "number": incident.number if incident else None,
        "presses": incident.presses if incident else 0,
    }


def _incident(
    session: Session, point: VillagePoint, what: Press, now: datetime, off: bool
) -> Incident:
    """Return the incident of a press: the open one of the same button, or a new one."""
    button = str(what.button)
    made = _open_one(session, point, button, now)
    if made is None:
        made = _report(session, point, what, now, off)
        setattr(point, f"{button}_incident_id", made.id)
    else:
        _count(session, point, made, now)
    setattr(point, f"{button}_pressed_at", now)
    return made


def _open_one(session: Session, point: VillagePoint, button: str, now: datetime) -> Incident | None:
    """Return the incident that the button's last press belongs to, locked; None for a new one."""
    incident_id: uuid.UUID | None = getattr(point, f"{button}_incident_id")
    last: datetime | None = getattr(point, f"{button}_pressed_at")
    if incident_id is None or last is None or now - last > FOLD:
        return None
    query = select(Incident).where(
        Incident.county_code == point.county_code,
        Incident.id == incident_id,
        Incident.state.in_(OPEN_STATES),
    )
    return session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _report(
    session: Session, point: VillagePoint, what: Press, now: datetime, off: bool
) -> Incident:
    words = f"{point.name}：{WORDS[what.button]}。"
    if off and what.at is not None:
        words += f"（设备时间{what.at.astimezone(ZONE):%Y-%m-%d %H:%M}不准，以收到时间为准。）"
    report = Report(
        category=CATEGORY[what.button],
        description=words,
        occurred_at=now if off or what.at is None else what.at,
        place=point.place or point.name,
        source=IncidentSource.BUTTON,
        urgency=what.button,
        village_code=point.village_code,
        point_id=point.id,
    )
    return intake.take(session, Sender(point.county_code, point.id, point.name), report).incident


def _count(session: Session, point: VillagePoint, incident: Incident, now: datetime) -> None:
    """Count a press; some counts go into the history and to the screens, none rings again."""
    incident.presses += 1
    if incident.presses not in TOLD_AT:
        return
    incident.version += 1
    session.add(
        IncidentEntry(
            county_code=incident.county_code,
            id=uuid7(),
            incident_id=incident.id,
            seq=incident.version,
            event=IncidentEvent.PRESS_AGAIN,
            state=incident.state,
            by=None,
            by_name=point.name,
            at=now,
            detail=plain({"presses": incident.presses}),
        )
    )
    session.flush()
    publish(session, incident, str(IncidentEvent.PRESS_AGAIN), presses=incident.presses)


def beat(session: Session, point: VillagePoint) -> dict[str, Any]:
    """Remember that a device is there; tell it the time, and whether a drill asks for a test."""
    now = clock.now(session)
    _seen(point, now)
    asked, tested = point.test_asked_at, point.last_test_at
    wanted = asked is not None and (tested is None or tested < asked)
    return {"now": now.astimezone(ZONE).isoformat(), "name": point.name, "test_asked": wanted}
