"""Whom a device may be given to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.i18n import _
from enforcement.people.models import Person


def people(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the people of the county by name, after "of a vehicle"."""
    query = (
        select(Person.id, Person.name)
        .where(Person.county_code == actor.county_code)
        .order_by(Person.name, Person.id)
    )
    found = [(str(row.id), row.name) for row in session.execute(query)]
    return [("", _("车载，不属于个人")), *found]
