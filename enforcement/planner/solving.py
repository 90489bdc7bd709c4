"""Solve a problem: what is impossible first, then the search, then the checker's word on it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from enforcement.planner import greedy, vrp
from enforcement.planner.alone import impossible
from enforcement.planner.check import check
from enforcement.planner.explain import dropped
from enforcement.planner.problem import Part, Plan, Problem
from enforcement.planner.timing import timeline

logger = logging.getLogger(__name__)
LOOK_S: Final = 0.2
"""How often a search asks whether it was cancelled."""

SWITCH_S: Final = 3600
"""What a change of squads has to save in a plan that is running, and leaving out one of its stops
on top of its value. On the shared day at noon an hour left 9.2 % of 207 stops changed in half a
CPU-second, a quarter of an hour 10.6 %, nothing 17.3 %; 10 s found none with fewer than 18."""

Cancel = Callable[[], bool]


class Until:
    """When a search ends: after CPU-seconds of its thread, iterations, or a cancellation."""

    def __init__(
        self, seconds: float | None, iterations: int | None, cancel: Cancel | None
    ) -> None:
        self.end_s = None if seconds is None else time.thread_time() + seconds
        self.left = iterations
        self.cancel, self.looked_s = cancel, time.monotonic()

    def __call__(self, _best_cost: float = 0) -> bool:
        """Tell whether to stop now; called once an iteration."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return True
        if self.end_s is not None and time.thread_time() >= self.end_s:
            return True
        return self.cancelled()

    def cancelled(self) -> bool:
        """Ask, not too often, whether somebody wants it to end."""
        now = time.monotonic()
        if self.cancel is None or now - self.looked_s < LOOK_S:
            return False
        self.looked_s = now
        return self.cancel()


def solve(
    problem: Problem,
    seconds: float | None = None,
    iterations: int | None = None,
    warm: Plan | None = None,
    cancel: Cancel | None = None,
    *,
    seed: int = vrp.SEED,
    switch_s: int = SWITCH_S,
) -> Plan:
    """Return the best plan found within CPU-seconds or iterations; one of the two is needed.

    warm -- the running plan: the search begins with it, and giving one of its stops to another
    squad, or leaving it out, has to save switch_s seconds more, so that little changes; 0: as it
    comes
    cancel -- asked now and then; the best plan so far is returned once it says True
    Required stops that nobody can serve are left out and named; what is on the plan keeps all
    windows and shifts. With the same seed, iterations give the same plan on any machine.
    """
    if seconds is None and iterations is None:
        raise ValueError("seconds or iterations are needed")
    until = Until(seconds, iterations, cancel)
    hopeless = {one.stop: one for one in impossible(problem)}
    kept = [n for n in range(len(problem.stops)) if n not in hopeless]
    smaller = replace(problem, stops=tuple(problem.stops[n] for n in kept))
    running = _renumbered(warm, {n: k for k, n in enumerate(kept)})
    begun = _begin(smaller, running, switch_s)
    held = None if running is None else running.squad_of()
    found = _search(smaller, begun, until, seed, held, switch_s)
    whole = replace(
        found,
        routes=tuple(
            tuple(tuple(kept[n] for n in part) for part in route) for route in found.routes
        ),
    )
    left_out = tuple(dropped(problem, whole, hopeless))
    return replace(whole, objective=check(problem, whole).objective, dropped=left_out)


def _begin(problem: Problem, warm: Plan | None, switch_s: int) -> Plan:
    """Return a plan that holds to begin with: the running one as far as it does, filled up."""
    routes = None if warm is None else [
        tuple(_trimmed(problem, part, stops) for part, stops in zip(parts, route, strict=True))
        for parts, route in zip(problem.parts(), warm.routes, strict=True)
    ]  # fmt: skip
    filled = greedy.construct(problem, routes)
    kept = () if warm is None else warm.squad_of()
    return greedy.construct(problem, greedy.squeeze(problem, filled, kept, switch_s).routes)


def _trimmed(problem: Problem, part: Part, stops: tuple[int, ...]) -> tuple[int, ...]:
    """Return the stops that can be kept in order without coming late, the first ones first."""
    found: list[int] = []
    for stop in stops:
        if problem.may(part.squad, stop):
            tried = [*found, stop]
            if not timeline(problem, part, tried).late_s:
                found = tried
    return tuple(found)


def _search(
    problem: Problem, begun: Plan, until: Until, seed: int, held: dict[int, int] | None,
    switch_s: int,
) -> Plan:  # fmt: skip
    """Return the best of the search and of the plan it began with."""
    if not problem.stops or not problem.squads:
        return begun
    whole = check(problem, begun).holds
    start = begun if whole or held is not None else None
    try:
        found, holds = vrp.search(
            problem, until, start=start, must=whole, seed=seed, switch_s=switch_s, held=held,
        )  # fmt: skip
    except ImportError:
        return begun
    except Exception:
        logger.exception("the search failed; the plan is the greedy one")
        return begun
    cost = [_cost(problem, plan, held or {}, switch_s) for plan in (found, begun)]
    return found if holds and cost[0] <= cost[1] else begun


def _cost(problem: Problem, plan: Plan, held: dict[int, int], switch_s: int) -> tuple[int, int]:
    """Return what a plan breaks, and its objective with what it changes of the running one."""
    checked, now = check(problem, plan), plan.squad_of()
    changed = sum(now.get(stop) != squad for stop, squad in held.items())
    return len(checked.violations), checked.objective + changed * switch_s


def _renumbered(plan: Plan | None, numbers: dict[int, int]) -> Plan | None:
    if plan is None:
        return None
    return replace(
        plan,
        routes=tuple(
            tuple(tuple(numbers[n] for n in part if n in numbers) for part in route)
            for route in plan.routes
        ),
    )
