"""The planner on the shared day: objective by the checker for CPU-seconds, the re-plan at noon."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from enforcement.config import PROJECT
from enforcement.planner import Plan, Problem, Squad, Stop, check, solve
from enforcement.planner.dayfile import read
from enforcement.planner.travel import straight
from tests.benchmarks.measuring import Row

BUDGETS: Final = {1: None, 5: 303_034, 15: 282_138}
"""CPU-seconds -> best objective known (data/README.md), None where none is."""
SEEDS: Final = (7, 1, 2)
NOON_S: Final = 4 * 3600
URGENT: Final = 15
SHARED: Final = PROJECT.parent / "shared" / "data"


def run() -> list[Row]:
    """Plan the day within 1, 5 and 15 CPU-seconds, three seeds each; then again at noon."""
    folder = Path(os.environ.get("ENFORCEMENT_TEST_DATA") or SHARED)
    problem = read((folder / "patrol_day1.json").read_bytes())
    rows, plan = [], None
    for seconds, best in BUDGETS.items():
        plans = [solve(problem, seconds, seed=seed) for seed in SEEDS]
        for one in plans:
            held = check(problem, one)
            assert held.holds, held.violations
        found = tuple(float(one.objective) for one in plans)
        worst = f", worst {max(found) / best:.3f} x the best known" if best else ""
        rows.append(Row(f"objective at {seconds} CPU-s", "s", found, f"{len(plans)} seeds{worst}"))
        plan = plans[0]
    assert plan is not None
    return [*rows, *_noon(problem, plan)]


def _noon(problem: Problem, plan: Plan) -> list[Row]:
    """Plan the afternoon anew with urgent stops, from the running plan, at 0.5 CPU-seconds."""
    later, running = afternoon(problem, plan)
    shares, lost, values = [], [], []
    for seed in SEEDS:
        again = solve(later, 0.5, warm=running, seed=seed)
        before, after = running.squad_of(), again.squad_of()
        moved = sum(after.get(stop, squad) != squad for stop, squad in before.items())
        shares.append(100 * moved / len(before))
        lost.append(100 * len(before.keys() - after.keys()) / len(before))
        values.append(float(again.objective))
    left = f"of {len(running.squad_of())} remaining stops"
    return [
        Row("noon re-plan at 0.5 CPU-s: stops that change squad", "%", tuple(shares), left),
        Row("noon re-plan at 0.5 CPU-s: stops that are left out", "%", tuple(lost), left),
        Row("noon re-plan at 0.5 CPU-s: objective", "s", tuple(values), f"{URGENT} urgent stops"),
    ]


def afternoon(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """Return what is left at noon with urgent required stops, and the running plan of it.

    A squad goes on from the last stop it began before noon, when that visit is over.
    """
    assert problem.points is not None
    timelines = check(problem, plan).timelines
    points = [tuple(point) for point in problem.points]
    squads, routes, kept = [], [], []
    for n, squad in enumerate(problem.squads):
        [order], [line] = plan.routes[n], timelines[n]
        done = sum(start <= NOON_S for start in line.starts_s)
        last = problem.stops[order[done - 1]] if done else None
        free = line.starts_s[done - 1] + last.service_s if last else squad.window_s[0]
        on = max(NOON_S, free, squad.window_s[0])
        start = last.place if last else squad.start
        squads.append(Squad(start, squad.end, (on, max(on, squad.window_s[1]))))
        routes.append(order[done:])
        kept += order[done:]
    number = {stop: k for k, stop in enumerate(kept)}
    left = [problem.stops[stop] for stop in kept]
    seen = {stop for route in plan.routes for part in route for stop in part}
    left += [stop for k, stop in enumerate(problem.stops) if k not in seen]
    chance = random.Random(5)
    for _n in range(URGENT):
        points.append((chance.uniform(2000, 62_000), chance.uniform(2000, 62_000)))
        left.append(Stop(len(points) - 1, 1200, required=True))
    where = np.array(points)
    later = replace(problem, squads=tuple(squads), stops=tuple(left), travel_s=straight(where),
                    points=where)  # fmt: skip
    return later, Plan(tuple((tuple(number[stop] for stop in route),) for route in routes))
