"""Reads: pages of the audit log, checkpoints, the end of the chain."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.audit import AuditLog
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.people.models import Account
from enforcement.trail.models import AuditCheckpoint, AuditHead

PAGE: Final = 50
MOST: Final = 500


@dataclass(frozen=True)
class Asked:
    """What rows are asked for; None asks for all.

    username -- who acted; kind -- of record; subject -- the record itself; first, last -- days
    """

    username: str | None = None
    kind: str | None = None
    subject: str | None = None
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on rows of the log joined with accounts."""
        found: list[ColumnElement[bool]] = []
        named = {Account.username: self.username, AuditLog.subject_kind: self.kind,
                 AuditLog.subject: self.subject}  # fmt: skip
        found += [column == value for column, value in named.items() if value]
        if self.first:
            found.append(AuditLog.at >= clock.midnight(self.first))
        if self.last:
            found.append(AuditLog.at < clock.midnight(self.last + timedelta(days=1)))
        return found


@dataclass(frozen=True)
class Listed:
    """A row of the log with the user name of who acted, None for the command line."""

    row: AuditLog
    username: str | None


def list_page(
    session: Session, county_code: str, asked: Asked, after: str | None = None, limit: int = PAGE
) -> tuple[list[Listed], str | None]:
    """Return rows, the newest first, and the cursor of the page after; raises InvalidInputError."""
    joined = and_(Account.county_code == AuditLog.county_code, Account.id == AuditLog.actor_id)
    query = (
        select(AuditLog, Account.username)
        .outerjoin(Account, joined)
        .where(AuditLog.county_code == county_code, *asked.conditions())
        .order_by(AuditLog.at.desc(), AuditLog.id.desc())
        .limit(limit + 1)
    )
    if after:
        query = query.where(tuple_(AuditLog.at, AuditLog.id) < tuple_(*cursor_of(after)))
    rows = [Listed(*row) for row in session.execute(query)]
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1].row
    return rows[:limit], f"{last.at.isoformat()},{last.id}"


def cursor_of(said: str) -> tuple[datetime, uuid.UUID]:
    """Return where a page begins; raises InvalidInputError."""
    at, _comma, row_id = said.partition(",")
    try:
        return datetime.fromisoformat(at), uuid.UUID(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记不对，请从第一页开始。")) from None


def head(session: Session, county_code: str) -> int:
    """Return the number of the last link, 0 for an empty chain."""
    return session.scalar(select(AuditHead.seq).where(AuditHead.county_code == county_code)) or 0


def last_checkpoint(
    session: Session, county_code: str, *, well: bool = False
) -> AuditCheckpoint | None:
    """Return the latest checkpoint, or the latest that found nothing wrong."""
    query = select(AuditCheckpoint).where(AuditCheckpoint.county_code == county_code)
    if well:
        query = query.where(func.jsonb_array_length(AuditCheckpoint.problems) == 0)
    return session.scalars(query.order_by(AuditCheckpoint.on_day.desc()).limit(1)).first()


def checkpoint_of(session: Session, county_code: str, on: date) -> AuditCheckpoint | None:
    """Return the checkpoint of a day."""
    query = select(AuditCheckpoint).where(
        AuditCheckpoint.county_code == county_code, AuditCheckpoint.on_day == on
    )
    return session.scalars(query).first()


def checkpoints(session: Session, county_code: str, limit: int = 31) -> Sequence[AuditCheckpoint]:
    """Return the latest checkpoints, the newest first."""
    query = select(AuditCheckpoint).where(AuditCheckpoint.county_code == county_code)
    return session.scalars(query.order_by(AuditCheckpoint.on_day.desc()).limit(limit)).all()


def shown(one: Listed) -> dict[str, Any]:
    """Return a row as JSON."""
    row = one.row
    return {"id": str(row.id), "at": row.at.isoformat(), "username": one.username, "act": row.act,
            "kind": row.subject_kind, "subject": row.subject, "detail": row.detail}  # fmt: skip
