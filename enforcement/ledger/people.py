"""Who may keep a promise: the people of a village and its township, the nearest first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.i18n import _l
from enforcement.ledger.models import Ask
from enforcement.people.models import Person, Post, Unit
from enforcement.roster.models import DutyShift
from enforcement.roster.terms import ShiftState

MOST: Final = 200
GROUPS: Final = (_l("本村（社区）"), _l("正在值班"), _l("乡镇人员"))
"""Words of how near a person is: 0 of the village itself, 1 on duty now, 2 of the township."""


@dataclass(frozen=True)
class Suggested:
    """A person with a post, his unit, and how near he is (an index of GROUPS)."""

    person_id: uuid.UUID
    name: str
    unit_name: str
    near: int


def suggest(
    session: Session,
    county_code: str,
    *,
    village_code: str | None = None,
    township_code: str | None = None,
    unit_code: str | None = None,
) -> list[Suggested]:
    """Return the people with a post today in the village, the township or the unit; one statement.

    township_code -- by default that of the village; at most 200 people, the nearest first
    """
    township = township_code or (village_code[:9] if village_code else None)
    places = [
        column == code
        for column, code in (
            (Post.village_code, village_code), (Unit.home_code, township), (Unit.code, unit_code),
        )
        if code
    ]  # fmt: skip
    here = Post.village_code == village_code if village_code else Post.id.is_(None)
    near = func.min(case((here, 0), (_on_duty(), 1), else_=2)).label("near")
    query = (
        select(Person.id, Person.name, func.min(Unit.name), near)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Person.county_code == county_code, in_post(clock.today(session)), or_(false(), *places)
        )
        .group_by(Person.id, Person.name)
        .order_by(near, func.min(Unit.name), Person.name, Person.id)
        .limit(MOST)
    )
    return [Suggested(*row) for row in session.execute(query)] if places else []


def in_post(on: Any) -> ColumnElement[bool]:
    """Return the condition that a post is held on a day."""
    return and_(Post.valid_from <= on, or_(Post.valid_to.is_(None), Post.valid_to > on))


def _on_duty() -> ColumnElement[bool]:
    now = func.app_now()
    shift = select(DutyShift.id).where(
        DutyShift.county_code == Person.county_code, DutyShift.person_id == Person.id,
        DutyShift.state == ShiftState.PLANNED, DutyShift.starts_at <= now, DutyShift.ends_at > now,
    )  # fmt: skip
    return shift.correlate(Person).exists()


def for_actor(session: Session, actor: Actor, village_code: str | None) -> list[Suggested]:
    """Return whom a person may name for a village, without one those of his own area or unit."""
    own = next(iter(actor.area_codes), None) if not village_code else None
    return suggest(
        session, actor.county_code,
        village_code=village_code or (own if own and len(own) == 12 else None),
        township_code=own[:9] if own and len(own) >= 9 else None,
        unit_code=actor.unit_code,
    )  # fmt: skip


def grouped(found: Sequence[Suggested]) -> dict[str, list[tuple[str, str]]]:
    """Return group -> id and words of its people, for a field to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        words = (str(one.person_id), f"{one.name} · {one.unit_name}")
        groups.setdefault(str(GROUPS[one.near]), []).append(words)
    return groups


def choices(session: Session, ask: Ask) -> dict[str, list[tuple[str, str]]]:
    """Return to whom an ask may be handed, by group."""
    return grouped(
        suggest(
            session, ask.county_code, village_code=ask.village_code,
            township_code=ask.township_code, unit_code=ask.unit_code,
        )
    )  # fmt: skip


def is_in_post(session: Session, county_code: str, person_id: uuid.UUID) -> bool:
    """Tell whether a person of the county holds a post today."""
    query = select(Post.id).where(
        Post.county_code == county_code, Post.person_id == person_id,
        in_post(clock.today(session)),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
