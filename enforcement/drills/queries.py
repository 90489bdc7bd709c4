"""Reads: drills, whom each asked, and who answered by now."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from enforcement.drills.models import Drill, DrillTarget
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.notices import Notice
from enforcement.points.models import PointPress

PAGE: Final = 20
KIND: Final = "drill"


def reached_at() -> ColumnElement[datetime | None]:
    """Return when a target of `Drill` answered: as written at the end, else as it stands now."""
    pressed = (
        select(func.min(PointPress.received_at))
        .where(
            PointPress.county_code == DrillTarget.county_code,
            PointPress.point_id == DrillTarget.point_id,
            PointPress.test,
            PointPress.received_at >= Drill.started_at,
            Drill.ended_at.is_(None) | (PointPress.received_at <= Drill.ended_at),
        )
        .correlate(DrillTarget, Drill)
        .scalar_subquery()
    )
    heard = (
        select(func.min(Notice.heard_at))
        .where(
            Notice.county_code == DrillTarget.county_code,
            Notice.subject_id == DrillTarget.drill_id,
            Notice.person_id == DrillTarget.person_id,
            Drill.ended_at.is_(None) | (Notice.heard_at <= Drill.ended_at),
        )
        .correlate(DrillTarget, Drill)
        .scalar_subquery()
    )
    return func.coalesce(DrillTarget.reached_at, pressed, heard)


@dataclass(frozen=True)
class Asked:
    """A point or a person that was asked, and when it answered; None while it is silent."""

    target: DrillTarget
    reached_at: datetime | None


@dataclass(frozen=True)
class Group:
    """How a township's points and duty phones answered; typical -- the median time to the answer.

    points, phones -- how many of each were asked; points_reached, phones_reached -- and answered
    """

    name: str
    points: int
    points_reached: int
    phones: int
    phones_reached: int
    typical: timedelta | None
    longest: timedelta | None

    @property
    def asked(self) -> int:
        """Return how many were asked."""
        return self.points + self.phones

    @property
    def reached(self) -> int:
        """Return how many answered."""
        return self.points_reached + self.phones_reached


@dataclass(frozen=True)
class Report:
    """A drill with all whom it asked, and the groups they belong to."""

    drill: Drill
    rows: list[Asked]
    groups: list[Group]

    @property
    def reached(self) -> int:
        """Return how many answered."""
        return sum(row.reached_at is not None for row in self.rows)

    @property
    def silent(self) -> list[Asked]:
        """Return those who did not answer."""
        return [row for row in self.rows if row.reached_at is None]


def get(session: Session, county_code: str, drill_id: uuid.UUID, *, lock: bool = False) -> Drill:
    """Return a drill of the county; raises NotFoundError."""
    drill = session.get(
        Drill, (county_code, drill_id), with_for_update=lock or None, populate_existing=lock
    )
    if drill is None:
        raise NotFoundError(_("没有这次演练。"))
    return drill


def report(session: Session, drill: Drill) -> Report:
    """Return how a drill stands, in one statement."""
    rows = [
        Asked(*row)
        for row in session.execute(
            select(DrillTarget, reached_at())
            .join(
                Drill,
                (Drill.county_code == DrillTarget.county_code) & (Drill.id == DrillTarget.drill_id),
            )
            .where(DrillTarget.county_code == drill.county_code, DrillTarget.drill_id == drill.id)
            .order_by(
                DrillTarget.township_code.nulls_last(),
                DrillTarget.township_name,
                DrillTarget.kind.desc(),
                DrillTarget.name,
                DrillTarget.id,
            )
        )
    ]
    return Report(drill, rows, _groups(drill, rows))


def _groups(drill: Drill, rows: Sequence[Asked]) -> list[Group]:
    parts: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        parts[group_name(row.target)].append(row)
    return [_group(drill, name, some) for name, some in parts.items()]


def group_name(target: DrillTarget) -> str:
    """Return under which name a point or phone is counted: its township, or that it has none."""
    county = _("县级值班") if target.kind == "phone" else _("没有乡镇")
    return target.township_name or county


def _group(drill: Drill, name: str, rows: Sequence[Asked]) -> Group:
    waits = [row.reached_at - drill.started_at for row in rows if row.reached_at is not None]
    typical_s = median(one.total_seconds() for one in waits) if waits else None
    typical = timedelta(seconds=typical_s) if typical_s is not None else None
    points, points_reached = _counts(rows, "point")
    phones, phones_reached = _counts(rows, "phone")
    longest = max(waits, default=None)
    return Group(name, points, points_reached, phones, phones_reached, typical, longest)


def _counts(rows: Sequence[Asked], kind: str) -> tuple[int, int]:
    some = [row for row in rows if row.target.kind == kind]
    return len(some), sum(row.reached_at is not None for row in some)


@dataclass(frozen=True)
class Listed:
    """A drill as the history shows it."""

    drill: Drill
    asked: int
    reached: int


def list_drills(
    session: Session, county_code: str, *, after: Any = None, limit: int = PAGE
) -> list[Listed]:
    """Return the county's drills, the newest first, each with its counts, in one statement."""
    page = (
        select(Drill)
        .where(Drill.county_code == county_code)
        .order_by(Drill.started_at.desc(), Drill.id.desc())
        .limit(limit)
    )
    if after is not None:
        page = page.where(func.row(Drill.started_at, Drill.id) < func.row(*after))
    chosen = page.subquery()
    query = (
        select(Drill, func.count(DrillTarget.id), func.count(reached_at()))
        .join(chosen, (chosen.c.county_code == Drill.county_code) & (chosen.c.id == Drill.id))
        .outerjoin(
            DrillTarget,
            (DrillTarget.county_code == Drill.county_code) & (DrillTarget.drill_id == Drill.id),
        )
        .group_by(Drill.county_code, Drill.id)
        .order_by(Drill.started_at.desc(), Drill.id.desc())
    )
    return [Listed(*row) for row in session.execute(query)]


def find_running(session: Session, county_code: str) -> Drill | None:
    """Return the drill that is under way; None without one."""
    query = select(Drill).where(Drill.county_code == county_code, Drill.ended_at.is_(None))
    return session.scalars(query).one_or_none()
