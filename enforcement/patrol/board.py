"""Reads: a day's board: each squad's list with its load, and what is on no list yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.law.terms import PatrolState, UnitKind
from enforcement.notices import Notice
from enforcement.patrol import places, queries
from enforcement.patrol.assigning import OPEN
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.plan_models import PatrolWish
from enforcement.patrol.plan_words import minutes
from enforcement.patrol.pool import Item, pool, ref_of
from enforcement.people.models import Person, Post, Unit
from enforcement.people.unit_queries import list_units
from enforcement.planner.problem import Part, Problem, Squad, Stop
from enforcement.planner.timing import Timeline, timeline

SHIFT: Final = (510, 1020)
"""Half past eight to five: of squads whose list says no other."""
BREAK: Final = (690, 780)


@dataclass
class Lane:
    """A squad on the board: its list if it has one, the stops in order, its people, its load.

    told -- how many of its people were told of the list, heard -- how many said so
    """

    squad: Unit
    yard: tuple[float, float]
    patrol: Patrol | None = None
    stops: list[PatrolStop] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    told: int = 0
    heard: int = 0
    lines: tuple[Timeline, ...] = ()

    @property
    def km(self) -> float:
        """Return the kilometres of its round."""
        return places.kilometres(sum(line.travel_s for line in self.lines))

    @property
    def out_min(self) -> int:
        """Return the minutes it is out, from leaving to being back, breaks not counted."""
        return sum(minutes(line.back_s - line.leaves_s) for line in self.lines if line.starts_s)

    @property
    def late_min(self) -> int:
        """Return by how many minutes its round breaks its shift or windows."""
        return sum(minutes(line.late_s) for line in self.lines)

    @property
    def shift_min(self) -> int:
        """Return the minutes of its shift without the break."""
        start, end, pause = shift_of(self.patrol)
        return end - start - (pause[1] - pause[0] if pause else 0)


@dataclass
class Board:
    """A day of a unit: the lanes of its squads by code, and what is on no list."""

    day: date
    lanes: list[Lane]
    pool: list[Item]
    names: dict[uuid.UUID, tuple[str, str | None]]
    due: dict[uuid.UUID, date]
    windows: dict[uuid.UUID, tuple[int, int]]
    basis: places.Basis = field(default_factory=places.Basis)


def shift_of(patrol: Patrol | None) -> tuple[int, int, tuple[int, int] | None]:
    """Return a list's shift and break, minutes of the day; the usual ones where there is none."""
    if patrol is None:
        return *SHIFT, BREAK
    if patrol.break_from is None or patrol.break_to is None:
        usual = (patrol.from_minute, patrol.to_minute) == SHIFT and patrol.template_id is None
        return patrol.from_minute, patrol.to_minute, BREAK if usual else None
    return patrol.from_minute, patrol.to_minute, (patrol.break_from, patrol.break_to)


def board(session: Session, actor: Actor, day: date, unit_code: str | None = None) -> Board:
    """Return the board of the squads below a unit, the actor's own by default."""
    code = unit_code or actor.unit_code
    squads = [one for one in list_units(session, actor.county_code, UnitKind.SQUAD, day)
              if one.code.startswith(code)]  # fmt: skip
    yards = places.yards(session, actor.county_code, squads, day)
    people = _people(session, actor.county_code, squads, day)
    lanes = {one.code: Lane(one, yards[one.code], people=people.get(one.id, []))
             for one in squads}  # fmt: skip
    stops = _fill(session, actor, day, lanes)
    found = Board(
        day, list(lanes.values()), pool(session, actor.county_code, day, code),
        queries.names(session, actor.county_code, stops), _due(session, actor, stops),
        _windows(session, actor, stops),
    )  # fmt: skip
    _time(session, actor.county_code, found)
    _receipts(session, actor.county_code, found)
    return found


def _fill(session: Session, actor: Actor, day: date, lanes: dict[str, Lane]) -> list[PatrolStop]:
    """Put the open lists of the day into their lanes; return all their stops."""
    rows = session.scalars(
        select(Patrol)
        .where(Patrol.county_code == actor.county_code, Patrol.patrol_on == day,
               Patrol.state.in_(OPEN), Patrol.squad_code.in_(lanes))
        .order_by(Patrol.state != PatrolState.DRAFT, Patrol.number)
    )  # fmt: skip
    for row in rows:
        lane = lanes[row.squad_code]
        lane.patrol = lane.patrol or row
    ids = [lane.patrol.id for lane in lanes.values() if lane.patrol]
    by_patrol = queries.stops(session, actor.county_code, ids) if ids else {}
    for lane in lanes.values():
        if lane.patrol:
            lane.stops = [stop for stop, _incident in by_patrol.get(lane.patrol.id, [])]
    return [stop for lane in lanes.values() for stop in lane.stops]


def _people(
    session: Session, county_code: str, squads: list[Unit], day: date
) -> dict[uuid.UUID, list[str]]:
    """Return who serves in each squad on a day, in one statement."""
    query = (
        select(Post.unit_id, Person.name)
        .join(Person, and_(Person.county_code == Post.county_code, Person.id == Post.person_id))
        .where(Post.county_code == county_code, Post.unit_id.in_([one.id for one in squads]),
               Post.valid_from <= day, (Post.valid_to.is_(None)) | (Post.valid_to > day))
        .distinct().order_by(Post.unit_id, Person.name)
    )  # fmt: skip
    found: dict[uuid.UUID, list[str]] = {}
    for unit_id, name in session.execute(query):
        found.setdefault(unit_id, []).append(name)
    return found


def _due(session: Session, actor: Actor, stops: list[PatrolStop]) -> dict[uuid.UUID, date]:
    """Return the legal due day of stops that follow something up, by the wish."""
    ids = [one.wish_id for one in stops if one.wish_id]
    query = select(PatrolWish.id, PatrolWish.due_on).where(
        PatrolWish.county_code == actor.county_code, PatrolWish.id.in_(ids)
    )
    return {row.id: row.due_on for row in session.execute(query)}


def _windows(
    session: Session, actor: Actor, stops: list[PatrolStop]
) -> dict[uuid.UUID, tuple[int, int]]:
    """Return the hours of the beats among stops, minutes of the day, by beat."""
    query = select(Beat.id, Beat.from_minute, Beat.to_minute).where(
        Beat.county_code == actor.county_code,
        Beat.id.in_([one.beat_id for one in stops if one.beat_id]),
    )
    return {row.id: (row.from_minute, row.to_minute) for row in session.execute(query)}


def _time(session: Session, county_code: str, found: Board) -> None:
    """Walk each round and set its times; all travel is asked for at once."""
    names = [f"unit:{lane.squad.code}" for lane in found.lanes]
    where = [lane.yard for lane in found.lanes]
    for lane in found.lanes:
        for stop in lane.stops:
            names.append(ref_of(stop))
            where.append((stop.lon, stop.lat) if stop.lon is not None else lane.yard)  # type: ignore[arg-type]
    travel, found.basis = places.seconds_between(session, county_code, names, where)
    at = len(found.lanes)
    for n, lane in enumerate(found.lanes):
        start, end, pause = shift_of(lane.patrol)
        rows = range(at, at + len(lane.stops))
        at += len(lane.stops)
        stops = tuple(_stop(found, stop, row) for stop, row in zip(lane.stops, rows, strict=True))
        squad = Squad(n, n, (start * 60, end * 60),
                      breaks_s=((pause[0] * 60, pause[1] * 60),) if pause else ())  # fmt: skip
        lane.lines = rounds(Problem((squad,), stops, travel), lane.stops, pause)


def _stop(found: Board, stop: PatrolStop, row: int) -> Stop:
    hours = found.windows.get(stop.beat_id) if stop.beat_id else None
    spans = ((hours[0] * 60, hours[1] * 60),) if hours else ()
    return Stop(row, stop.service_min * 60, spans)


def rounds(
    problem: Problem, stops: list[PatrolStop], pause: tuple[int, int] | None
) -> tuple[Timeline, ...]:
    """Return the walks of a squad's parts: before its break as much as fits, the rest after it."""
    [parts] = problem.parts()
    numbers, lines = list(range(len(stops))), []
    for part in parts[:-1]:
        taken = _fits(problem, part, numbers)
        lines.append(timeline(problem, part, numbers[:taken]))
        numbers = numbers[taken:]
    return (*lines, timeline(problem, parts[-1], numbers))


def _fits(problem: Problem, part: Part, numbers: list[int]) -> int:
    taken = 0
    while taken < len(numbers) and not timeline(problem, part, numbers[: taken + 1]).late_s:
        taken += 1
    return taken


def _receipts(session: Session, county_code: str, found: Board) -> None:
    """Count who was told of each list and who said that he heard, in one statement."""
    lanes = {lane.patrol.id: lane for lane in found.lanes if lane.patrol}
    query = select(Notice.subject_id, Notice.person_id, Notice.heard_at, Notice.data).where(
        Notice.county_code == county_code, Notice.kind == "patrol", Notice.subject_id.in_(lanes)
    )
    for row in session.execute(query):
        lane = lanes[row.subject_id]
        if lane.patrol and row.data.get("version") == lane.patrol.told_version:
            lane.told += 1
            lane.heard += row.heard_at is not None


def as_json(found: Board) -> dict[str, Any]:
    """Return the board as the page and the API show it."""
    return {
        "day": found.day.isoformat(),
        "lanes": [_lane(found, lane) for lane in found.lanes],
        "pool": [_item(one) for one in found.pool],
        "travel": found.basis.as_json(),
    }


def _lane(found: Board, lane: Lane) -> dict[str, Any]:
    starts = [start for line in lane.lines for start in line.starts_s]
    patrol = lane.patrol
    return {
        "squad": lane.squad.code, "name": lane.squad.name, "yard": list(lane.yard),
        "patrol": str(patrol.id) if patrol else None, "number": patrol.number if patrol else None,
        "state": patrol.state if patrol else None, "version": patrol.version if patrol else 0,
        "told": patrol.told_version if patrol else 0, "people": lane.people,
        "told_count": lane.told, "heard_count": lane.heard, "km": lane.km,
        "out_min": lane.out_min, "shift_min": lane.shift_min, "late_min": lane.late_min,
        "stops": [_shown(found, lane, stop, start)
                  for stop, start in zip(lane.stops, starts, strict=True)],
    }  # fmt: skip


def _shown(found: Board, lane: Lane, stop: PatrolStop, start_s: int) -> dict[str, Any]:
    due = found.due.get(stop.wish_id) if stop.wish_id else None
    name, note = found.names[stop.id]
    return {
        "ref": ref_of(stop), "name": name, "note": (note or "")[:120], "lon": stop.lon,
        "lat": stop.lat, "required": stop.required, "locked": stop.locked,
        "at": f"{start_s // 3600:02d}:{start_s // 60 % 60:02d}", "service_min": stop.service_min,
        "visited": stop.visited_at is not None, "due_on": due.isoformat() if due else None,
        "why": stop.why.get("said", ""), "loan": bool(stop.why.get("loan")), "seq": stop.seq,
    }  # fmt: skip


def _item(one: Item) -> dict[str, Any]:
    return {
        "ref": one.ref, "name": one.name, "note": one.note, "lon": one.lon, "lat": one.lat,
        "required": one.required, "unit": one.unit_code, "service_min": one.service_min,
        "due_on": one.due_on.isoformat() if one.due_on else None,
    }  # fmt: skip
