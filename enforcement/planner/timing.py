"""When a squad is where: earliest and latest moments along one part of a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from enforcement.planner.problem import MOST_S, Part, Problem

NEVER: Final = 1 << 40
ANY: Final = ((0, MOST_S),)


@dataclass(frozen=True)
class Timeline:
    """One part of a shift, walked: starts_s -- begin of each visit; on time or not.

    late_s -- seconds by which windows, the end of the shift or its length are broken, 0 if none
    """

    leaves_s: int
    starts_s: tuple[int, ...]
    back_s: int
    travel_s: int
    wait_s: int
    late_s: int


def begin(problem: Problem, stop: int, arrival_s: int) -> int:
    """Return when a visit begins after an arrival: in the first window still open, else NEVER."""
    found = NEVER
    for opens, closes in problem.stops[stop].windows_s or ANY:
        if arrival_s <= closes:
            found = min(found, max(arrival_s, opens))
    return found


def walk(problem: Problem, part: Part, stops: Sequence[int], leaves_s: int) -> Timeline:
    """Return the moments of a part that begins at `leaves_s`; a missed window is counted late."""
    at, place, travel, wait, late, starts = leaves_s, part.start, 0, 0, 0, []
    for stop in stops:
        leg = int(problem.travel_s[place, problem.stops[stop].place])
        arrival = at + leg
        start = begin(problem, stop, arrival)
        if start == NEVER:
            late += arrival - max(closes for _opens, closes in problem.stops[stop].windows_s)
            start = arrival
        travel, wait = travel + leg, wait + start - arrival
        starts.append(start)
        at, place = start + problem.stops[stop].service_s, problem.stops[stop].place
    home = int(problem.travel_s[place, part.end]) if stops else 0
    back = at + home
    late += max(0, back - part.off_s, back - leaves_s - part.most_s)
    return Timeline(leaves_s, tuple(starts), back, travel + home, wait, late)


def timeline(problem: Problem, part: Part, stops: Sequence[int]) -> Timeline:
    """Return the best walk: on time if that is possible, then back early, then left late.

    Leaving later only helps by waiting less, so the moments that matter are those at which a
    visit begins just as its window opens.
    """
    walks = [walk(problem, part, stops, at) for at in sorted(_departures(problem, part, stops))]
    return min(walks, key=lambda one: (one.late_s, one.back_s, -one.leaves_s))


def _departures(problem: Problem, part: Part, stops: Sequence[int]) -> set[int]:
    found, ahead, place = {part.on_s}, 0, part.start
    latest = part.off_s
    for stop in stops:
        ahead += int(problem.travel_s[place, problem.stops[stop].place])
        windows = problem.stops[stop].windows_s
        found.update(opens - ahead for opens, _closes in windows)
        found.update(closes - ahead for _opens, closes in windows)
        ahead, place = ahead + problem.stops[stop].service_s, problem.stops[stop].place
    return {at for at in found if part.on_s <= at <= latest}


def latest_starts(
    problem: Problem, part: Part, stops: Sequence[int], starts_s: Sequence[int]
) -> list[int]:
    """Return up to when each visit may begin so that all later ones stay on time."""
    at, place, found = min(part.off_s, part.on_s + part.most_s), part.end, []
    for stop, start in zip(reversed(stops), reversed(starts_s), strict=True):
        one = problem.stops[stop]
        at -= int(problem.travel_s[one.place, place]) + one.service_s
        at = min(at, max((b for a, b in one.windows_s or ANY if a <= start), default=at))
        found.append(at)
        place = one.place
    return found[::-1]
