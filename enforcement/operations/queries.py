"""Reads: what waits for the worker, what failed, how large things are, what runs out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.due import DueStep
from enforcement.people import certificate_queries as certificates
from enforcement.people.models import Certificate

LATE_S: Final = 60
"""A step that is due longer than this waits for a worker that is away or behind."""
MOST: Final = 50

WORK: Final = text("""
SELECT task, count(*) FILTER (WHERE state = 'waiting') AS waiting,
  count(*) FILTER (WHERE state = 'waiting' AND next_at < app_now() - :late * interval '1 s')
    AS late,
  count(*) FILTER (WHERE state = 'failed') AS failed,
  min(next_at) FILTER (WHERE state = 'waiting') AS next_at,
  CAST(coalesce(max(extract(epoch FROM app_now() - next_at)) FILTER (WHERE state = 'waiting'), 0)
    AS float) AS behind_s
FROM (SELECT task, state, next_at FROM due_step WHERE county_code = :county AND state = 'waiting'
  UNION ALL
  SELECT task, state, next_at FROM due_step WHERE county_code = :county AND state = 'failed') step
GROUP BY task ORDER BY task
""")
"""Two halves, each by the partial index of its state."""
HEAD: Final = text("SELECT version_num FROM alembic_version")
OWNS: Final = text("""
SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (SELECT FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'audit_log'
    AND pg_has_role(current_user, c.relowner, 'USAGE'))
FROM pg_roles r WHERE r.rolname = current_user
""")
"""Whether the role of this connection could alter the tables or see past their policies."""
SIZE: Final = text("SELECT pg_database_size(current_database())")
CONNECTIONS: Final = text(
    "SELECT numbackends FROM pg_stat_database WHERE datname = current_database()"
)
STANDBYS: Final = text("""
SELECT coalesce(nullif(application_name, ''), 'standby') AS name,
  coalesce(extract(epoch FROM replay_lag), 0) AS lag_s
FROM pg_stat_replication ORDER BY 1
""")


@dataclass(frozen=True)
class Work:
    """What of one task waits.

    late -- due for more than LATE_S; behind_s -- how long the one due longest waits
    failed -- given up after many tries
    """

    task: str
    waiting: int
    late: int
    failed: int
    next_at: datetime | None
    behind_s: float


def work(session: Session, county_code: str) -> list[Work]:
    """Return the tasks that wait or failed, by name."""
    rows = session.execute(WORK, {"county": county_code, "late": LATE_S})
    return [
        Work(row.task, row.waiting, row.late, row.failed, row.next_at, max(0.0, row.behind_s))
        for row in rows
    ]


def owns_tables(session: Session) -> bool:
    """Tell whether the application connects as a role that owns its tables, or a superuser."""
    return bool(session.scalar(OWNS))


def troubled(session: Session, county_code: str) -> Sequence[DueStep]:
    """Return the steps that were given up, and those that failed and will be tried again."""
    own = select(DueStep).where(DueStep.county_code == county_code).limit(MOST)
    failed = own.where(DueStep.state == "failed").order_by(DueStep.ended_at.desc(), DueStep.id)
    again = own.where(DueStep.state == "waiting", DueStep.tries > 0)
    later = again.order_by(DueStep.next_at, DueStep.id)
    return [*session.scalars(failed), *session.scalars(later)]


def failed_ids(session: Session, county_code: str) -> set[uuid.UUID]:
    """Return the ids of the steps that were given up."""
    wanted = (DueStep.county_code == county_code, DueStep.state == "failed")
    return set(session.scalars(select(DueStep.id).where(*wanted)))


def next_certificate_end(session: Session, county_code: str, today: date) -> date | None:
    """Return the day on which the next certificate ends that is valid today."""
    query = select(func.min(Certificate.valid_to)).where(
        Certificate.county_code == county_code, certificates.valid_on(today)
    )
    return session.scalar(query)


def same_waits(session: Session, step: DueStep) -> bool:
    """Tell whether a step of the same rule waits already."""
    wanted = (
        DueStep.county_code == step.county_code, DueStep.task == step.task,
        DueStep.subject_id == step.subject_id, DueStep.rule == step.rule,
        DueStep.state == "waiting",
    )  # fmt: skip
    return bool(session.scalar(select(func.count()).select_from(DueStep).where(*wanted)))
