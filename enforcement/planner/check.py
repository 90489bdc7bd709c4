"""The checker: computes a plan's objective and violations without asking who made the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from enforcement.planner.problem import Plan, Problem
from enforcement.planner.timing import Timeline, timeline


@dataclass(frozen=True)
class Checked:
    """What a plan is: objective in seconds, what it breaks, and when everybody is where.

    objective -- travel seconds of all squads and the value of optional stops left out
    violations -- one sentence each, in English, for programs and tests; none: the plan holds
    """

    objective: int
    violations: tuple[str, ...]
    timelines: tuple[tuple[Timeline, ...], ...] = field(repr=False, default=())

    @property
    def holds(self) -> bool:
        """Tell whether nothing is broken."""
        return not self.violations


def check(problem: Problem, plan: Plan) -> Checked:
    """Return the objective of a plan and every rule that it breaks."""
    broken = [*_shape(problem, plan)]
    if broken:
        return Checked(0, tuple(broken))
    lines = tuple(
        tuple(timeline(problem, part, stops) for part, stops in zip(parts, route, strict=True))
        for parts, route in zip(problem.parts(), plan.routes, strict=True)
    )
    served = plan.squad_of()
    broken += _served(problem, served)
    broken += [
        f"squad {n} part {p}: {line.late_s} s late"
        for n, parts in enumerate(lines)
        for p, line in enumerate(parts)
        if line.late_s
    ]
    travel = sum(line.travel_s for parts in lines for line in parts)
    lost = sum(
        stop.value_s
        for n, stop in enumerate(problem.stops)
        if n not in served and not stop.required
    )
    return Checked(travel + lost, tuple(broken), lines)


def _shape(problem: Problem, plan: Plan) -> list[str]:
    """Return what makes a plan unreadable: unknown or doubled stops, routes that do not fit."""
    parts = problem.parts()
    fits = [len(route) for route in plan.routes] == [len(one) for one in parts]
    if not fits:
        return ["routes: not one for each part of each squad's shift"]
    named = [stop for n in range(len(plan.routes)) for stop in plan.order(n)]
    unknown = [f"stop {n}: unknown" for n in named if not 0 <= n < len(problem.stops)]
    doubled = [f"stop {n}: visited {c} times" for n, c in Counter(named).items() if c > 1]
    return unknown + doubled


def _served(problem: Problem, served: dict[int, int]) -> list[str]:
    missing = [
        f"stop {n}: required, not visited"
        for n, stop in enumerate(problem.stops)
        if stop.required and n not in served
    ]
    wrong = [
        f"stop {stop}: squad {squad} may not serve it"
        for stop, squad in served.items()
        if not problem.may(squad, stop)
    ]
    return missing + wrong
