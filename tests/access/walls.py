"""How tests of the second wall read as somebody, and look at the plans of what was asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from enforcement import wall
from enforcement.actor import Actor
from enforcement.migrations import r0096, r0105
from tests.asking import actor_of

NAMES = ("reach", "county", "unit", "area", "person", "account")
WALLED = (*r0096.POLICIES, *r0105.POLICIES)
NO_ROWS = dict.fromkeys(WALLED, 0)


@contextmanager
def seen_as(session: Session, said: dict[str, str]) -> Iterator[None]:
    """Let the session read as somebody for a while."""
    connection, before = session.connection(), session.info.get(wall.REACH)
    session.info[wall.REACH] = said.get("reach")
    wall.say(connection, dict.fromkeys(NAMES, "") | said)
    try:
        yield
    finally:
        session.info[wall.REACH] = before
        wall.say(connection, dict.fromkeys(NAMES, "") | {"reach": wall.ALL})


def reading(session: Session, username: str) -> tuple[Actor, dict[str, str]]:
    """Return a demonstration account and what a page says of who reads."""
    actor = actor_of(session, username)
    return actor, wall.said_of(actor, acts=False)


def ids(session: Session, table: Any) -> set[uuid.UUID]:
    """Return the ids of all rows of a table that can be read."""
    return set(session.scalars(select(table.id)))


def rows(session: Session) -> dict[str, int]:
    """Return how many rows of each walled table can be read."""
    return {table: session.scalar(text(f"select count(*) from {table}")) or 0 for table in WALLED}


@contextmanager
def planned(session: Session) -> Iterator[list[str]]:
    """Collect the plans of the statements that are asked, as they are made then and there."""
    connection, sent = session.connection(), []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    plans: list[str] = []
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", note)
    for statement, parameters in sent:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found = connection.exec_driver_sql(f"explain {statement}", parameters)
            plans.append("\n".join(found.scalars()))
