"""A device calls for help: what the worker makes of it, the same red incident as from a phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError
from enforcement.incident import intake, sos
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident
from enforcement.incident.sos import Help
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.people.models import Account
from enforcement.people.queries import find_actor
from enforcement.positions.models import Device, DeviceState

CATEGORY: Final = "V7"
FOLD: Final = timedelta(minutes=10)


def call(session: Session, step: DueStep) -> None:
    """Make the red incident of a device's alarm, or add to the one that is still open."""
    device = session.get_one(Device, (step.county_code, step.subject_id))
    state = session.get(DeviceState, (step.county_code, device.id))
    now = clock.now(session)
    what = _said(state, now)
    if device.person_id is not None:
        account = session.scalars(
            select(Account.id).where(
                Account.county_code == device.county_code,
                Account.person_id == device.person_id, Account.active,
            ).limit(1)
        ).first()  # fmt: skip
        actor = find_actor(session, device.county_code, account) if account else None
        if actor is not None:
            sos.press(session, actor, what)
            return
    if not _is_open(session, device, now):
        _report(session, device, what, now)


def _said(state: DeviceState | None, now: datetime) -> Help:
    if state is None or state.fixed_at is None:
        return Help(now)
    return Help(state.fixed_at, state.lon, state.lat, state.accuracy_m)


def _is_open(session: Session, device: Device, now: datetime) -> bool:
    """Tell whether the device's call of a moment ago is still open."""
    query = select(Incident.id).where(
        Incident.county_code == device.county_code,
        Incident.description == _words(device),
        Incident.received_at > now - FOLD,
        Incident.state.in_(OPEN_STATES),
    )
    return session.scalars(query.limit(1)).first() is not None


def _report(session: Session, device: Device, what: Help, now: datetime) -> None:
    sender = Sender(device.county_code, device.id, device.label or device.ident)
    report = Report(
        category=CATEGORY, description=_words(device), occurred_at=min(what.occurred_at, now),
        source=IncidentSource.API, urgency=Urgency.RED, lon=what.lon, lat=what.lat,
        accuracy_m=what.accuracy_m,
    )  # fmt: skip
    try:
        with session.begin_nested():
            intake.take(session, sender, report)
    except InvalidInputError:  # outside the county: help first, the device's own page has the point
        bare = Report(
            category=CATEGORY, description=_words(device), occurred_at=now,
            source=IncidentSource.API, urgency=Urgency.RED,
        )  # fmt: skip
        intake.take(session, sender, bare)


def _words(device: Device) -> str:
    return f"定位终端紧急报警：{device.label or device.ident}"
