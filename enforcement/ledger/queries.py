"""Reads of the ledger: a page of asks, one ask, what is overdue by village."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division
from enforcement.law.ledger import AskState
from enforcement.ledger.models import Ask, AskEntry
from enforcement.people.models import Person

PAGE: Final = 20
MOST_HANDLERS: Final = 300
Cursor = tuple[datetime, uuid.UUID]


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which asks the actor sees: of his area or unit, or written by himself."""
    return scope.rows(
        actor, Ask, units=(Ask.unit_code,), areas=(Ask.village_code, Ask.township_code),
        own=(Ask.written_by,),
    )  # fmt: skip


def seen(actor: Actor) -> ColumnElement[bool]:
    """Return the same, and what the actor has to keep himself."""
    return visible(actor) | and_(Ask.county_code == actor.county_code, _mine(actor))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return or_(Ask.handler_id == actor.person_id, Ask.agent_id == actor.person_id)


def get(session: Session, actor: Actor, ask_id: uuid.UUID, *, lock: bool = False) -> Ask:
    """Return an ask the actor may see; NotFoundError is the same for hidden and absent."""
    query = select(Ask).where(seen(actor), Ask.id == ask_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到这条台账，或者您无权查看。"))
    return found


@dataclass(frozen=True)
class Listed:
    """An ask as a list shows it."""

    ask: Ask
    village_name: str | None
    handler_name: str
    agent_name: str | None = None


def _rows() -> Any:
    agent = aliased(Person)
    return (
        select(Ask, Division.name, Person.name, agent.name)
        .join(Person, and_(Person.county_code == Ask.county_code, Person.id == Ask.handler_id))
        .outerjoin(agent, and_(agent.county_code == Ask.county_code, agent.id == Ask.agent_id))
        .outerjoin(
            Division,
            and_(Division.county_code == Ask.county_code, Division.code == Ask.village_code),
        )
    )


def list_page(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    village_code: str | None = None,
    handler_id: uuid.UUID | None = None,
    overdue: bool = False,
    undated: bool = False,
    mine: bool = False,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of asks, the newest first.

    undated -- open ones whose due day could not be counted; mine -- those that the actor keeps,
    or acts in for the villager
    """
    query = _rows().where(seen(actor))
    wanted = (
        (state, Ask.state == state),
        (village_code, Ask.village_code == village_code),
        (handler_id, Ask.handler_id == handler_id),
        (undated, and_(Ask.state == AskState.OPEN, Ask.due_on.is_(None))),
        (mine, _mine(actor)),
    )
    query = query.where(*[condition for chosen, condition in wanted if chosen])
    if overdue:
        query = query.where(_late(clock.today(session)))
    if after is not None:
        query = query.where(tuple_(Ask.received_at, Ask.id) < after)
    newest = query.order_by(Ask.received_at.desc(), Ask.id.desc()).limit(limit)
    return [Listed(*row) for row in session.execute(newest)]


def _late(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    return and_(Ask.state == AskState.OPEN, Ask.due_on < today)


def count_late(session: Session, actor: Actor) -> int:
    """Return how many asks that the actor sees are overdue."""
    query = select(func.count()).select_from(Ask).where(seen(actor), _late(clock.sql_today()))
    return session.scalar(query) or 0


def handlers(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of those who keep asks that the actor sees, by name; 300 at most."""
    keeps = select(Ask.id).where(seen(actor), Ask.handler_id == Person.id).correlate(Person)
    query = select(Person.id, Person.name).where(
        Person.county_code == actor.county_code, keeps.exists()
    )
    rows = session.execute(query.order_by(Person.name, Person.id).limit(MOST_HANDLERS))
    return [(str(row[0]), row[1]) for row in rows]


@dataclass(frozen=True)
class Late:
    """A village's overdue asks: how many, and since when the oldest is due."""

    village_code: str | None
    village_name: str | None
    count: int
    since: date


def late_by_village(session: Session, actor: Actor) -> list[Late]:
    """Return the villages with overdue asks that the actor sees, the most first."""
    query = (
        select(Ask.village_code, Division.name, func.count(), func.min(Ask.due_on))
        .outerjoin(
            Division,
            and_(Division.county_code == Ask.county_code, Division.code == Ask.village_code),
        )
        .where(seen(actor), _late(clock.today(session)))
        .group_by(Ask.village_code, Division.name)
        .order_by(func.count().desc(), Ask.village_code)
    )
    return [Late(row[0], row[1], row[2], row[3]) for row in session.execute(query) if row[3]]


def listed(session: Session, ask: Ask) -> Listed:
    """Return one ask with the names a page shows."""
    query = _rows().where(Ask.county_code == ask.county_code, Ask.id == ask.id)
    return Listed(*session.execute(query).one())


def history(session: Session, ask: Ask) -> list[AskEntry]:
    """Return the acts upon an ask, the first one first."""
    query = select(AskEntry).where(
        AskEntry.county_code == ask.county_code, AskEntry.ask_id == ask.id
    )
    return list(session.scalars(query.order_by(AskEntry.seq)))
