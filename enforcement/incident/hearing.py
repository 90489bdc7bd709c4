"""Who was told of an incident and who heard: what a village's device or a phone shows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.i18n import _, label
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentState
from enforcement.notices import Notice
from enforcement.people.models import Account, Person


def heard(
    session: Session, county_code: str, incidents: Sequence[Incident]
) -> dict[uuid.UUID, dict[str, Any]]:
    """Return for each incident its state, who was told of it and who heard it.

    Names are those of people on duty; nothing of what was said stands in the answer.
    """
    told = _told(session, county_code, incidents)
    names = _names(session, county_code, incidents)
    return {row.id: _one(row, told.get(row.id, {}), names) for row in incidents}


def _told(
    session: Session, county_code: str, incidents: Sequence[Incident]
) -> dict[Any, dict[str, bool]]:
    """Return incident -> name of each person told -> whether he heard."""
    query = (
        select(Notice.subject_id, Person.name, Notice.heard_at)
        .join(
            Person,
            (Person.county_code == Notice.county_code) & (Person.id == Notice.person_id),
        )
        .where(
            Notice.county_code == county_code,
            Notice.subject_id.in_([one.id for one in incidents]),
        )
        .order_by(Notice.at, Notice.id)
    )
    found: dict[Any, dict[str, bool]] = {}
    for subject_id, name, heard_at in session.execute(query):
        people = found.setdefault(subject_id, {})
        people[name] = people.get(name, False) or heard_at is not None
    return found


def _names(session: Session, county_code: str, incidents: Sequence[Incident]) -> dict[Any, str]:
    """Return the names of the accounts that answered or took up the incidents."""
    ids = {one for row in incidents for one in (row.answered_by, row.handler_id) if one}
    query = (
        select(Account.id, Person.name)
        .join(
            Person,
            (Person.county_code == Account.county_code) & (Person.id == Account.person_id),
        )
        .where(Account.county_code == county_code, Account.id.in_(ids))
    )
    return {row.id: row.name for row in session.execute(query)}


def _one(incident: Incident, people: dict[str, bool], names: dict[Any, str]) -> dict[str, Any]:
    heard_by = [name for name, yes in people.items() if yes]
    for account_id in (incident.answered_by, incident.handler_id):
        if account_id in names and names[account_id] not in heard_by:
            heard_by.append(names[account_id])
    state = IncidentState(incident.state)
    return {
        "number": incident.number,
        "presses": incident.presses,
        "state": str(state),
        "state_name": label(state),
        "told": list(people),
        "heard_by": heard_by,
        "acknowledged": bool(heard_by)
        or incident.answered_at is not None
        or state is not IncidentState.RECEIVED,
        "words": _words(list(people), heard_by),
    }


def _words(told: list[str], heard_by: list[str]) -> str:
    """Return what the device shows: who was told, who heard."""
    if heard_by:
        return _("%(names)s已接听", names="、".join(heard_by))
    if told:
        return _("已通知%(names)s，等待接听", names="、".join(told))
    return _("已收到，正在通知值班人员")
