"""Points that fall silent: noticed once per silence, told to the desk on duty of the township."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.due import DueStep
from enforcement.points.models import VillagePoint
from enforcement.roster.on_duty import on_duty
from enforcement.roster.terms import Level
from enforcement.settings import queries as settings

EVERY: Final = timedelta(minutes=1)
DESKS: Final = (Level.DESK_A, Level.DESK_B)


def look(session: Session, step: DueStep) -> None:
    """Find a county's newly silent points, tell the desks, and look again in a minute."""
    now = clock.now(session)
    minutes = settings.value(session, step.county_code, "point_silent_minutes")
    townships: dict[str, list[VillagePoint]] = defaultdict(list)
    for point in _fallen_silent(session, step.county_code, now, timedelta(minutes=minutes)):
        townships[point.village_code[:9]].append(point)
    for code, points in sorted(townships.items()):
        _tell(session, code, points, now)
    due.schedule(
        session, step.county_code, step.task, step.subject_id,
        f"{now + EVERY:%Y%m%d%H%M}", now + EVERY,
    )  # fmt: skip


def _fallen_silent(
    session: Session, county_code: str, now: datetime, after: timedelta
) -> Sequence[VillagePoint]:
    """Mark and return the points not heard for so long whose silence is not yet known."""
    seen = func.coalesce(VillagePoint.last_seen_at, VillagePoint.created_at)
    found = session.scalars(
        update(VillagePoint)
        .where(
            VillagePoint.county_code == county_code,
            VillagePoint.active,
            VillagePoint.silent_since.is_(None),
            seen < now - after,
        )
        .values(silent_since=now)
        .returning(VillagePoint)
    )
    return found.all()


def _tell(session: Session, code: str, points: list[VillagePoint], now: datetime) -> None:
    """Send one notice about a township's silent points to each person at its desk."""
    county_code = points[0].county_code
    people = on_duty(session, county_code, code, now)
    for level in DESKS:
        there = {one.person_id for one in people if one.level is level and one.person_id}
        if there:
            break
    for person_id in there:
        notices.send(
            session, county_code, person_id, "point", points[0].id, does="notify",
            rule="point_silent", points=[str(one.id) for one in points],
        )  # fmt: skip
