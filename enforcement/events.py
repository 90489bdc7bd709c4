"""The event table: what screens are told of, written with the act, announced once when it commits.

Numbers follow the order of commits within a county (a lock is held from numbering to the end of
the transaction), so that "everything after the last number I saw" misses nothing. A NOTIFY names
the county only; nobody depends on it, for a listener reads the table by number.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Index, UniqueConstraint, event, func
from sqlalchemy import Sequence as Numbers
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Text

from enforcement.db import Base, CountyRow
from enforcement.ids import uuid7
from enforcement.prepared import Statement

CHANNEL: Final = "enforcement_events"
PENDING: Final = "enforcement.events"
NUMBERS: Final = Numbers("event_seq", metadata=Base.metadata)


class Event(CountyRow, Base):
    """Something happened that a screen may show; kept for some days so that nobody misses it.

    seq -- rises with the commits of the county; it has holes, but nothing is ever added below
    unit_codes, area_codes -- whose screens it concerns; account_id -- one person's only
    data -- ids, states and times; never a name or a word that a person typed
    """

    __tablename__ = "event"
    seq: Mapped[int] = mapped_column(BigInteger, server_default=NUMBERS.next_value())
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    kind: Mapped[str]
    act: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    unit_codes: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    area_codes: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    account_id: Mapped[uuid.UUID | None]
    data: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "seq"),
        Index("ix_event_at", "county_code", "at"),
    )


def publish(
    session: Session,
    county_code: str,
    kind: str,
    act: str,
    subject_id: uuid.UUID,
    *,
    units: Sequence[str | None] = (),
    areas: Sequence[str | None] = (),
    account_id: uuid.UUID | None = None,
    **data: Any,
) -> None:
    """Have an event written at the end of the act's own transaction, and announced with it."""
    row = {
        "county_code": county_code,
        "id": uuid7(),
        "kind": kind,
        "act": act,
        "subject_id": subject_id,
        "unit_codes": sorted({code for code in units if code}),
        "area_codes": sorted({code for code in areas if code}),
        "account_id": account_id,
        "data": data,
    }
    session.info.setdefault(PENDING, []).append(row)


WRITE: Final = Statement(
    "event_write",
    """
WITH turn AS MATERIALIZED (
  SELECT CAST(pg_advisory_xact_lock(hashtextextended('event' || :county, 0)) AS text) IS NOT NULL
    AS mine
), written AS (
  INSERT INTO event
    (county_code, id, kind, act, subject_id, unit_codes, area_codes, account_id, data)
  SELECT :county, r.id, r.kind, r.act, r.subject_id, r.unit_codes, r.area_codes, r.account_id,
    r.data
  FROM turn CROSS JOIN jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
    id uuid, kind text, act text, subject_id uuid, unit_codes text[], area_codes text[],
    account_id uuid, data jsonb)
  WHERE turn.mine RETURNING 1
)
SELECT CAST(pg_notify(:channel, :county) AS text) FROM (SELECT count(*) FROM written) AS told
""",
    (("county", "text"), ("rows", "text"), ("channel", "text")),
)
"""Takes the county's turn, then numbers and notifies: the turn lasts until the transaction ends."""


@event.listens_for(Session, "before_commit")
def _announce(session: Session) -> None:
    """Write the events last of all, numbered, one county after another, and send a NOTIFY."""
    if session.in_nested_transaction():
        return
    rows = session.info.pop(PENDING, None)
    if not rows:
        return
    session.flush()
    for county in sorted({row["county_code"] for row in rows}):
        own = [row for row in rows if row["county_code"] == county]
        values = {"county": county, "rows": json.dumps(own, default=str), "channel": CHANNEL}
        WRITE.find_one(session, values)


_MARKS: Final[WeakKeyDictionary[Any, int]] = WeakKeyDictionary()
"""How many events a session had when a savepoint began."""


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: Any) -> None:
    """Remember where a savepoint began."""
    if transaction.nested:
        _MARKS[transaction] = len(session.info.get(PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: Any) -> None:
    """Announce nothing of what was undone: all of it, or what came since a savepoint began."""
    rows = session.info.get(PENDING)
    if rows:
        del rows[_MARKS.get(previous, 0) :]
