"""Who is told of a limit on its alarm day and its last day: those who hold the case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, notices
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.models import Post, Unit
from enforcement.timing import waiting


def remind(session: Session, step: DueStep) -> None:
    """Tell the holders of a case; nobody where another limit runs by now or the clock stands."""
    items = [
        one
        for one in waiting.holders(session, step.county_code, step.subject_id)
        if one.limit_id == step.data["limit"]
        and one.stopped_on is None
        and one.sort_on.isoformat() == step.data["last"]
    ]
    on = clock.today(session)
    people = people_of(session, step.county_code, {one.holder for one in items}, on)
    for person_id in sorted(people):
        notices.send(
            session, step.county_code, person_id, "case", step.subject_id, does=str(Does.NOTIFY),
            rule=f"limit_{step.data['when']}", number=step.data["number"],
            due_on=step.data["last"], limit=step.data["limit"],
        )  # fmt: skip


def people_of(session: Session, county_code: str, held: Iterable[str], on: date) -> set[uuid.UUID]:
    """Return the people that holders stand for on a day, in one statement."""
    found, wanted = set(), []
    for holder in held:
        kind, _sep, name = holder.partition(":")
        if kind == "person":
            found.add(uuid.UUID(name))
        elif kind == "unit":
            wanted.append(and_(Unit.code == name, Post.role == Role.OFFICER))
        elif kind == "leader":
            roles = (Role.SQUAD_LEADER, Role.BRIGADE_LEADER)
            wanted.append(and_(Unit.code == name, Post.role.in_(roles)))
        else:
            role = Role.HEAD if kind == "head" else Role.LEGAL_REVIEWER
            wanted.append(Post.role == role)
    if not wanted:
        return found
    query = (
        select(Post.person_id)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Post.county_code == county_code,
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
            or_(*wanted),
        )
    )
    return found | set(session.scalars(query.distinct()))
