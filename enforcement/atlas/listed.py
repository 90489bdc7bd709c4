"""The map's content as a list: the newest rows that the filters and the shown part ask for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.atlas import tiles
from enforcement.atlas.asking import Asked, inside
from enforcement.atlas.kinds import Kind
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division

PAGE: Final = 30
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Row:
    """One incident or case as the list shows it; due -- by when somebody has to act."""

    kind: str
    id: uuid.UUID
    number: str
    state: Any
    sort: str
    text: str
    place: str | None
    at: datetime
    lon: float | None
    lat: float | None
    due: datetime | None


@dataclass(frozen=True)
class Listed:
    """A page of one kind, how many there are in all with and without a place; more -- there is a
    further page, which begins after the last row."""  # noqa: D205, D209

    kind: Kind
    rows: list[Row]
    more: bool
    placed: int
    without_place: int

    @property
    def after(self) -> str:
        """Return the cursor of the next page."""
        last = self.rows[-1]
        return f"{last.at.isoformat()}~{last.id}"


def page(
    session: Session, actor: Actor, kind: Kind, asked: Asked, after: Any = None
) -> Listed:  # fmt: skip
    """Return the newest rows of a kind that are asked for, in the asked part of the map."""
    wanted = [*asked.on_rows(kind), *inside(kind, asked.boxes)]
    newest = kind.first_ids(actor, wanted, after, PAGE + 1)
    table = kind.table
    words = table.description if kind.name == "incident" else table.cause
    query = (
        select(table.id, table.number, table.state, kind.sort.label("sort"), words.label("words"),
               Division.name, kind.moment.label("at"), table.lon, table.lat, kind.due.label("due"))
        .join(newest, and_(table.county_code == actor.county_code, table.id == newest.c.id))
        .outerjoin(Division, and_(Division.county_code == table.county_code,
                                  Division.code == table.village_code))
        .order_by(kind.moment.desc(), table.id.desc())
    )  # fmt: skip
    rows = [
        Row(kind.name, row.id, row.number, kind.states(row.state), row.sort, row.words, row.name,
            row.at, row.lon, row.lat, row.due if row.state in kind.open_states else None)
        for row in session.execute(query)
    ]  # fmt: skip
    return Listed(kind, rows[:PAGE], len(rows) > PAGE, *tiles.totals(session, actor, kind, asked))


def due_of(session: Session, kind: Kind, county_code: str, row_id: uuid.UUID) -> datetime | None:
    """Return by when somebody has to act upon a row."""
    own = (kind.table.county_code == county_code, kind.table.id == row_id)
    found: datetime | None = session.scalar(select(kind.due).where(*own))
    return found


def left(due: datetime, now: datetime) -> str:
    """Return how long a clock still runs, or for how long it is overdue, in words."""
    seconds = int((due - now).total_seconds())
    text = _span(abs(seconds))
    return _("超时%(time)s", time=text) if seconds < 0 else _("剩%(time)s", time=text)


def _span(seconds: int) -> str:
    if seconds >= 2 * DAY:
        return _("%(n)d天", n=seconds // DAY)
    if seconds >= HOUR:
        return _("%(n)d小时", n=seconds // HOUR)
    return _("%(n)d分钟", n=seconds // MINUTE)
