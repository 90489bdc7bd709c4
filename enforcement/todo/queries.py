"""Reads: what waits for a person, cases and incidents together, ordered by the nearest limit.

One statement, however much waits; each part walks its index in order and stops at a page.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import (
    Date,
    DateTime,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE, local_day
from enforcement.delegation import queries as delegation
from enforcement.incident.models import Incident
from enforcement.law.delegation import MAY_STAND_IN, STATES, Approvals
from enforcement.law.terms import Role
from enforcement.law.waiting import HEAD, holders_of
from enforcement.timing.models import TodoItem
from enforcement.timing.waiting import FAR

PAGE: Final = 20
Cursor = tuple[datetime, uuid.UUID]
CASE: Final = "case"
INCIDENT: Final = "incident"


@dataclass(frozen=True)
class Todo:
    """One thing that waits.

    kind -- case or incident; subject_id, number, words -- of it; duty -- what is to be done
    limit_id, raw_on, due_on, alarm_on -- of the nearest limit, None where none runs or the
    calendar does not reach; stopped_on -- since when the clock of the case stands
    stands_for -- the head in whose place the person approves, None for his own duties
    until_at -- the moment by which to act, the year 9000 without a limit; id -- for the next page
    """

    kind: str
    subject_id: uuid.UUID
    number: str
    words: str
    duty: str
    limit_id: str | None
    raw_on: date | None
    due_on: date | None
    alarm_on: date | None
    stopped_on: date | None
    until_at: datetime
    id: uuid.UUID
    stands_for: str | None = None

    @property
    def last_on(self) -> date | None:
        """Return the last day on which to act, None without a limit."""
        if self.kind == CASE:
            return self.raw_on if self.until_at.year < FAR.year else None
        return local_day(self.until_at)


def list_page(
    session: Session, actor: Actor, *, after: Cursor | None = None, limit: int = PAGE
) -> list[Todo]:
    """Return a page of what waits for a person, the nearest limit first."""
    holders = holders_of(actor.role, str(actor.person_id), actor.unit_code)
    parts = [_cases(actor, holder, after, limit) for holder in holders]
    parts += _lent(session, actor, after, limit)
    parts.append(_incidents(actor, after, limit))
    rows = union_all(*(select(part.subquery()) for part in parts)).subquery()
    query = select(rows).order_by(rows.c.until_at, rows.c.id).limit(limit)
    return [Todo(**row._mapping) for row in session.execute(query)]


def _until() -> Any:
    """Return the end of an item's last day in China as SQL."""
    return cast(
        func.timezone(ZONE.key, cast(TodoItem.sort_on + 1, DateTime)), DateTime(timezone=True)
    )


def _lent(session: Session, actor: Actor, after: Cursor | None, limit: int) -> list[Any]:
    """Return what waits for a head in whose place the person approves by an order."""
    if actor.role is Role.HEAD or actor.role not in MAY_STAND_IN:
        return []
    today = clock.today(session)
    orders = delegation.in_force(session, actor.county_code, actor.person_id, today)
    states = [state for one in orders for group in one.approvals
              for state in STATES.get(Approvals(group), ())]  # fmt: skip
    if not states:
        return []
    query = _cases(actor, HEAD, after, limit, stands_for=orders[0].for_name)
    return [query.where(CaseFile.state.in_([str(state) for state in states]))]


def _cases(
    actor: Actor, holder: str, after: Cursor | None, limit: int, *, stands_for: str | None = None
) -> Any:
    query = (
        select(
            literal(CASE).label("kind"), CaseFile.id.label("subject_id"), CaseFile.number,
            CaseFile.cause.label("words"), TodoItem.duty, TodoItem.limit_id, TodoItem.raw_on,
            TodoItem.due_on, TodoItem.alarm_on, TodoItem.stopped_on, _until().label("until_at"),
            TodoItem.id, cast(literal(stands_for), String).label("stands_for"),
        )
        .join(
            CaseFile,
            and_(CaseFile.county_code == TodoItem.county_code, CaseFile.id == TodoItem.case_id),
        )
        .where(TodoItem.county_code == actor.county_code, TodoItem.holder == holder)
        .order_by(TodoItem.sort_on, TodoItem.id)
        .limit(limit)
    )  # fmt: skip
    if not holder.startswith(("person:", "unit:")):  # nobody reviews or approves his own case
        mine = actor.person_id
        query = query.where(
            func.coalesce(CaseFile.officer_a_id != mine, True),
            func.coalesce(CaseFile.officer_b_id != mine, True),
        )
    return query if after is None else query.where(_after(after))


def _after(after: Cursor) -> Any:
    """Return which items come after a row: an item lasts until the end of its day."""
    moment, row_id = after[0].astimezone(ZONE), after[1]
    if moment.time() == time():
        return tuple_(TodoItem.sort_on, TodoItem.id) > (moment.date() - timedelta(1), row_id)
    return TodoItem.sort_on >= moment.date()


def _incidents(actor: Actor, after: Cursor | None, limit: int) -> Any:
    none = cast(null(), Date)
    query = (
        select(
            literal(INCIDENT).label("kind"), Incident.id.label("subject_id"), Incident.number,
            func.left(Incident.description, 60).label("words"), Incident.state.label("duty"),
            cast(null(), String).label("limit_id"), none.label("raw_on"), none.label("due_on"),
            none.label("alarm_on"), none.label("stopped_on"),
            Incident.stage_due_at.label("until_at"), Incident.id.label("id"),
            cast(null(), String).label("stands_for"),
        )
        .where(
            Incident.county_code == actor.county_code,
            Incident.handler_id == actor.account_id,
            Incident.stage_due_at.is_not(None),
        )
        .order_by(Incident.stage_due_at, Incident.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(Incident.stage_due_at, Incident.id) > after)
    return query
