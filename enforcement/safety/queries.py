"""Reads: one's own timer, those that run within reach."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.people.models import Person, Unit
from enforcement.safety.models import AloneWatch, DutyPost, PostAway


def find_open(session: Session, actor: Actor, *, lock: bool = False) -> AloneWatch | None:
    """Return the person's own timer that runs."""
    query = select(AloneWatch).where(
        AloneWatch.county_code == actor.county_code, AloneWatch.person_id == actor.person_id,
        AloneWatch.state == "open",
    )  # fmt: skip
    return session.scalars(query.with_for_update() if lock else query).first()


def find_post(session: Session, county_code: str, unit_id: uuid.UUID) -> DutyPost | None:
    """Return where the post of a unit is, None where nobody has said."""
    query = select(DutyPost).where(DutyPost.county_code == county_code, DutyPost.unit_id == unit_id)
    return session.scalars(query).first()


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return whose timers an actor sees: his units' and his area's; he answers for them."""
    return scope.rows(
        actor, AloneWatch, units=(AloneWatch.unit_code,), areas=(AloneWatch.township_code,),
        own=(AloneWatch.account_id,),
    )  # fmt: skip


def get(session: Session, actor: Actor, watch_id: uuid.UUID, *, lock: bool = False) -> AloneWatch:
    """Return a timer within reach; raises NotFoundError."""
    query = select(AloneWatch).where(AloneWatch.id == watch_id, visible(actor))
    found = session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFoundError(_("没有找到这次单独执勤，或者您无权查看。"))
    return found


@dataclass(frozen=True)
class Away:
    """Somebody who is away from his post, as a list shows it."""

    away: PostAway
    name: str
    unit: str | None


def list_away(session: Session, actor: Actor) -> list[Away]:
    """Return who is away from his post within reach, of whom it was told."""
    query = (
        select(PostAway, Person.name, Unit.name)
        .join(Person, and_(Person.county_code == PostAway.county_code,
                           Person.id == PostAway.person_id))
        .join(Unit, and_(Unit.county_code == PostAway.county_code,
                         Unit.code == PostAway.unit_code))
        .where(scope.rows(actor, PostAway, units=(PostAway.unit_code,), areas=(Unit.home_code,)),
               PostAway.back_at.is_(None), PostAway.told_at.is_not(None))
        .order_by(PostAway.left_at)
        .limit(200)
    )  # fmt: skip
    return [Away(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Listed:
    """A timer as a list shows it."""

    watch: AloneWatch
    name: str
    unit: str | None


def list_open(session: Session, actor: Actor, *, rings: bool = False) -> list[Listed]:
    """Return the timers that run within reach, those that ring first, then what is due first."""
    query = (
        select(AloneWatch, Person.name, Unit.name)
        .join(Person, and_(Person.county_code == AloneWatch.county_code,
                           Person.id == AloneWatch.person_id))
        .outerjoin(Unit, and_(Unit.county_code == AloneWatch.county_code,
                              Unit.code == AloneWatch.unit_code))
        .where(visible(actor), AloneWatch.state == "open")
        .order_by(AloneWatch.alarmed_at.is_(None), AloneWatch.ask_at, AloneWatch.id)
        .limit(200)
    )  # fmt: skip
    if rings:
        query = query.where(AloneWatch.alarmed_at.is_not(None))
    return [Listed(*row) for row in session.execute(query)]
