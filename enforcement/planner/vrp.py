"""PyVRP behind plain data: the only module that knows it. Version 0.14; 1.0 will differ.

Integers only; full matrices; a window limits the begin of a visit; clients carry numbers of
their own beside those of locations. Several windows of a stop are several clients of one group.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from enforcement.planner.problem import MOST_S, Part, Plan, Problem, Route, Seconds

BARRED_S: Final = 10 * MOST_S
"""An edge to a stop that a squad may not serve: longer than any shift, far from overflowing."""
SEED: Final = 7
HISTORY: Final = 30
"""How far back late acceptance looks; PyVRP's 300 is for longer searches than a leader waits for:
in 5 CPU-seconds on the shared day 280,000 against 312,000."""
NEIGHBOURS: Final = 25
"""How many of the nearest stops a move looks at; half of PyVRP's 50: 268,000 instead of 280,000."""


@dataclass(frozen=True)
class Model:
    """A problem as PyVRP has it; stop_of and clients_of lead from one to the other."""

    data: Any
    parts: tuple[Part, ...]
    stop_of: tuple[int, ...]
    clients_of: tuple[tuple[int, ...], ...]


def search(
    problem: Problem,
    stop: Callable[[float], bool],
    *,
    start: Plan | None = None,
    must: bool = True,
    seed: int = SEED,
    held: Mapping[int, int] | None = None,
    switch_s: int = 0,
) -> tuple[Plan, bool]:
    """Return the best plan found until `stop(best cost)` says so, and whether it holds.

    start -- a plan to begin with, which may be incomplete; must -- required stops have to be on
    the plan; else they only weigh more than all else. Raises ImportError without PyVRP.
    held -- which squad has a stop now; giving it to another, or leaving it out, counts like
    switch_s of travel
    """
    import pyvrp

    model = build(problem, must=must, held=held, switch_s=switch_s)
    begun = _solution(model, problem, start) if start is not None else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what the caller is told by `holds`
        until: Any = stop
        result = pyvrp.solve(model.data, until, seed=seed, collect_stats=False, display=False,
                             params=_params(), initial_solution=begun)  # fmt: skip
    best = result.best
    return Plan(_routes(model, problem, best), solver="pyvrp"), bool(best.is_feasible())


def _params() -> Any:
    import pyvrp
    from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
    from pyvrp.search import NeighbourhoodParams

    return pyvrp.SolveParams(
        ils=IteratedLocalSearchParams(history_length=HISTORY),
        neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS),
    )


def build(
    problem: Problem, *, must: bool, held: Mapping[int, int] | None = None, switch_s: int = 0
) -> Model:
    """Return the problem as PyVRP has it: one vehicle type for each part of a shift."""
    import pyvrp

    parts = tuple(part for parts in problem.parts() for part in parts)
    yards = sorted({place for part in parts for place in (part.start, part.end)})
    rows = np.array([*yards, *(stop.place for stop in problem.stops)], dtype=np.int64)
    points = np.zeros((len(problem.travel_s), 2)) if problem.points is None else problem.points
    places = [pyvrp.Location(float(x), float(y)) for x, y in points[rows]]
    depots = [pyvrp.Depot(location=n) for n in range(len(yards))]
    bonus_s = dict.fromkeys(held or (), switch_s)
    clients, groups, stop_of, clients_of = _clients(problem, len(yards), bonus_s, must=must)
    profiles, times = _profiles(problem, parts, rows, len(yards))
    costs = times
    if held and switch_s:
        profiles, costs, times = _with_switches(profiles, times, held, switch_s, len(yards))
    squads = [
        pyvrp.VehicleType(
            1, start_depot=yards.index(part.start), end_depot=yards.index(part.end),
            tw_early=part.on_s, tw_late=part.off_s, shift_duration=part.most_s,
            unit_distance_cost=1, unit_duration_cost=0, profile=profiles[part.squad],
        )
        for part in parts
    ]  # fmt: skip
    data = pyvrp.ProblemData(places, clients, depots, squads, costs, times, groups)
    return Model(data, parts, tuple(stop_of), tuple(clients_of))


def _clients(
    problem: Problem, first: int, bonus_s: Mapping[int, int], *, must: bool
) -> tuple[list[Any], list[Any], list[int], list[Any]]:
    """Return clients and groups, the stop of each client, the clients of each stop.

    bonus_s -- what leaving a stop out costs on top of its value
    """
    import pyvrp

    clients: list[Any] = []
    groups: list[Any] = []
    stop_of: list[int] = []
    clients_of: list[tuple[int, ...]] = []
    longest = 2 * (len(problem.stops) + 1) * int(problem.travel_s.max(initial=0))
    heavy = 1 + sum(one.value_s for one in problem.stops) + sum(bonus_s.values()) + longest
    for n, one in enumerate(problem.stops):
        windows = one.windows_s or ((0, MOST_S),)
        several, needed = len(windows) > 1, one.required and must
        numbers = tuple(range(len(clients), len(clients) + len(windows)))
        worth = one.value_s + bonus_s.get(n, 0)
        prize = worth if not one.required else (0 if must else heavy)
        clients += [
            pyvrp.Client(
                location=first + n, service_duration=one.service_s, tw_early=opens,
                tw_late=closes, prize=prize, required=needed and not several,
                group=len(groups) if several else None,
            )
            for opens, closes in windows
        ]  # fmt: skip
        if several:
            groups.append(pyvrp.ClientGroup(list(numbers), required=needed))
        stop_of += [n] * len(windows)
        clients_of.append(numbers)
    return clients, groups, stop_of, clients_of


def _profiles(
    problem: Problem, parts: Sequence[Part], rows: NDArray[np.int64], first: int
) -> tuple[dict[int, int], list[Any]]:
    """Return the matrix number of each squad, and one matrix for each set of barred stops."""
    whole = problem.travel_s[np.ix_(rows, rows)].astype(np.int64)
    numbers: dict[tuple[int, ...], int] = {}
    matrices: list[Any] = []
    of: dict[int, int] = {}
    for squad in sorted({part.squad for part in parts}):
        barred = tuple(n for n in range(len(problem.stops)) if not problem.may(squad, n))
        if barred not in numbers:
            numbers[barred] = len(matrices)
            matrices.append(_without(whole, [first + n for n in barred]))
        of[squad] = numbers[barred]
    return of, matrices


def _with_switches(
    profiles: Mapping[int, int],
    matrices: Sequence[Any],
    held: Mapping[int, int],
    switch_s: int,
    first: int,
) -> tuple[dict[int, int], list[Any], list[Any]]:
    """Return one profile for each squad, its costs and its times.

    Going to a stop that another squad has now costs more, and takes no longer.
    """
    costs, times = [], []
    for squad, number in sorted(profiles.items()):
        cost = matrices[number].copy()
        cost[:, [first + stop for stop, other in held.items() if other != squad]] += switch_s
        np.fill_diagonal(cost, 0)
        costs.append(cost)
        times.append(matrices[number])
    return {squad: n for n, squad in enumerate(sorted(profiles))}, costs, times


def _without(whole: Seconds, barred: Sequence[int]) -> Seconds:
    matrix = whole.copy()
    matrix[barred, :] = BARRED_S
    matrix[:, barred] = BARRED_S
    np.fill_diagonal(matrix, 0)
    return matrix


def _solution(model: Model, problem: Problem, plan: Plan) -> Any:
    """Return a plan as PyVRP's solution; of several windows that of its own timeline is taken."""
    import pyvrp

    from enforcement.planner.timing import timeline

    flat = [stops for route in plan.routes for stops in route]
    routes = []
    for n, (part, stops) in enumerate(zip(model.parts, flat, strict=True)):
        if stops:
            line = timeline(problem, part, stops)
            visits = [_client(model, problem, stop, start)
                      for stop, start in zip(stops, line.starts_s, strict=True)]  # fmt: skip
            routes.append(pyvrp.Route(model.data, visits, vehicle_type=n))
    return pyvrp.Solution(model.data, routes)


def _client(model: Model, problem: Problem, stop: int, start_s: int) -> int:
    windows = problem.stops[stop].windows_s
    open_ = [n for n, (opens, closes) in enumerate(windows) if opens <= start_s <= closes]
    return model.clients_of[stop][open_[0] if open_ else 0]


def _routes(model: Model, problem: Problem, solution: Any) -> tuple[Route, ...]:
    found: dict[int, tuple[int, ...]] = {}
    for route in solution.routes():
        visits = (one.idx for one in route.schedule() if one.is_client())
        found[route.vehicle_type()] = tuple(model.stop_of[n] for n in visits)
    numbers = iter(range(len(model.parts)))
    return tuple(
        tuple(found.get(next(numbers), ()) for _part in parts) for parts in problem.parts()
    )
