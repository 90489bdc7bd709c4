"""Who heard a press: what the device shows, and until when it goes on asking."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.clock import ZONE
from enforcement.i18n import _, label
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentState, Urgency
from enforcement.notices import Notice
from enforcement.people.models import Account, Person
from enforcement.points.models import VillagePoint


def status(session: Session, point: VillagePoint) -> dict[str, Any]:
    """Return the newest incident of each button, who was told of it and who heard it.

    Names are those of people on duty; nothing of what was said stands in the answer.
    """
    now = clock.now(session)
    point.last_seen_at, point.silent_since = now, None
    ids = [one for one in (point.red_incident_id, point.green_incident_id) if one]
    rows = session.scalars(
        select(Incident)
        .where(Incident.county_code == point.county_code, Incident.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    told = _told(session, point, list(found.values()))
    names = _names(session, point, list(found.values()))
    answer: dict[str, Any] = {"now": now.astimezone(ZONE).isoformat(), "name": point.name}
    for button in (Urgency.RED, Urgency.GREEN):
        incident = found.get(getattr(point, f"{button}_incident_id"))
        answer[str(button)] = _one(incident, told, names) if incident else None
    return answer


def _told(
    session: Session, point: VillagePoint, incidents: list[Incident]
) -> dict[Any, dict[str, bool]]:
    """Return incident -> name of each person told -> whether he heard."""
    query = (
        select(Notice.subject_id, Person.name, Notice.heard_at)
        .join(
            Person,
            (Person.county_code == Notice.county_code) & (Person.id == Notice.person_id),
        )
        .where(
            Notice.county_code == point.county_code,
            Notice.subject_id.in_([one.id for one in incidents]),
        )
        .order_by(Notice.at, Notice.id)
    )
    found: dict[Any, dict[str, bool]] = {}
    for subject_id, name, heard_at in session.execute(query):
        people = found.setdefault(subject_id, {})
        people[name] = people.get(name, False) or heard_at is not None
    return found


def _names(session: Session, point: VillagePoint, incidents: list[Incident]) -> dict[Any, str]:
    """Return the names of the accounts that answered or took up the incidents."""
    ids = {one for row in incidents for one in (row.answered_by, row.handler_id) if one}
    query = (
        select(Account.id, Person.name)
        .join(
            Person,
            (Person.county_code == Account.county_code) & (Person.id == Account.person_id),
        )
        .where(Account.county_code == point.county_code, Account.id.in_(ids))
    )
    return {row.id: row.name for row in session.execute(query)}


def _one(
    incident: Incident, told: dict[Any, dict[str, bool]], names: dict[Any, str]
) -> dict[str, Any]:
    people = told.get(incident.id, {})
    heard = [name for name, yes in people.items() if yes]
    for account_id in (incident.answered_by, incident.handler_id):
        if account_id in names and names[account_id] not in heard:
            heard.append(names[account_id])
    state = IncidentState(incident.state)
    return {
        "number": incident.number,
        "presses": incident.presses,
        "state": str(state),
        "state_name": label(state),
        "told": list(people),
        "heard_by": heard,
        "acknowledged": bool(heard)
        or incident.answered_at is not None
        or state is not IncidentState.RECEIVED,
        "words": _words(list(people), heard),
    }


def _words(told: list[str], heard: list[str]) -> str:
    """Return what the device shows: who was told, who heard."""
    if heard:
        return _("%(names)s已接听", names="、".join(heard))
    if told:
        return _("已通知%(names)s，等待接听", names="、".join(told))
    return _("已收到，正在通知值班人员")
