"""How old the newest backup is: for the page, for an alarm; and the worker's part of the work.

An installation that never made a backup nor named a folder for them is told so on the page, and
has no alarm.
"""

from __future__ import annotations

import logging
import subprocess
import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from enforcement import alarms, clock, cluster, due, notices, webserver
from enforcement.alarms import AlarmKind, Cause
from enforcement.backup import archiving, manifest, places, reporting
from enforcement.backup.sealing import BackupError
from enforcement.clock import ZONE
from enforcement.config import Config
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.terms import N_

logger = logging.getLogger(__name__)
NAME: Final = N_("备份")
TASK: Final = "backup:watch"
AT: Final = time(1, 30)
"""When the daily backup is made, China's time."""
EVERY: Final = timedelta(minutes=1)
UNUSED: Final = timedelta(hours=1)
AGAIN: Final = timedelta(hours=1)
"""A backup that failed is not begun anew before."""
MOST: Final = 16
"""Segments sealed in one step: the worker has other things to do."""
WAITED_S: Final = 900


@dataclass(frozen=True)
class State:
    """How backups stand; used -- one was made, or a folder was named.

    at, bytes -- of the newest whole one; age_s -- since then
    waiting, waited_s -- segments that nobody has sealed yet, and for how long
    drill_at, drill_well -- of the last drill
    """

    used: bool
    late: bool
    at: datetime | None = None
    bytes: int = 0
    age_s: float = -1
    waiting: int = 0
    waited_s: float = 0
    drill_at: datetime | None = None
    drill_well: bool = False

    @property
    def stuck(self) -> bool:
        """Tell whether segments are not sealed any more."""
        return self.waited_s > WAITED_S


def state(config: Config, now: datetime) -> State:
    """Return how the backups of an installation stand, from the folder alone."""
    place = places.place_of(config)
    newest = manifest.newest(place, None)
    used = newest is not None or config.backup_dir is not None
    age_s = (now - newest.at).total_seconds() if newest else -1.0
    late = used and (newest is None or age_s > config.backup_max_age.total_seconds())
    spooled = archiving.waiting(cluster.server(config.var)) if cluster.is_private(config) else []
    waited = (datetime.now(ZONE) - clock_of(path) for path in spooled if path.exists())
    waited_s = max((one.total_seconds() for one in waited), default=0.0)
    return State(
        used, late, newest.at if newest else None,
        newest.bytes + newest.files.bytes if newest else 0, age_s, len(spooled), waited_s,
        *reporting.last(place),
    )  # fmt: skip


def subject_of(county_code: str) -> uuid.UUID:
    """Return what the alarm of a county is about."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:backup")


def judge(session: Session, county_code: str, found: State) -> None:
    """Raise the alarm where the newest backup is too old or the log is stuck; close it else."""
    if not (found.late or found.stuck):
        alarms.close_mended(session, county_code, AlarmKind.BACKUP)
        return
    at = found.at.astimezone(ZONE).isoformat(timespec="minutes") if found.at else ""
    cause = Cause(NAME, ("late", at) if found.late else ("stuck", str(found.waiting)))
    subject = subject_of(county_code)
    if not alarms.raise_for(session, county_code, AlarmKind.BACKUP, {subject: cause}):
        return
    for person_id in alarms.administrators(session, county_code, clock.today(session)):
        notices.send(session, county_code, person_id, "alarm", subject, does=str(Does.NOTIFY),
                     rule=str(AlarmKind.BACKUP), name=NAME)  # fmt: skip


def work(session: Session, step: DueStep) -> None:
    """Seal what the log has handed over, start the day's backup, raise or close the alarm."""
    config: Config = current_app.extensions["enforcement.config"]
    now = clock.now(session)
    try:
        _ship(config)
    except (BackupError, OSError):  # the disk of the backups is away or full: the state tells
        logger.exception("segments of the log were not sealed")
    found = state(config, now)
    if config.backup_dir is not None and _is_due(found.at, now):
        _start(config)
    judge(session, step.county_code, found)
    at = now + (EVERY if found.used else UNUSED)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def wake(session: Session) -> None:
    """Have the worker look now: with the first backup the log begins to be handed over."""
    waits = (DueStep.task == TASK, DueStep.state == "waiting")
    session.execute(update(DueStep).where(*waits).values(next_at=clock.now(session)))


def _ship(config: Config) -> None:
    server, key = cluster.server(config.var), places.find_key(config)
    if cluster.is_private(config) and key is not None and archiving.waiting(server):
        place = places.place_of(config)
        place.make()
        archiving.ship(place, server, key, most=MOST)


def clock_of(path: Path) -> datetime:
    """Return when a file was last written, by the clock of its disk."""
    return datetime.fromtimestamp(path.stat().st_mtime, ZONE)


def _is_due(last: datetime | None, now: datetime) -> bool:
    """Tell whether the last backup is older than the last half past one in the night."""
    here = now.astimezone(ZONE)
    night = datetime.combine(here.date(), AT, ZONE)
    if night > here:
        night -= timedelta(days=1)
    return last is None or last < night


def _start(config: Config) -> subprocess.Popen[bytes] | None:
    """Make the backup in a process of its own: the worker goes on, one at a time is made."""
    place = places.place_of(config)
    mark = place.folder / "nightly"
    try:
        place.make()
        if mark.exists() and clock_of(mark) > datetime.now(ZONE) - AGAIN:
            return None
        mark.touch(mode=0o600)
        with place.alone("making"):
            pass
    except (BackupError, OSError):
        logger.exception("the daily backup could not be started")
        return None
    logger.info("the daily backup is started")
    command = webserver.own("backup", "make", "--prune")
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 -- our own command
