"""What the worker does about a timer: warn him, ring his leader and the desk, call the county."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history, notices
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError
from enforcement.incident import intake
from enforcement.incident.escalation import SYSTEM
from enforcement.incident.intake import Report, Sender
from enforcement.law.escalation import Does
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.people.models import Person
from enforcement.positions.models import Device, DeviceState
from enforcement.safety import alone, whom
from enforcement.safety.models import AloneEntry, AloneWatch
from enforcement.settings import queries as settings

CATEGORY: Final = "V7"


class _System:
    account_id = None
    name = SYSTEM


def work(session: Session, step: DueStep) -> None:
    """Do what fell due; a step of a turn that has passed does nothing: he has spoken meanwhile."""
    row = session.get(
        AloneWatch, (step.county_code, step.subject_id), with_for_update=True,
        populate_existing=True,
    )  # fmt: skip
    if row is None or row.state != "open" or row.turn != step.data["turn"]:
        return
    now = clock.now(session)
    ACTS[step.data["does"]](session, row, now)


def _warn(session: Session, row: AloneWatch, now: datetime) -> None:
    _ring(session, row, "warn", [row.person_id])
    _remember(session, row, "warn", now, {})


def _alarm(session: Session, row: AloneWatch, now: datetime) -> None:
    """Ring the leader and the desk, and the county at once where nobody is there."""
    people = whom.near(session, row.county_code, row.person_id, row.unit_code, row.township_code,
                       clock.today(session))  # fmt: skip
    row.alarmed_at = now
    _ring(session, row, "alarm", people)
    _remember(session, row, "alarm", now, {"called": _names(session, row, people)})
    wait = settings.value(session, row.county_code, "alone_escalate_minutes") if people else 0
    alone.plan(session, row, "escalate", now + timedelta(minutes=wait))


def _escalate(session: Session, row: AloneWatch, now: datetime) -> None:
    """Make a red incident of it and ring the command centre."""
    people = whom.county(session, row.county_code, clock.today(session))
    row.escalated_at = now
    row.incident_id = row.incident_id or _report(session, row, now)
    _ring(session, row, "escalate", people)
    _remember(session, row, "escalate", now, {"called": _names(session, row, people),
                                              "incident": str(row.incident_id)})  # fmt: skip


ACTS: Final = {"warn": _warn, "alarm": _alarm, "escalate": _escalate}


def _ring(session: Session, row: AloneWatch, rule: str, people: Iterable[uuid.UUID]) -> None:
    for one in people:
        notices.send(session, row.county_code, one, "alone", row.id, does=str(Does.RING), rule=rule)
    alone.tell(session, row, rule)


def _remember(
    session: Session, row: AloneWatch, event: str, now: datetime, said: dict[str, Any]
) -> None:
    history.append(session, AloneEntry.watch_id, row, event, _System(), now, said)


def _names(session: Session, row: AloneWatch, people: list[uuid.UUID]) -> list[str]:
    query = select(Person.name).where(Person.county_code == row.county_code, Person.id.in_(people))
    return sorted(session.scalars(query))


def _report(session: Session, row: AloneWatch, now: datetime) -> uuid.UUID:
    """Make the red incident at his newest place; outside the county, or unknown, without one."""
    name = session.get_one(Person, (row.county_code, row.person_id)).name
    sender = Sender(row.county_code, row.id, SYSTEM, None, row.unit_code)
    bare = Report(
        category=CATEGORY, description=f"单独执勤无应答：{name}，{row.place}", occurred_at=now,
        source=IncidentSource.API, urgency=Urgency.RED,
    )  # fmt: skip
    lon, lat = _newest(session, row)
    if lon is not None and lat is not None:
        placed = Report(
            category=bare.category, description=bare.description, occurred_at=now,
            source=bare.source, urgency=bare.urgency, lon=lon, lat=lat,
        )  # fmt: skip
        try:
            with session.begin_nested():
                return intake.take(session, sender, placed).incident.id
        except InvalidInputError:  # outside the county: help first
            pass
    return intake.take(session, sender, bare).incident.id


def _newest(session: Session, row: AloneWatch) -> tuple[float | None, float | None]:
    """Return where he was last by his phone since he began, else where he began."""
    query = (
        select(DeviceState.lon, DeviceState.lat)
        .join(Device, (Device.county_code == DeviceState.county_code)
              & (Device.id == DeviceState.device_id))
        .where(DeviceState.county_code == row.county_code, Device.person_id == row.person_id,
               DeviceState.fixed_at >= row.began_at)
        .order_by(DeviceState.fixed_at.desc())
    )  # fmt: skip
    found = session.execute(query.limit(1)).first()
    return (found.lon, found.lat) if found else (row.lon, row.lat)
