"""The report on patrols: who walked how far, was where, found what, came how fast; in one period.

Kilometres and hours are those of people's tracks; coverage counts cells of about 200 m.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role, UnitKind
from enforcement.overview import patrols_sql as sql
from enforcement.overview.patrols_by import MOST_DAYS, By
from enforcement.people.models import Person, Post, Unit
from enforcement.people.unit_queries import list_open
from enforcement.periods import Period, read_period
from enforcement.permissions import Permission
from enforcement.scope import COUNTY_WIDE
from enforcement.wall import over_county
from gis.stops import METRES_PER_DEGREE
from gis.tracks import CELL_DEG

KINDS: Final = {By.SQUAD: (UnitKind.SQUAD,), By.BRIGADE: (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)}


@dataclass
class Row:
    """One group in the period; None where a figure means nothing for it.

    km, hours -- of people's tracks; planned, visited -- stops on lists; required -- of them those
    that had to be visited; points -- checkpoints in use; area_pct -- share of its area that
    somebody was in; road_m, road_seen_m -- of the ground of each patrol and near its track, added
    up; hot_min -- minutes in cells with many incidents
    median_min, slow_min -- from report to arrival: half, nine tenths are faster
    """

    key: str
    name: str
    unit: str = ""
    km: float = 0.0
    hours: float = 0.0
    tracks: int = 0
    people: int = 0
    patrols: int = 0
    planned: int | None = 0
    visited: int = 0
    required: int | None = 0
    required_visited: int = 0
    incidents: int = 0
    orders: int = 0
    leads: int = 0
    responses: int = 0
    median_min: float | None = None
    slow_min: float | None = None
    points: int | None = 0
    points_seen: int = 0
    villages: int | None = 0
    villages_seen: int = 0
    area_m2: float = 0.0
    seen_m2: float = 0.0
    road_m: float = 0.0
    road_seen_m: float = 0.0
    hot_min: int | None = 0

    @property
    def area_pct(self) -> float | None:
        """Return the share of the area that somebody was in, in per cent."""
        return min(100.0, 100 * self.seen_m2 / self.area_m2) if self.area_m2 else None

    @property
    def road_pct(self) -> float | None:
        """Return the share of roads that patrols came near to, on average, in per cent."""
        return 100 * self.road_seen_m / self.road_m if self.road_m else None

    @property
    def findings(self) -> int:
        """Return how much was found."""
        return self.incidents + self.orders + self.leads

    @property
    def empty(self) -> bool:
        """Tell whether nothing happened."""
        return not (self.tracks or self.patrols or self.visited or self.responses)


@dataclass(frozen=True)
class Report:
    """The groups of a period, their sum, and the boundaries that villages are counted by."""

    by: By
    period: Period
    rows: list[Row]
    total: Row
    edition: Edition
    asked: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to report."""
        return all(row.empty for row in self.rows)


def offered(actor: Actor) -> list[By]:
    """Return what the actor may have grouped; figures of people need the right to positions."""
    if actor.role is Role.TOWNSHIP_LEADER:
        return [By.TOWNSHIP]
    people = permissions.allows(actor, Permission.POSITION_READ)
    return [one for one in By if one is not By.PERSON or people]


@over_county
def make(
    session: Session, actor: Actor, by: By | None = None, first: date | None = None,
    last: date | None = None,
) -> Report:  # fmt: skip
    """Return the report of a period on what the actor answers for; figures of people are logged.

    Raises NotPermittedError, InvalidInputError, NotFoundError without boundaries.
    """
    permissions.check(actor, Permission.REPORT_READ)
    chosen = by or offered(actor)[0]
    if chosen not in offered(actor):
        raise InvalidInputError("by", _("您的岗位不能按此汇总。"))
    period = read_period(first, last, clock.today(session), most_days=MOST_DAYS)
    edition = plan_queries.edition_on(session, actor.county_code, period.last)
    asked = period.asked() | _reach(actor) | {
        "county": actor.county_code, "edition": edition.id, "level": edition.level,
    }  # fmt: skip
    rows = _named(session, actor, chosen, period.last)
    for found in _figures(session, chosen, asked):
        _put(rows, found, open_=chosen is By.PERSON)
    if chosen is By.PERSON:
        _name_people(session, actor, rows, period.last)
        audit.record(session, actor.county_code, "report:people", "patrol", str(period.first),
                     actor=actor, last=period.last.isoformat(), people=len(rows))  # fmt: skip
    ordered = sorted(rows.values(), key=lambda row: (row.unit, row.key))
    return Report(chosen, period, ordered, _sum(ordered), edition, asked)


def _reach(actor: Actor) -> dict[str, Any]:
    """Return the units that count: all for the county and for who answers for an area."""
    whole = actor.role in COUNTY_WIDE or actor.role is Role.TOWNSHIP_LEADER
    return {
        "low": "" if whole else actor.unit_code,
        "high": "~" if whole else actor.unit_code + "~",
    }


def _named(session: Session, actor: Actor, by: By, on: date) -> dict[str, Row]:
    """Return an empty row for each group that the actor may see, by its key."""
    if by is By.TOWNSHIP:
        found = jurisdiction.list_divisions(session, actor.county_code, Level.TOWNSHIP)
        own = actor.role is not Role.TOWNSHIP_LEADER
        return {one.code: Row(one.code, one.name, hot_min=None)
                for one in found if own or one.code in actor.area_codes}  # fmt: skip
    if by is By.PERSON:
        return {}
    reach = _reach(actor)
    units = list_open(session, actor.county_code, on, KINDS[by])
    return {one.code: Row(one.code, one.name)
            for one in units if reach["low"] <= one.code < reach["high"]}  # fmt: skip


def _figures(session: Session, by: By, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each statement says of each key, in the words of a row."""
    found: list[dict[str, Any]] = []
    for row in session.execute(sql.walked(by), asked):
        found.append({"key": row.key, "km": float(row.km), "hours": float(row.minutes) / 60,
                      "tracks": row.tracks, "people": row.people})  # fmt: skip
    for statement in (sql.stops(by), sql.responses(by)):
        found += [dict(one) for one in session.execute(statement, asked).mappings()]
    if by is By.PERSON:
        for row in session.execute(sql.PEOPLE_VILLAGES, asked):
            found.append({"key": row.key, "villages_seen": row.seen})
        return found
    for row in session.execute(sql.points(by), asked):
        found.append({"key": row.key, "points": row.points, "points_seen": row.seen})
    if by is not By.TOWNSHIP:
        found += [dict(one) for one in session.execute(sql.covered(by), asked).mappings()]
    for row in session.execute(sql.land(by), asked):
        found.append({"key": row.key, "villages": row.villages, "villages_seen": row.seen,
                      "area_m2": float(row.area_m2),
                      "seen_m2": float(row.cells) * _cell_m2(row.lat)})  # fmt: skip
    return found


def _cell_m2(lat: float) -> float:
    wide = CELL_DEG[0] * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return wide * CELL_DEG[1] * METRES_PER_DEGREE


def _put(rows: dict[str, Row], found: dict[str, Any], *, open_: bool) -> None:
    """Put figures into the row of their key; of unknown keys only where rows are open."""
    key = found.pop("key")
    if key is None or (key not in rows and not open_):
        return
    row = rows.setdefault(key, Row(key, ""))
    for name, value in found.items():
        setattr(row, name, value)


def _name_people(session: Session, actor: Actor, rows: dict[str, Row], on: date) -> None:
    """Name people and their units; what is counted by place means nothing for one person."""
    query = (
        select(Person.id, Person.name, Unit.name.label("unit"))
        .outerjoin(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id,
                              Post.valid_from <= on,
                              (Post.valid_to.is_(None)) | (Post.valid_to > on)))
        .outerjoin(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(Person.county_code == actor.county_code, Person.id.in_(list(rows)))
        .order_by(Person.id, Unit.code.desc())
    )  # fmt: skip
    for one in session.execute(query):
        row = rows[str(one.id)]
        row.name, row.unit = one.name, one.unit or ""
    for row in rows.values():
        row.planned = row.required = row.points = row.villages = row.hot_min = None


def _sum(rows: Sequence[Row]) -> Row:
    """Return the sum of rows; middle values of responses cannot be added and stay unknown."""
    total = Row("", "")
    for one in fields(Row):
        values = [getattr(row, one.name) for row in rows]
        if one.name in ("key", "name", "unit", "median_min", "slow_min"):
            continue
        known = [value for value in values if value is not None]
        setattr(total, one.name, sum(known) if known or not rows else None)
    return total


def as_json(report: Report) -> dict[str, Any]:
    """Return the report for programs; shares in per cent."""
    return {
        "by": str(report.by), "first": report.period.first.isoformat(),
        "last": report.period.last.isoformat(), "edition": str(report.edition.id),
        "rows": [row_json(row) for row in report.rows], "total": row_json(report.total),
    }  # fmt: skip


def row_json(row: Row) -> dict[str, Any]:
    """Return a row for programs."""
    names = [one.name for one in fields(Row) if not one.name.endswith(("_m2", "_m"))]
    found = {name: getattr(row, name) for name in names}
    for name in ("km", "hours", "median_min", "slow_min"):
        found[name] = None if found[name] is None else round(found[name], 1)
    shares = {name: getattr(row, name) for name in ("area_pct", "road_pct")}
    return found | {name: None if share is None else round(share, 1)
                    for name, share in shares.items()} | {"findings": row.findings}  # fmt: skip
