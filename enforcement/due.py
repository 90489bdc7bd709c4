"""What falls due: rows that a worker claims by the database's clock and acts upon, once.

The act and the mark that it is done are one transaction: a worker that is killed leaves the row
as it was, and the next one does it. Rows are claimed with SKIP LOCKED, so two never do the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.ids import uuid7

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=10)
MOST_TRIES: Final = 20


class DueStep(CountyRow, Base):
    """One thing to do at a moment.

    task -- names the handler ("incident:escalate"); subject_id, rule -- what it is about
    state -- waiting, done, cancelled (it no longer applies) or failed (given up; an alarm)
    next_at -- when it is tried: due_at, later after errors
    """

    __tablename__ = "due_step"
    task: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    rule: Mapped[str]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    data: Mapped[dict[str, Any]]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'cancelled', 'failed')", "state"),
        Index("ix_due_step_next", "next_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_due_step_subject", "county_code", "subject_id"),
        Index(
            "ix_due_step_failed", "county_code", "ended_at",
            postgresql_where=text("state = 'failed'"),
        ),
        Index(
            "uq_due_step_waiting", "county_code", "task", "subject_id", "rule", unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip


def schedule(
    session: Session,
    county_code: str,
    task: str,
    subject_id: uuid.UUID,
    rule: str,
    at: datetime,
    **data: Any,
) -> None:
    """Have something done at a moment; a step of the same rule that waits already is kept."""
    session.execute(
        insert(DueStep)
        .values(
            county_code=county_code, id=uuid7(), task=task, subject_id=subject_id, rule=rule,
            due_at=at, next_at=at, data=data,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def schedule_many(session: Session, rows: list[dict[str, Any]]) -> None:
    """Have several things done, in one statement; rows name county_code, task, subject_id, rule,
    due_at and data."""  # noqa: D205, D209 -- one sentence
    if rows:
        values = [row | {"id": uuid7(), "next_at": row["due_at"]} for row in rows]
        session.execute(insert(DueStep).on_conflict_do_nothing(), values)


def cancel(
    session: Session,
    county_code: str,
    subject_id: uuid.UUID,
    task: str,
    *,
    among: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Take back what waits for a subject: it no longer applies.

    among -- a key of the data and the values it may have; None takes all
    """
    wanted = [
        DueStep.county_code == county_code,
        DueStep.subject_id == subject_id,
        DueStep.task == task,
        DueStep.state == "waiting",
    ]
    if among is not None:
        wanted.append(DueStep.data[among[0]].as_string().in_(among[1]))
    session.execute(
        update(DueStep).where(*wanted).values(state="cancelled", ended_at=func.app_now())
    )


def cancel_many(
    session: Session, county_code: str, subject_ids: Sequence[uuid.UUID], task: str
) -> None:
    """Take back what waits of a task for several subjects, in one statement."""
    session.execute(
        update(DueStep)
        .where(
            DueStep.county_code == county_code,
            DueStep.subject_id.in_(subject_ids),
            DueStep.task == task,
            DueStep.state == "waiting",
        )
        .values(state="cancelled", ended_at=func.app_now())
    )


def claim(session: Session) -> DueStep | None:
    """Return the step that has been due longest, locked for this transaction; None without one."""
    query = (
        select(DueStep)
        .where(DueStep.state == "waiting", DueStep.next_at <= func.app_now())
        .order_by(DueStep.next_at, DueStep.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()


def finish(session: Session, step: DueStep, now: datetime) -> None:
    """Mark a step as done, in the transaction of what it did."""
    step.state, step.ended_at = "done", now


def postpone(session: Session, step: DueStep, now: datetime, error: str) -> None:
    """Try a step again later, each time after a longer pause; give up after many tries."""
    step.tries, step.last_error = step.tries + 1, error[:500]
    step.next_at = now + min(FIRST_PAUSE * 2 ** min(step.tries - 1, 10), LONGEST_PAUSE)
    if step.tries >= MOST_TRIES:
        step.state, step.ended_at = "failed", now
