"""Stops that nobody could serve even with the whole day for them: found first, and named."""

from __future__ import annotations

from enforcement.planner.problem import Dropped, Part, Problem, Reason
from enforcement.planner.timing import timeline


def impossible(problem: Problem) -> list[Dropped]:
    """Return the required stops that no squad can serve alone, each with the nearest miss."""
    parts = [part for parts in problem.parts() for part in parts]
    found = []
    for n, stop in enumerate(problem.stops):
        if stop.required:
            allowed = [part for part in parts if problem.may(part.squad, n)]
            late = [timeline(problem, part, [n]).late_s for part in allowed]
            if not late or min(late) > 0:
                found.append(_named(n, allowed, late))
    return found


def _named(stop: int, allowed: list[Part], late: list[int]) -> Dropped:
    if not allowed:
        return Dropped(stop, Reason("nobody_may"), Reason("allow_squad"))
    short_s, part = min(zip(late, allowed, strict=True), key=lambda one: (one[0], one[1].squad))
    said = {"squad": part.squad, "short_s": short_s}
    return Dropped(stop, Reason("impossible", said), Reason("more_time", said))
