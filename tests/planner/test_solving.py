"""The planner: known optima, impossible stops, breaks, warm starts, the fallback, cancellation."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from enforcement.planner import Plan, Problem, Squad, Stop, check, solve, vrp
from enforcement.planner.dayfile import read
from enforcement.planner.explain import explain
from enforcement.planner.greedy import construct
from enforcement.planner.travel import straight
from tests.benchmarks.patrol import afternoon
from tests.jurisdiction.small_county import data_file
from tests.planner.making import HOUR, line, problems


def best_by_trying(problem: Problem) -> int:
    """Return the least objective of a problem with one squad without breaks, by all orders."""
    stops = range(len(problem.stops))
    tried = (
        check(problem, Plan(((order,),)))
        for size in range(len(problem.stops) + 1)
        for order in itertools.permutations(stops, size)
    )
    return min(one.objective for one in tried if one.holds)


@pytest.mark.parametrize("seed", range(4))
def test_small_days_are_solved_to_the_optimum(seed: int) -> None:
    chance = np.random.default_rng(seed)
    points = chance.uniform(0, 20_000, (7, 2))
    stops = tuple(
        Stop(1 + n, int(chance.integers(300, 1500)), value_s=int(chance.integers(300, 4000)),
             windows_s=((0, 9000),) if n % 2 else ((3600, 7200), (12_000, 15_000)))
        for n in range(6)
    )  # fmt: skip
    problem = Problem((Squad(0, 0, (0, 4 * HOUR)),), stops, straight(points), points)
    plan = solve(problem, iterations=300)
    assert check(problem, plan).holds
    assert plan.objective == best_by_trying(problem)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_whatever_comes_out_holds_and_misses_nothing_unnamed(problem: Problem) -> None:
    plan = solve(problem, iterations=30)
    checked = check(problem, plan)
    named = {one.stop for one in plan.dropped}
    missed = set(range(len(problem.stops))) - set(plan.squad_of())
    assert named == missed
    assert plan.objective == checked.objective
    broken = [one for one in checked.violations if "required" not in one]
    assert not broken
    assert len(explain(problem, plan)) == len(plan.squad_of())


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_fallback_keeps_every_window_and_shift(problem: Problem) -> None:
    checked = check(problem, construct(problem))
    assert not [one for one in checked.violations if "required" not in one]


def test_impossible_required_stops_are_named_and_the_rest_is_planned() -> None:
    problem = line(
        [
            {"at": 20_000, "required": True},
            {"at": 600, "required": True, "squads": frozenset()},
            {"at": 900, "required": True},
        ],
        [{"window_s": (0, 8 * HOUR), "shift_s": 4 * HOUR}],
    )
    plan = solve(problem, iterations=50)
    assert plan.order(0) == [2]
    assert [(one.stop, one.why.kind) for one in plan.dropped] == [
        (0, "impossible"), (1, "nobody_may"),
    ]  # fmt: skip
    assert plan.dropped[0].why.data["short_s"] == 40_000 + 600 - 4 * HOUR


def test_required_stops_that_do_not_fit_together_leave_one_out() -> None:
    far = [{"at": at, "required": True, "service_s": 6000} for at in (1000, 1000, 1000)]
    plan = solve(line(far, [{"window_s": (0, 4 * HOUR)}]), iterations=50)
    assert len(plan.order(0)) == 2
    assert [one.why.kind for one in plan.dropped] == ["no_time"]


def test_a_break_is_spent_at_the_yard() -> None:
    stops = [{"at": 1000, "required": True, "service_s": 1000} for _n in range(4)]
    problem = line(stops, [{"window_s": (0, 9000), "breaks_s": ((4000, 5000),)}])
    plan = solve(problem, iterations=100)
    assert [len(part) for part in plan.routes[0]] == [2, 2]
    for walked, (on, off) in zip(check(problem, plan).timelines[0], ((0, 4000), (5000, 9000)),
                                 strict=True):  # fmt: skip
        assert on <= walked.leaves_s <= walked.back_s <= off


def test_a_shift_that_floats_is_left_late_and_still_ends_in_time() -> None:
    stop = {"at": 600, "required": True, "windows_s": ((6 * HOUR, 7 * HOUR),)}
    problem = line([stop], [{"window_s": (0, 10 * HOUR), "shift_s": HOUR}])
    assert check(problem, solve(problem, iterations=20)).holds


def a_day(stops: int = 40, squads: int = 4, seed: int = 3) -> Problem:
    chance = np.random.default_rng(seed)
    points = chance.uniform(0, 30_000, (squads + stops, 2))
    made = tuple(
        Stop(squads + n, 900, value_s=int(chance.integers(1200, 6000)), required=n % 5 == 0)
        for n in range(stops)
    )
    teams = tuple(Squad(n, n, (0, 5 * HOUR)) for n in range(squads))
    return Problem(teams, made, straight(points), points)


def test_a_warm_start_leaves_nearly_all_with_their_squads() -> None:
    problem = a_day()
    plan = solve(problem, iterations=800)
    urgent = tuple(replace(problem.stops[n], required=True) if n in (7, 13) else one
                   for n, one in enumerate(problem.stops))  # fmt: skip
    later = replace(problem, stops=urgent)
    again = solve(later, iterations=50, warm=plan)
    assert check(later, again).holds
    before, after = plan.squad_of(), again.squad_of()
    changed = [stop for stop in before if after.get(stop) != before[stop]]
    assert len(changed) < 0.1 * len(before)


def test_iterations_give_the_same_plan_twice() -> None:
    problem = a_day()
    assert solve(problem, iterations=100) == solve(problem, iterations=100)


def test_the_search_beats_the_fallback_it_begins_with() -> None:
    problem = a_day()
    assert solve(problem, iterations=300).objective < check(problem, construct(problem)).objective


@pytest.mark.parametrize("error", [ImportError("no pyvrp"), RuntimeError("overflow")], ids=repr)
def test_without_the_solver_the_fallback_plans(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(vrp, "search", fail)
    plan = solve(a_day(), iterations=10)
    assert plan.solver == "greedy"
    assert check(a_day(), plan).holds


def test_a_cancelled_search_returns_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enforcement.planner.solving.LOOK_S", 0.0)
    asked = iter([False] * 5 + [True] * 100)
    plan = solve(a_day(), seconds=3600, cancel=lambda: next(asked))
    assert check(a_day(), plan).holds


def test_every_stop_says_why_this_squad() -> None:
    problem = line(
        [{"at": 900, "required": True}, {"at": 5000, "value_s": 4000},
         {"at": 5600, "required": True, "squads": frozenset({1})}],
        [{"at": 0}, {"at": 5500}],
    )  # fmt: skip
    told = {one.stop: one for one in explain(problem, solve(problem, iterations=50))}
    assert (told[0].there.kind, told[0].squad, told[0].squad_why.kind) == (
        "required", 0, "least_detour",
    )  # fmt: skip
    assert (told[1].there.kind, told[1].squad_why.kind) == ("worth", "least_detour")
    assert told[2].squad_why.kind == "only_allowed"


def test_an_empty_day_is_planned_too() -> None:
    empty = Problem((), (), np.zeros((0, 0), dtype=np.int64))
    assert solve(empty, seconds=1) == Plan((), solver="greedy")
    assert solve(replace(a_day(), squads=()), seconds=1).routes == ()


def test_urgent_stops_at_noon_change_little_of_the_shared_day() -> None:
    problem = read(data_file("patrol_day1.json"))
    later, running = afternoon(problem, solve(problem, iterations=400))
    again = solve(later, iterations=150, warm=running)
    assert check(later, again).holds
    before, after = running.squad_of(), again.squad_of()
    changed = [stop for stop, squad in before.items() if after.get(stop) != squad]
    assert len(changed) < 0.1 * len(before)
