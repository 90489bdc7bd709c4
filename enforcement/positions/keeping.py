"""Partitions made ahead, positions forgotten when their time is over, with a report of it.

Source: procedure.md 7 (tracks six months); the number of months is the county's setting.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import alarms, audit, clock, due
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.settings import queries as settings

KEEP: Final = "track_months"
EVERY: Final = timedelta(hours=12)
AT_ONCE: Final = 50_000

MAKE: Final = text("""
DO $$
DECLARE first timestamptz; made text;
BEGIN
  FOR n IN 0..3 LOOP
    first := date_trunc('month', app_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
      + make_interval(months => n);
    made := 'fix_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass(made) IS NULL AND first >= '2026-01-01' AND first < '2060-01-01' THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF fix FOR VALUES FROM (%L) TO (%L)',
        made, first, first + interval '1 month');
    END IF;
  END LOOP;
END $$
""")
FORGET: Final = text("""
WITH old AS (
  SELECT county_code, device_id, fixed_at FROM fix
  WHERE county_code = :county AND received_at < app_now() - make_interval(months => :months)
    AND fixed_at < app_now() - make_interval(months => :months)
  ORDER BY county_code, device_id, fixed_at LIMIT :most
), gone AS (
  DELETE FROM fix f USING old o WHERE f.county_code = o.county_code
    AND f.device_id = o.device_id AND f.fixed_at = o.fixed_at
  RETURNING f.device_id, f.person_id, f.fixed_at
)
SELECT count(*) AS n, count(DISTINCT device_id) AS devices, count(DISTINCT person_id) AS people,
  min(fixed_at) AS first, max(fixed_at) AS last FROM gone
""")

_OLD: Final = """county_code = :county
  AND on_day < (app_now() AT TIME ZONE 'Asia/Shanghai') - make_interval(months => :months)"""
_OF_OLD: Final = f"county_code = :county AND track_id IN (SELECT id FROM track WHERE {_OLD})"  # noqa: S608
TRACKS: Final = (
    text(f"DELETE FROM track_village WHERE {_OF_OLD}"),  # noqa: S608
    text(f"DELETE FROM presence_cell WHERE {_OF_OLD}"),  # noqa: S608
    text(f"DELETE FROM track WHERE {_OLD}"),  # noqa: S608
)


def work(session: Session, step: DueStep) -> None:
    """Make the next months' partitions, look into the default one, forget what is too old."""
    session.execute(MAKE)
    _watch(session, step)
    months = settings.value(session, step.county_code, KEEP)
    forget_tracks(session, step.county_code, months=months)
    more = forget(session, step.county_code, months=months) == AT_ONCE
    at = clock.now(session) + (timedelta(minutes=1) if more else EVERY)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def forget(session: Session, county_code: str, *, months: int) -> int:
    """Delete a county's oldest positions, at most AT_ONCE; return how many, and log the report."""
    values = {"county": county_code, "months": months, "most": AT_ONCE}
    found: Any = session.execute(FORGET, values).one()
    if found.n:
        audit.record(
            session, county_code, "positions:forget", "fix", county_code, count=found.n,
            devices=found.devices, people=found.people, first=found.first.isoformat(),
            last=found.last.isoformat(), months=months,
        )  # fmt: skip
    return int(found.n)


def forget_tracks(session: Session, county_code: str, *, months: int) -> None:
    """Delete what was made of positions that are old enough to be forgotten."""
    values = {"county": county_code, "months": months}
    for statement in TRACKS:
        session.execute(statement, values)


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
