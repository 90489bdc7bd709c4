"""The fallback: put in what costs least again and again; required stops first.

All stops are tried at all places of a route in one array operation, and only the route that
changed is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from enforcement.planner.problem import Part, Plan, Problem, Route
from enforcement.planner.timing import ANY, NEVER, latest_starts, walk

TRIED: Final = 6
"""How many routes are looked at for the room of one stop; farther ones lose more."""


@dataclass(frozen=True)
class Fits:
    """Of each stop into one route: added_s of travel, the place, and how late it makes things.

    late_s -- 0 where it fits; the least lateness where it fits nowhere
    """

    added_s: NDArray[np.int64]
    place: NDArray[np.int64]
    late_s: NDArray[np.int64]


class Insertion:
    """Arrays of a problem's stops, and where they would fit into a route."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        stops = problem.stops
        self.places = np.array([one.place for one in stops], dtype=np.int64)
        self.service = np.array([one.service_s for one in stops], dtype=np.int64)
        most = max((len(one.windows_s) for one in stops), default=1) or 1
        self.opens = np.full((len(stops), most), NEVER, dtype=np.int64)
        self.closes = np.full((len(stops), most), -1, dtype=np.int64)
        for n, one in enumerate(stops):
            for w, (opens, closes) in enumerate(one.windows_s or ANY):
                self.opens[n, w], self.closes[n, w] = opens, closes

    def fits(self, part: Part, route: Sequence[int], only: int | None = None) -> Fits:
        """Return where each stop, or the one that is named, fits best into a route."""
        problem, travel = self.problem, self.problem.travel_s
        chosen = slice(None) if only is None else slice(only, only + 1)
        places, service = self.places[chosen], self.service[chosen]
        line = walk(problem, part, route, part.on_s)
        latest = latest_starts(problem, part, route, line.starts_s)
        before = np.array([part.start, *(problem.stops[n].place for n in route)])
        after = np.array([*(problem.stops[n].place for n in route), part.end])
        ends = [
            start + problem.stops[n].service_s
            for start, n in zip(line.starts_s, route, strict=True)
        ]
        leaves = np.array([part.on_s, *ends])
        due = np.array([*latest, min(part.off_s, part.on_s + part.most_s)])
        to, on = travel[np.ix_(before, places)].T, travel[np.ix_(places, after)]
        start, missed = self._begin(leaves[None, :] + to, chosen)
        late = missed + np.maximum(0, start + service[:, None] + on - due[None, :])
        whole = travel[before, after] if route else np.zeros(1, dtype=np.int64)
        added = to + on - whole[None, :]
        score = np.where(late > 0, NEVER + late, added)
        place = score.argmin(axis=1)
        rows = np.arange(len(place))
        return Fits(added[rows, place], place, late[rows, place])

    def _begin(
        self, arrival: NDArray[np.int64], chosen: slice
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return when visits begin and by how much windows are missed; (stops, places) each."""
        opens, closes = self.opens[chosen], self.closes[chosen]
        open_ = arrival[:, :, None] <= closes[:, None, :]
        at = np.where(open_, np.maximum(arrival[:, :, None], opens[:, None, :]), NEVER)
        start = at.min(axis=2)
        missed = np.where(start == NEVER, arrival - closes.max(axis=1)[:, None], 0)
        return np.where(start == NEVER, arrival, start), missed


def construct(
    problem: Problem,
    begun: Sequence[Route] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Plan:
    """Return a plan that breaks no window and no shift; it may leave required stops out.

    begun -- routes to go on from, which hold themselves
    """
    parts = [part for parts in problem.parts() for part in parts]
    routes = [list(one) for route in begun for one in route] if begun else [[] for _ in parts]
    insertion, open_ = Insertion(problem), np.ones(len(problem.stops), dtype=bool)
    open_[[stop for route in routes for stop in route]] = False
    fits = [insertion.fits(part, route) for part, route in zip(parts, routes, strict=True)]
    barred = _barred(problem, parts)
    for required in (True, False):
        wanted = np.array([stop.required == required for stop in problem.stops], dtype=bool)
        while not (cancel and cancel()):
            chosen = _choose(problem, fits, barred, open_ & wanted)
            if chosen is None:
                break
            stop, n = chosen
            routes[n].insert(int(fits[n].place[stop]), stop)
            open_[stop] = False
            fits[n] = insertion.fits(parts[n], routes[n])
    return Plan(_folded(problem, routes), solver="greedy")


def _choose(
    problem: Problem, fits: list[Fits], barred: NDArray[np.bool_], open_: NDArray[np.bool_]
) -> tuple[int, int] | None:
    """Return the stop and the part it is put into: the most value for the seconds it takes."""
    if not open_.any() or not fits:
        return None
    added = np.stack([one.added_s for one in fits])
    bad = barred | (np.stack([one.late_s for one in fits]) > 0) | ~open_[None, :]
    value = np.array([NEVER if one.required else one.value_s for one in problem.stops])
    bad |= added >= value[None, :]
    service = np.array([one.service_s for one in problem.stops])
    gain = np.where(bad, -np.inf, (value[None, :] - added) / (added + service[None, :] + 60.0))
    n, stop = np.unravel_index(int(gain.argmax()), gain.shape)
    return None if bad[n, stop] else (int(stop), int(n))


def _barred(problem: Problem, parts: Sequence[Part]) -> NDArray[Any]:
    return np.array(
        [[not problem.may(part.squad, n) for n in range(len(problem.stops))] for part in parts],
        dtype=bool,
    ).reshape(len(parts), len(problem.stops))


def _folded(problem: Problem, routes: Sequence[Sequence[int]]) -> tuple[Route, ...]:
    """Return the routes of parts, put together by squad."""
    left = iter(routes)
    return tuple(tuple(tuple(next(left)) for _part in parts) for parts in problem.parts())


def squeeze(problem: Problem, plan: Plan, kept: Collection[int] = (), keep_s: int = 0) -> Plan:
    """Return the plan with required stops that it lacks put in, optional ones making room.

    Each goes where the least value is lost; one that finds no room stays out.
    kept -- stops of a running plan: leaving one out costs keep_s on top of its value
    """
    parts = [part for parts in problem.parts() for part in parts]
    routes = [list(one) for route in plan.routes for one in route]
    insertion, served = Insertion(problem), plan.squad_of()
    loss_s = [one.value_s + (keep_s if n in kept else 0) for n, one in enumerate(problem.stops)]
    missing = [n for n, one in enumerate(problem.stops) if one.required and n not in served]
    for stop in missing:
        tried = []
        for n in _nearest(insertion, parts, routes, stop):
            tried.append((*_room(insertion, parts[n], routes[n], stop, loss_s), n))
        loss, route, n = min(tried, default=(NEVER, [], 0), key=lambda one: (one[0], one[2]))
        if loss < NEVER:
            routes[n] = route
    return Plan(_folded(problem, routes), solver="greedy")


def _nearest(
    insertion: Insertion, parts: Sequence[Part], routes: Sequence[Sequence[int]], stop: int
) -> list[int]:
    """Return the parts whose routes a stop would upset the least, at most TRIED of them."""
    problem, found = insertion.problem, []
    for n, (part, route) in enumerate(zip(parts, routes, strict=True)):
        if problem.may(part.squad, stop):
            fit = insertion.fits(part, route, only=stop)
            found.append((int(fit.late_s[0]), int(fit.added_s[0]), n))
    return [n for _late, _added, n in sorted(found)[:TRIED]]


def _room(
    insertion: Insertion, part: Part, route: Sequence[int], stop: int, loss_s: Sequence[int]
) -> tuple[int, list[int]]:
    """Return the seconds lost by putting a stop into a route and the route; NEVER: no room.

    What makes room is the one stop whose loss is least, where one is enough, else the one that
    leaves the least too much, again and again.
    """
    stops, kept, lost = insertion.problem.stops, list(route), 0
    while True:
        fit = insertion.fits(part, kept, only=stop)
        if not fit.late_s[0]:
            kept.insert(int(fit.place[0]), stop)
            return lost + int(fit.added_s[0]), kept
        optional = [one for one in kept if not stops[one].required]
        if not optional:
            return NEVER, []
        late = {one: _late_without(insertion, part, kept, one, stop) for one in optional}
        least = min(optional, key=lambda one: (late[one], loss_s[one], one))
        lost += loss_s[least]
        kept.remove(least)


def _late_without(
    insertion: Insertion, part: Part, route: Sequence[int], gone: int, stop: int
) -> int:
    """Return how late a stop would make a route that another one leaves; 0 where it fits."""
    fit = insertion.fits(part, [one for one in route if one != gone], only=stop)
    return int(fit.late_s[0])
