"""Whom the form of an act lets a person choose: officers, the chair, who is asked to step back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from flask_wtf import FlaskForm
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import assigning
from enforcement.case.models import CaseFile
from enforcement.i18n import _
from enforcement.people.models import Account, Person, Post
from enforcement.people.queries import list_certified
from enforcement.permissions import PERMISSIONS_OF, Permission

CHAIRS: Final = tuple(
    str(role) for role, may in PERMISSIONS_OF.items() if Permission.CASE_HEAR in may
)


def fill(session: Session, actor: Actor, case: CaseFile, form: FlaskForm) -> None:
    """Give the fields of a form that name people their choices."""
    if "squad" in form:
        _fill_assignment(session, actor, case, form)
    elif "officer_a" in form:
        found = list_certified(session, case.county_code, case.unit_code, clock.today(session))
        form.officer_a.choices = form.officer_b.choices = _choices(found)
        if form.officer_a.data is None:
            form.officer_a.data = str(case.officer_a_id or actor.person_id)
            form.officer_b.data = str(case.officer_b_id) if case.officer_b_id else None
    if "chair" in form:
        form.chair.choices = _choices(chairs(session, case))
    if "person" in form and hasattr(form.person, "choices"):
        ids = (case.officer_a_id, case.officer_b_id, case.chair_id)
        form.person.choices = _choices(_people(session, case.county_code, ids))


def _fill_assignment(session: Session, actor: Actor, case: CaseFile, form: FlaskForm) -> None:
    """Give the form of an assignment its choices, the suggested pair first."""
    found = assigning.suggest(session, actor, case)
    people = [(str(one.id), f"{one.name}（{one.squad.name}）") for one in found.candidates]
    form.squad.choices = [("", _("请选择")), *[(str(one.id), one.name) for one in found.squads]]
    form.officer_a.choices = form.officer_b.choices = [("", _("请选择")), *people]
    if found.pair and form.officer_a.data is None:
        form.squad.data = str(found.pair[0].squad.id)
        form.officer_a.data, form.officer_b.data = (str(one.id) for one in found.pair)


def chairs(session: Session, case: CaseFile) -> list[Person]:
    """Return who may chair the hearing of a case: who has the right and is no officer of it."""
    stands = or_(Post.id == Account.post_id, Post.follows_id == Account.post_id)
    query = (
        select(Person)
        .join(
            Account, and_(Account.county_code == Person.county_code, Account.person_id == Person.id)
        )
        .join(Post, and_(Post.county_code == Account.county_code, stands))
        .where(
            Person.county_code == case.county_code,
            Account.active,
            Post.role.in_(CHAIRS),
            Post.valid_to.is_(None),
            Person.id.not_in([one for one in (case.officer_a_id, case.officer_b_id) if one]),
        )
        .order_by(Person.name, Person.id)
        .distinct()
    )
    return list(session.scalars(query))


def _people(session: Session, county_code: str, ids: Iterable[uuid.UUID | None]) -> list[Person]:
    wanted = [one for one in ids if one is not None]
    query = select(Person).where(Person.county_code == county_code, Person.id.in_(wanted))
    return list(session.scalars(query.order_by(Person.name)))


def _choices(people: Iterable[Person]) -> list[tuple[str, str]]:
    return [("", _("请选择")), *[(str(person.id), person.name) for person in people]]
