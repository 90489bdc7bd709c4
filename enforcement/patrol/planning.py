"""From a day's board to a problem, and from a plan back to steps on the squads' lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.law.terms import UnitKind
from enforcement.patrol import assigning, places
from enforcement.patrol.assigning import Step
from enforcement.patrol.board import Board, Lane, shift_of
from enforcement.patrol.models import PatrolStop
from enforcement.patrol.pool import WORTH_MIN, Item, ref_of
from enforcement.patrol.terms import RunKind, WishKind
from enforcement.people.unit_queries import list_open
from enforcement.planner import Plan, Problem, Squad, Stop, travel
from enforcement.planner.check import check
from enforcement.planner.explain import explain
from enforcement.planner.problem import DAY_S, Part, Reason
from enforcement.planner.timing import timeline

BRIGADES = (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)


@dataclass(frozen=True)
class Built:
    """A problem and the names of what is in it; warm -- the lists as they are now.

    refs, units -- of each stop: what it is and whose; squads -- codes; visited -- stops that stand
    before the plan on each squad's list
    """

    problem: Problem
    refs: tuple[str, ...]
    units: tuple[str, ...]
    squads: tuple[str, ...]
    visited: tuple[int, ...]
    warm: Plan
    basis: places.Basis

    def named(self) -> dict[str, Any]:
        """Return the names as a run keeps them."""
        return {"refs": self.refs, "units": self.units, "squads": self.squads,
                "visited": self.visited, **self.basis.as_json()}  # fmt: skip


def build(session: Session, actor: Actor, found: Board, kind: RunKind) -> Built:
    """Return the problem of a board: all that is on lists and not visited, and all on none."""
    now = clock.now(session)
    open_ = [[stop for stop in lane.stops if stop.visited_at is None] for lane in found.lanes]
    kept = [(stop, n) for n, stops in enumerate(open_) for stop in stops if stop.lon is not None]
    refs = [ref_of(stop) for stop, _n in kept] + [one.ref for one in found.pool]
    where = [_start(lane) for lane in found.lanes]
    where += [(stop.lon or 0, stop.lat or 0) for stop, _n in kept]
    where += [(one.lon, one.lat) for one in found.pool]
    yards = [lane.yard for lane in found.lanes]
    names = [_start_name(lane) for lane in found.lanes] + refs
    names += [f"unit:{lane.squad.code}" for lane in found.lanes]
    matrix, basis = places.seconds_between(session, actor.county_code, names, [*where, *yards])
    squads = tuple(
        _squad(n, lane, found.day, now, end=len(where) + n) for n, lane in enumerate(found.lanes)
    )
    near = _near(session, actor, found, kind)
    units = [_unit_of(found, stop) for stop, _n in kept] + [one.unit_code for one in found.pool]
    first = len(found.lanes)
    stops = [_kept(found, stop, n, first + k, near) for k, (stop, n) in enumerate(kept)]
    stops += [_new(one, first + len(kept) + k, near) for k, one in enumerate(found.pool)]
    problem = Problem(squads, tuple(stops), matrix, travel.flat(np.array([*where, *yards])))
    visited = tuple(len(lane.stops) - len(open_[n]) for n, lane in enumerate(found.lanes))
    return Built(problem, tuple(refs), tuple(units), tuple(one.squad.code for one in found.lanes),
                 visited, _warm(problem, found, kept), basis)  # fmt: skip


def _last(lane: Lane) -> PatrolStop | None:
    """Return the stop that a squad visited last today, None before the first."""
    seen = [(one.visited_at, one.seq, one) for one in lane.stops
            if one.visited_at is not None and one.lon is not None]  # fmt: skip
    return max(seen, key=lambda one: one[:2])[2] if seen else None


def _start(lane: Lane) -> tuple[float, float]:
    """Return where a squad is: at the stop that it visited last, else at its yard."""
    last = _last(lane)
    return lane.yard if last is None else (last.lon or 0, last.lat or 0)


def _start_name(lane: Lane) -> str:
    last = _last(lane)
    return f"unit:{lane.squad.code}" if last is None else ref_of(last)


def _squad(n: int, lane: Lane, day: date, now: datetime, *, end: int) -> Squad:
    """Return a squad from now on, on the day itself; its break only if that is still to come."""
    start, off, pause = shift_of(lane.patrol)
    midnight = clock.midnight(day)
    passed_s = min(DAY_S, max(0, int((now - midnight).total_seconds())))
    on_s = max(start * 60, passed_s)
    off_s = max(off * 60, on_s)
    breaks = ((pause[0] * 60, pause[1] * 60),) if pause and pause[0] * 60 >= on_s else ()
    if pause and pause[0] * 60 < on_s < pause[1] * 60:
        on_s = min(pause[1] * 60, off_s)
    return Squad(n, end, (on_s, off_s), None, breaks, lane.squad.name)


def _near(session: Session, actor: Actor, found: Board, kind: RunKind) -> Any:
    """Return who may serve a unit's stop: the squads of its brigade, or all in a county plan."""
    if kind == RunKind.COUNTY:
        return lambda _unit: None
    brigades = [one.code for one in list_open(session, actor.county_code, found.day, BRIGADES)]
    own = [brigade_of(lane.squad.code, brigades) for lane in found.lanes]

    def near(unit: str) -> frozenset[int] | None:
        brigade = brigade_of(unit, brigades)
        mine = frozenset(n for n, one in enumerate(own) if one == brigade)
        return mine or None

    return near


def brigade_of(code: str, brigades: Sequence[str]) -> str:
    """Return the code of the nearest brigade above a unit, itself included, else its own."""
    above = [one for one in brigades if code == one or code.startswith(one + ".")]
    return max(above, key=len, default=code)


def _unit_of(found: Board, stop: PatrolStop) -> str:
    lane = next(one for one in found.lanes if one.patrol and one.patrol.id == stop.patrol_id)
    return str(stop.why.get("unit") or lane.squad.code)


def _kept(found: Board, stop: PatrolStop, squad: int, place: int, near: Any) -> Stop:
    """Return a stop that is on a list: it may go to another squad unless it is locked."""
    hours = found.windows.get(stop.beat_id) if stop.beat_id else None
    kind = ref_of(stop).partition(":")[0]
    worth = WORTH_MIN.get(kind, WORTH_MIN[WishKind.RECHECK])
    allowed = frozenset({squad}) if stop.locked else near(_unit_of(found, stop))
    if allowed is not None:
        allowed |= {squad}
    return Stop(place, stop.service_min * 60,
                ((hours[0] * 60, hours[1] * 60),) if hours else (),
                stop.required or stop.locked, worth * 60, allowed)  # fmt: skip


def _new(one: Item, place: int, near: Any) -> Stop:
    whole = (one.from_minute, one.to_minute) == (0, 1440)
    spans = () if whole else ((one.from_minute * 60, one.to_minute * 60),)
    return Stop(place, one.service_min * 60, spans, one.required, one.value_s,
                near(one.unit_code), one.name)  # fmt: skip


def _warm(problem: Problem, found: Board, kept: list[tuple[PatrolStop, int]]) -> Plan:
    """Return the lists as they are, as a plan: before the break as much as fits."""
    routes = []
    for n, parts in enumerate(problem.parts()):
        own = [k for k, (_stop, squad) in enumerate(kept) if squad == n]
        split = []
        for part in parts[:-1]:
            taken = _taken(problem, part, own)
            split.append(tuple(own[:taken]))
            own = own[taken:]
        routes.append((*split, tuple(own)))
    return Plan(tuple(routes))


def _taken(problem: Problem, part: Part, own: list[int]) -> int:
    taken = 0
    while taken < len(own) and not timeline(problem, part, own[: taken + 1]).late_s:
        taken += 1
    return taken


def apply(
    session: Session, actor: Actor, day: date, built: Built, plan: Plan, *, key: str | None = None
) -> tuple[list[Step], int]:
    """Put a plan onto the lists; return the steps that undo it, and how many stops changed hands.

    What was visited meanwhile, or is not there any more, stays as it is.
    """
    now = assigning.load(session, actor.county_code, day)
    all_stops = [(stop, now.patrols[one].squad_code)
                 for one, stops in now.stops.items() for stop in stops]  # fmt: skip
    seen = {ref_of(stop) for stop, _code in all_stops if stop.visited_at is not None}
    lists = {ref_of(stop): code for stop, code in all_stops if stop.visited_at is None}
    wanted = {built.refs[stop]: built.squads[squad] for stop, squad in plan.squad_of().items()}
    steps = [Step(ref) for ref in built.refs if ref in lists and ref not in wanted]
    for squad, code in enumerate(built.squads):
        first = _visited_now(now, code)
        order = [built.refs[stop] for stop in plan.order(squad)]
        steps += [Step(ref, code, first + place)
                  for place, ref in enumerate(one for one in order if one not in seen)]  # fmt: skip
    undo = assigning.change(session, actor, day, steps, key=key) if steps else []
    _explain(session, actor, day, built, plan)
    moved = sum(lists[ref] != wanted.get(ref) for ref in built.refs if ref in lists)
    return undo, moved


def _visited_now(now: assigning.Day, code: str) -> int:
    patrol = now.list_of(code)
    return sum(one.visited_at is not None for one in now.stops[patrol.id]) if patrol else 0


def _explain(session: Session, actor: Actor, day: date, built: Built, plan: Plan) -> None:
    """Write onto each planned stop why it is there, why with this squad, and when."""
    lists = assigning.load(session, actor.county_code, day)
    stops = {ref_of(stop): stop for own in lists.stops.values() for stop in own}
    midnight = clock.midnight(day)
    starts = {
        stop: start
        for route, lines in zip(plan.routes, check(built.problem, plan).timelines, strict=True)
        for part, line in zip(route, lines, strict=True)
        for stop, start in zip(part, line.starts_s, strict=True)
    }
    brigades = [one.code for one in list_open(session, actor.county_code, day, BRIGADES)]
    for one in explain(built.problem, plan):
        stop = stops.get(built.refs[one.stop])
        if stop is None:
            continue
        unit, code = built.units[one.stop], built.squads[one.squad]
        stop.planned_at = midnight + timedelta(seconds=starts[one.stop])
        stop.why = {
            "there": vars(one.there), "squad": vars(_coded(one.squad_why, built)), "unit": unit,
            "loan": brigade_of(unit, brigades) != brigade_of(code, brigades),
        }  # fmt: skip
    session.flush()


def _coded(reason: Reason, built: Built) -> Reason:
    """Return a reason that names the other squad by its code."""
    if "other" not in reason.data:
        return reason
    return Reason(reason.kind, {**reason.data, "other": built.squads[reason.data["other"]]})
