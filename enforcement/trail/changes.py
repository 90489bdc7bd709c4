"""Reads: what changed in the rows of business tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.people.models import Account
from enforcement.trail.models import RowChange, RowHead, RowWatched
from enforcement.trail.queries import PAGE, cursor_of

SHOWN: Final = 20
"""As many rows of one statement are shown; the API gives all of them."""


@dataclass(frozen=True)
class Asked:
    """Which changes: of a table, of the row with a key, of who acted, from day to day."""

    table: str | None = None
    key: str | None = None
    username: str | None = None
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on changes joined with accounts."""
        found: list[ColumnElement[bool]] = []
        if self.table:
            found.append(RowChange.table_name == self.table)
        if self.key:
            found.append(RowChange.keys.contains([self.key]))
        if self.username:
            found.append(Account.username == self.username)
        if self.first:
            found.append(RowChange.at >= clock.midnight(self.first))
        if self.last:
            found.append(RowChange.at < clock.midnight(self.last + timedelta(days=1)))
        return found


@dataclass(frozen=True)
class Listed:
    """A change with the user name of who acted; None for the platform, devices, visitors."""

    row: RowChange
    username: str | None


def list_page(
    session: Session, county_code: str, asked: Asked, after: str | None = None, limit: int = PAGE
) -> tuple[list[Listed], str | None]:
    """Return changes, the newest first, and the cursor of the next page."""
    joined = and_(Account.county_code == RowChange.county_code, Account.id == RowChange.account_id)
    query = (
        select(RowChange, Account.username)
        .outerjoin(Account, joined)
        .where(RowChange.county_code == county_code, *asked.conditions())
        .order_by(RowChange.at.desc(), RowChange.id.desc())
        .limit(limit + 1)
    )
    if after:
        query = query.where(tuple_(RowChange.at, RowChange.id) < tuple_(*cursor_of(after)))
    rows = [Listed(*row) for row in session.execute(query)]
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1].row
    return rows[:limit], f"{last.at.isoformat()},{last.id}"


def tables(session: Session) -> list[str]:
    """Return the names of the watched tables."""
    return list(session.scalars(select(RowWatched.table_name).order_by(RowWatched.table_name)))


def head(session: Session, county_code: str) -> int:
    """Return the number of the last link of the chain of changed rows, 0 without any."""
    return session.scalar(select(RowHead.seq).where(RowHead.county_code == county_code)) or 0


def shown(one: Listed) -> dict[str, Any]:
    """Return a change as JSON."""
    row = one.row
    return {"id": str(row.id), "at": row.at.isoformat(), "username": one.username, "act": row.act,
            "request": row.request, "table": row.table_name, "rows": row.rows}  # fmt: skip
