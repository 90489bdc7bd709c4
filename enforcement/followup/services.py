"""Acts: prepare a day: collect what falls due, make the lists of templates; also by itself."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock, due, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.errors import NotFoundError
from enforcement.followup.collecting import SOURCES
from enforcement.patrol import following, templates
from enforcement.permissions import Permission

EVERY: Final = timedelta(hours=6)
AHEAD_DAYS: Final = 1


@dataclass(frozen=True)
class Prepared:
    """What preparing a day gave: new wishes, new lists, beats that were on another list."""

    wishes: int
    lists: int
    elsewhere: tuple[str, ...]


def prepare(session: Session, actor: Actor, day: date) -> Prepared:
    """Collect what falls due by a day, and make the drafts of the actor's templates for it."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    made = templates.make_day(session, actor, day)
    wishes = collect(session, actor.county_code, day)
    return Prepared(wishes, len(made.patrols), tuple(made.elsewhere))


def collect(session: Session, county_code: str, day: date) -> int:
    """Keep what has to be visited by a day as wishes, withdraw what is settled; return the new."""
    new = 0
    for kind, source in SOURCES.items():
        rows = source(session, county_code, day)
        following.withdraw(session, county_code, kind, [one.subject_id for one in rows], day)
        new += following.wish(session, county_code, rows)
    return new


def watch(session: Session, step: DueStep) -> None:
    """Collect what falls due tomorrow, some times a day; a county without boundaries has none."""
    day = clock.today(session) + timedelta(days=AHEAD_DAYS)
    with contextlib.suppress(NotFoundError):
        collect(session, step.county_code, day)
    at = clock.now(session) + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H}", at)
