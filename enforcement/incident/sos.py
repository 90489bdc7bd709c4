"""A person's call for help: a red incident at once, with or without a place; never refused twice.

It rings as a village's red button does. What is pressed again soon belongs to the same incident.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import hearing, intake, places
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident, IncidentEntry, SosPress
from enforcement.incident.telling import publish
from enforcement.jurisdiction.models import Responsibility
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import IncidentEvent, IncidentSource, Urgency
from enforcement.people.models import Account, Unit
from enforcement.permissions import Permission

FOLD: Final = timedelta(minutes=10)
"""A press this soon after the one before belongs to the same incident while that is open."""
SHOWN: Final = timedelta(hours=12)
CATEGORY: Final = "V7"
PRESS, WITHDRAW = "press", "withdraw"


@dataclass(frozen=True)
class Help:
    """What a phone says: when, and where (degrees, WGS 84) as far as it knows."""

    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def press(session: Session, actor: Actor, what: Help, *, key: str | None = None) -> Incident:
    """Call for help, or add to the call of a moment ago; the same key changes nothing more.

    A wrong clock or a place outside the county is kept as it was said and does not stop the call.
    """
    permissions.check(actor, Permission.INCIDENT_REPORT)
    earlier = once.claim(session, actor, key, "sos:press", None)
    if earlier is not None:
        return session.get_one(Incident, (actor.county_code, earlier))
    now = clock.now(session)
    incident = _open_one(session, actor, now)
    if incident is None:
        incident = _report(session, actor, what, now)
    else:
        incident = _again(session, actor, incident, what, now)
    _keep(session, actor, incident, PRESS, what, now)
    once.done(session, actor, key, incident.id)
    return incident


def withdraw(
    session: Session, actor: Actor, incident_id: uuid.UUID, words: str, *, key: str | None = None
) -> Incident:
    """Say that the help is no longer needed; recorded, and the desk still has to check and close.

    Raises InvalidInputError without words, NotFoundError for a call that is not his,
    StepNotAllowedError where it was taken back before.
    """
    permissions.check(actor, Permission.INCIDENT_REPORT)
    words = words.strip()
    earlier = once.claim(session, actor, key, "sos:withdraw", [incident_id, words])
    if earlier is not None:
        return session.get_one(Incident, (actor.county_code, earlier))
    if not words:
        raise InvalidInputError("words", _("请写明撤回的原因。"))
    acts = _acts(session, actor, incident_id)
    incident = _locked(session, actor, incident_id) if acts else None
    if incident is None:
        raise NotFoundError(_("没有找到这次求助。"))
    if WITHDRAW in acts:
        raise StepNotAllowedError(_("这次求助已经撤回。"))
    now = clock.now(session)
    _remember(session, actor, incident, IncidentEvent.WITHDRAW_HELP, now, {"note": words[:200]})
    _keep(session, actor, incident, WITHDRAW, Help(now), now, words[:200])
    once.done(session, actor, key, incident.id)
    return incident


def status(session: Session, actor: Actor) -> dict[str, Any] | None:
    """Return the person's latest call of the last hours and who heard it; None without one."""
    now = clock.now(session)
    query = select(SosPress.incident_id, SosPress.act).where(
        SosPress.county_code == actor.county_code,
        SosPress.account_id == actor.account_id,
        SosPress.received_at > now - SHOWN,
    )
    last = session.execute(query.order_by(SosPress.received_at.desc(), SosPress.id.desc())).first()
    if last is None:
        return None
    incident = session.get_one(Incident, (actor.county_code, last.incident_id))
    told = hearing.heard(session, actor.county_code, [incident])[incident.id]
    return told | {
        "id": str(incident.id),
        "withdrawn": last.act == WITHDRAW,
        "open": incident.state in OPEN_STATES,
        "placed": incident.lon is not None,
    }


def _open_one(session: Session, actor: Actor, now: datetime) -> Incident | None:
    """Return the open incident of the person's last press, locked; one press at a time."""
    me = (Account.county_code == actor.county_code, Account.id == actor.account_id)
    session.execute(select(Account.id).where(*me).with_for_update())
    query = (
        select(SosPress)
        .where(
            SosPress.county_code == actor.county_code,
            SosPress.account_id == actor.account_id,
            SosPress.received_at > now - FOLD,
        )
        .order_by(SosPress.received_at.desc(), SosPress.id.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    if last is None or last.act == WITHDRAW:
        return None
    incident = _locked(session, actor, last.incident_id)
    return incident if incident is not None and incident.state in OPEN_STATES else None


def _locked(session: Session, actor: Actor, incident_id: uuid.UUID) -> Incident | None:
    return session.get(
        Incident, (actor.county_code, incident_id), with_for_update=True, populate_existing=True
    )


def _acts(session: Session, actor: Actor, incident_id: uuid.UUID) -> set[str]:
    query = select(SosPress.act).where(
        SosPress.county_code == actor.county_code,
        SosPress.account_id == actor.account_id,
        SosPress.incident_id == incident_id,
    )
    return set(session.scalars(query))


def _report(session: Session, actor: Actor, what: Help, now: datetime) -> Incident:
    """Make the incident: at the point, else where the person works, else without a place."""
    report = Report(
        category=CATEGORY,
        description=f"人员紧急求助：{actor.name}",
        occurred_at=min(what.occurred_at, now),
        source=IncidentSource.PHONE_APP,
        urgency=Urgency.RED,
        village_code=_home(session, actor),
    )
    placed = Report(**{**asdict(report), **_point(what)})
    try:
        with session.begin_nested():
            return intake.take(session, Sender.of(actor), placed).incident
    except InvalidInputError:  # a place outside the county: help first, the press keeps the point
        return intake.take(session, Sender.of(actor), report).incident


def _point(what: Help) -> dict[str, float | None]:
    if what.lon is None or what.lat is None:
        return {}
    return {"lon": what.lon, "lat": what.lat, "accuracy_m": what.accuracy_m}


def _home(session: Session, actor: Actor) -> str | None:
    """Return the area the person answers for, else the first one of his unit or one below it."""
    areas = [code for code in actor.area_codes if len(code) > 6]
    if areas:
        return areas[0]
    today = clock.sql_today()
    query = (
        select(Responsibility.area_code)
        .join(
            Unit,
            (Unit.county_code == Responsibility.county_code) & (Unit.id == Responsibility.unit_id),
        )
        .where(
            Responsibility.county_code == actor.county_code,
            Unit.code >= actor.unit_code,
            Unit.code < actor.unit_code + "~",
            func.length(Responsibility.area_code) > 6,
            Responsibility.valid_from <= today,
            or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > today),
        )
        .order_by(Unit.code, Responsibility.area_code)
        .limit(1)
    )
    return session.scalar(query)


def _again(
    session: Session, actor: Actor, incident: Incident, what: Help, now: datetime
) -> Incident:
    """Count a press; a first position gives the incident its place."""
    if incident.lon is None and what.lon is not None and what.lat is not None:
        try:
            with session.begin_nested():
                places.move(
                    session, actor, incident.id, what.lon, what.lat, reason=_("求助人手机定位")
                )
        except InvalidInputError:  # outside the county: kept with the press
            session.refresh(incident)
    incident.presses += 1
    said = {"presses": incident.presses}
    _remember(session, actor, incident, IncidentEvent.PRESS_AGAIN, now, said)
    return incident


def _remember(
    session: Session, actor: Actor, incident: Incident, event: IncidentEvent, now: datetime,
    said: dict[str, Any],
) -> None:  # fmt: skip
    incident.version += 1
    history.append(
        session, IncidentEntry.incident_id, incident, event, actor, now, said,
        seq=incident.version,
    )  # fmt: skip
    publish(session, incident, str(event))


def _keep(
    session: Session, actor: Actor, incident: Incident, act: str, what: Help, now: datetime,
    words: str | None = None,
) -> None:  # fmt: skip
    session.add(
        SosPress(
            county_code=actor.county_code,
            id=uuid7(),
            account_id=actor.account_id,
            incident_id=incident.id,
            act=act,
            occurred_at=what.occurred_at,
            received_at=now,
            lon=what.lon,
            lat=what.lat,
            accuracy_m=what.accuracy_m,
            words=words,
        )
    )
    session.flush()
