"""What a monitor asks every few seconds, in Prometheus' text form: gauges read from the database.

Numbers only: no name, no word of a person, no number of a case.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session

from enforcement import alarms, clock
from enforcement.backup import watching
from enforcement.config import Config
from enforcement.operations import queries
from enforcement.timing import calendars
from enforcement.trail import queries as trail

TYPE: Final = CONTENT_TYPE_LATEST
PREFIX: Final = "enforcement_"


def text_of(session: Session, county_code: str, config: Config) -> bytes:
    """Return the gauges of a county and of the machine."""
    registry = CollectorRegistry()
    for name, words, value in (*_county(session, county_code), *_machine(session, config)):
        Gauge(PREFIX + name, words, registry=registry).set(value)
    labelled = _labelled(registry)
    for one in queries.work(session, county_code):
        labelled["waiting"].labels(one.task).set(one.waiting)
        labelled["behind"].labels(one.task).set(one.behind_s)
        labelled["failed"].labels(one.task).set(one.failed)
    for row in session.execute(queries.STANDBYS):
        labelled["lag"].labels(row.name).set(float(row.lag_s))
    return generate_latest(registry)


def _labelled(registry: CollectorRegistry) -> dict[str, Gauge]:
    def gauge(name: str, words: str, label: str = "task") -> Gauge:
        return Gauge(PREFIX + name, words, [label], registry=registry)

    return {
        "waiting": gauge("steps_waiting", "Steps that wait for the worker"),
        "behind": gauge("steps_behind_seconds", "How long the step due longest waits"),
        "failed": gauge("steps_failed", "Steps that were given up"),
        "lag": gauge("replication_lag_seconds", "How far a standby is behind", "standby"),
    }


def _county(session: Session, county_code: str) -> Iterable[tuple[str, str, float]]:
    yield (
        "alarms_open",
        "Alarms that wait for an administrator",
        alarms.count_open(session, county_code),
    )
    today = clock.today(session)
    last = trail.last_checkpoint(session, county_code)
    age = (clock.now(session) - last.at).total_seconds() if last else -1
    yield "audit_rows", "Rows in the chain of the audit log", trail.head(session, county_code)
    yield "audit_checkpoint_age_seconds", "Age of the last checkpoint, -1 without one", age
    yield (
        "audit_faults",
        "Faults that the last checkpoint found",
        (len(last.problems) if last else 0),
    )
    known = calendars.known_until(calendars.current(session, county_code), today)
    yield (
        "calendar_days_left",
        "Days the calendar covers, -1: not today",
        _days(known, today),
    )
    ends = queries.next_certificate_end(session, county_code, today)
    yield "certificate_days_left", "Days to the next end, -1 without one", _days(ends, today)


def _days(until: date | None, today: date) -> float:
    return -1 if until is None else (until - today).days


def size(session: Session) -> int:
    """Return the size of the database, bytes."""
    return session.scalar(queries.SIZE) or 0


def disk(config: Config) -> Any:
    """Return total, used and free bytes where files are kept."""
    return shutil.disk_usage(config.var)


def _machine(session: Session, config: Config) -> Iterable[tuple[str, str, float]]:
    yield "database_bytes", "Size of the database", size(session)
    kept = disk(config)
    yield "disk_free_bytes", "Free space where files are kept", kept.free
    yield "disk_free_share", "Free share of that space, 0 to 1", kept.free / kept.total
    backups = watching.state(config, clock.now(session))
    yield "backup_age_seconds", "Age of the newest whole backup, -1 without", backups.age_s
    yield "log_segments_waiting", "Segments of the log not in the backup yet", backups.waiting
    owns = queries.owns_tables(session)
    yield "owns_tables", "1 where the application's role owns its tables", float(owns)
    used = session.scalar(queries.CONNECTIONS)
    yield "database_connections", "Connections to this database", float(used or 0)
