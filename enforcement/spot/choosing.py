"""What the form of a decision on the spot lets a person choose, and what it knows already."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.i18n import _
from enforcement.jurisdiction.queries import division_names
from enforcement.jurisdiction.terms import Level
from enforcement.people.queries import list_certified


def fill(session: Session, actor: Actor, form: FlaskForm) -> None:
    """Give the fields that name people and places their choices."""
    blank = [("", _("请选择"))]
    found = list_certified(session, actor.county_code, actor.unit_code, clock.today(session))
    people = blank + [(str(person.id), person.name) for person in found]
    form.officer_a.choices = form.officer_b.choices = people
    if form.officer_a.data is None:
        form.officer_a.data = str(actor.person_id)
    towns = division_names(session, actor.county_code, Level.TOWNSHIP)
    form.place_code.choices = blank + sorted(towns.items())


def known(session: Session) -> dict[str, Any]:
    """Return what a new form holds before anybody types."""
    now = clock.now(session).astimezone(clock.ZONE)
    return {"acted_at": now.replace(second=0, microsecond=0, tzinfo=None)}
