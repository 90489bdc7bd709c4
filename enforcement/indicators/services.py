"""Acts: count what changed, count everything anew, and compare the sums with the full queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import clock, due, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.indicators import counting_sql as sql
from enforcement.indicators.models import IndicatorDay, IndicatorMark, IndicatorRow
from enforcement.indicators.sources import SOURCES, Source
from enforcement.permissions import Permission

EVERY: Final = timedelta(minutes=1)
OVERLAP: Final = timedelta(minutes=15)
"""An act that was begun earlier may become visible later by so much."""
RECENT_DAYS: Final = 2
LOCK: Final = "indicators:{}"


def work(session: Session, step: DueStep) -> None:
    """Count what changed, each minute."""
    refresh(session, step.county_code)
    at = clock.now(session) + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def refresh(session: Session, county_code: str) -> dict[str, int]:
    """Count the subjects that changed since the last time; return how many of each source."""
    _alone(session, county_code)
    return {code: _refresh(session, county_code, one) for code, one in SOURCES.items()}


def rebuild(session: Session, actor: Actor) -> dict[str, int]:
    """Count everything anew; return the rows of each source. Raises NotPermittedError."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    _alone(session, actor.county_code)
    session.execute(delete(IndicatorMark).where(IndicatorMark.county_code == actor.county_code))
    for table in (IndicatorDay, IndicatorRow):
        session.execute(delete(table).where(table.county_code == actor.county_code))
    return {code: _refresh(session, actor.county_code, one) for code, one in SOURCES.items()}


def _alone(session: Session, county_code: str) -> None:
    """Let one count at a time; the lock goes with the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(LOCK.format(county_code)))))


def _refresh(session: Session, county_code: str, source: Source) -> int:
    """Count a source anew where it changed, the first time wholly; return how many subjects."""
    upto = _database_time(session)
    mark = session.get(IndicatorMark, (county_code, source.code), populate_existing=True)
    asked: dict[str, Any] = {"county": county_code, "source": source.code}
    if mark is None:
        count = _put(session, source, asked | {"ids": None})
    else:
        ids = _changed(session, source, asked, mark.upto)
        count = _again(session, source, asked | {"ids": ids}) if ids else 0
    values = {"county_code": county_code, "source": source.code, "upto": upto}
    added = insert(IndicatorMark).values(values)
    session.execute(
        added.on_conflict_do_update(
            index_elements=["county_code", "source"], set_={"upto": added.excluded.upto}
        )
    )
    return count


def _database_time(session: Session) -> datetime:
    """Return the true time of the database: keys of rows bear it, whatever the clock shows."""
    now: datetime = session.execute(select(func.transaction_timestamp())).scalar_one()
    return now.astimezone(UTC)


def _changed(
    session: Session, source: Source, asked: dict[str, Any], upto: datetime
) -> list[uuid.UUID]:
    recent = clock.today(session) - timedelta(days=RECENT_DAYS)
    words = asked | {"since": first_key(upto - OVERLAP), "recent": recent}
    return list(session.scalars(text(source.changed), words))


def first_key(at: datetime) -> uuid.UUID:
    """Return the smallest key (UUIDv7) that a row made at a moment can have."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


def _again(session: Session, source: Source, asked: dict[str, Any]) -> int:
    session.execute(sql.TAKE, asked)
    _put(session, source, asked)
    return len(asked["ids"])


def _put(session: Session, source: Source, asked: dict[str, Any]) -> int:
    statement = sql.put(source, whole=asked["ids"] is None)
    return int(session.execute(statement, asked).scalar_one())


@dataclass(frozen=True)
class Checked:
    """What a check found: rows compared, and what is wrong by source; days that do not add up."""

    rows: int
    wrong: dict[str, int]
    days: int

    @property
    def right(self) -> bool:
        """Tell whether everything agrees."""
        return not self.days and not any(self.wrong.values())


def check(session: Session, actor: Actor) -> Checked:
    """Compare rows with the full queries, and sums with rows; first count what changed.

    Raises NotPermittedError.
    """
    permissions.check(actor, Permission.REPORT_READ)
    refresh(session, actor.county_code)
    asked = {"county": actor.county_code, "ids": None}
    wrong = {
        code: session.execute(sql.differs(one), asked | {"source": code}).scalar_one()
        for code, one in SOURCES.items()
    }
    days = session.execute(sql.DAYS_DIFFER, asked).scalar_one()
    rows = session.scalar(
        select(func.count()).select_from(IndicatorRow)
        .where(IndicatorRow.county_code == actor.county_code)
    )  # fmt: skip
    return Checked(rows or 0, wrong, days)
