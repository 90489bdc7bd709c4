"""Append-only history: every act upon a row adds one entry, in order, in the act's transaction."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from enforcement.clock import ZONE
from enforcement.ids import uuid7


class Hand(Protocol):
    """Whose name an entry bears; account_id is None for the system."""

    @property
    def account_id(self) -> uuid.UUID | None:
        """Return the account."""

    @property
    def name(self) -> str:
        """Return the name."""


def append(
    session: Session,
    parent: InstrumentedAttribute[Any],
    row: Any,
    event: str,
    actor: Hand,
    at: datetime,
    detail: dict[str, Any],
    seq: int | None = None,
    **more: Any,
) -> None:
    """Add an entry to the history of `row`, which the caller has locked or made.

    parent -- column of the history table that names the row; detail -- what was said, kept as JSON
    seq -- its place where the caller knows it: 1 for a row just made
    """
    entry: Any = parent.class_
    if seq is None:
        mine = (entry.county_code == row.county_code, parent == row.id)
        seq = (session.scalar(select(func.max(entry.seq)).where(*mine)) or 0) + 1
    session.add(
        entry(
            county_code=row.county_code,
            id=uuid7(),
            seq=seq,
            event=event,
            state=row.state,
            by=actor.account_id,
            by_name=actor.name,
            at=at,
            detail=plain(detail),
            **{parent.key: row.id},
            **more,
        )
    )
    session.flush()


def plain(said: dict[str, Any]) -> dict[str, Any]:
    """Return the values as JSON holds them: days and moments ISO, money as text, no empty ones."""
    return {key: _plain(value) for key, value in said.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.value if isinstance(value, Enum) else value
