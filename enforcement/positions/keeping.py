"""Partitions made ahead, positions forgotten when their time is over, with a report of it.

Source: procedure.md 7 (tracks six months). The rule, legal holds and the certificate of each month
are those of `retention`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import alarms, clock, due
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.retention import running

EVERY: Final = timedelta(hours=12)
AT_ONCE: Final = 50_000

MAKE: Final = text("SELECT fix_make_months()")
"""A function of the tables' owner: the worker's role may make no table."""


def work(session: Session, step: DueStep) -> None:
    """Make the next months' partitions, look into the default one, forget what is too old."""
    session.execute(MAKE)
    _watch(session, step)
    running.by_rule(session, step.county_code, "track", AT_ONCE)
    more = running.by_rule(session, step.county_code, "fix", AT_ONCE) == AT_ONCE
    at = clock.now(session) + (timedelta(minutes=1) if more else EVERY)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def _watch(session: Session, step: DueStep) -> None:
    """Ring the administrators where positions fell outside every month."""
    count = session.scalar(
        text("SELECT count(*) FROM fix_default WHERE county_code = :county"),
        {"county": step.county_code},
    )
    if not count:
        alarms.close_mended(session, step.county_code, AlarmKind.POSITIONS)
        return
    cause = Cause("fix_default", ("positions",))
    alarms.raise_for(session, step.county_code, AlarmKind.POSITIONS, {step.subject_id: cause})
