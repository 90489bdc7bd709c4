"""What the form of a proposed inspection lets a person choose."""

from __future__ import annotations

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
    villages = division_names(session, actor.county_code, Level.VILLAGE)
    form.village_code.choices = blank + [
        (code, f"{towns.get(code[:9], '')}{name}") for code, name in sorted(villages.items())
    ]
