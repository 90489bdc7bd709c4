"""The checker: an independent walk by brute force agrees, and every broken rule is listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.planner import Plan, Problem, Squad, Stop, check
from enforcement.planner.problem import ProblemError
from enforcement.planner.timing import timeline
from tests.planner.making import HOUR, line, problems

TWO = line(
    [{"at": 600, "value_s": 5000}, {"at": 1200, "required": True, "squads": frozenset({0})}],
    [{}, {"at": 1000}],
)


def test_the_objective_is_travel_and_what_was_left_out() -> None:
    assert check(TWO, Plan((((0, 1),), ((),)))).objective == 2400
    assert check(TWO, Plan((((1,),), ((),)))).objective == 2400 + 5000


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ((((0,),), ((),)), "stop 1: required, not visited"),
        ((((0,),), ((1,),)), "stop 1: squad 1 may not serve it"),
        ((((0, 1),), ((0,),)), "stop 0: visited 2 times"),
        ((((0, 9),), ((),)), "stop 9: unknown"),
        ((((0, 1),),), "routes: not one for each part"),
    ],
    ids=["missing", "barred", "twice", "unknown", "shape"],
)
def test_every_broken_rule_is_listed(routes: tuple, said: str) -> None:
    assert any(one.startswith(said) for one in check(TWO, Plan(routes)).violations)


def test_a_late_window_and_a_long_shift_are_told_in_seconds() -> None:
    late = line([{"at": 1000, "windows_s": ((0, 900),)}], [{}])
    assert check(late, Plan((((0,),),))).violations == ("squad 0 part 0: 100 s late",)
    long = line([{"at": 2000, "service_s": 10}], [{"shift_s": HOUR}])
    assert check(long, Plan((((0,),),))).violations == ("squad 0 part 0: 410 s late",)


def test_who_would_wait_leaves_later() -> None:
    one = line([{"at": 600, "windows_s": ((7200, 7300),)}], [{"shift_s": 1800}])
    [[walked]] = check(one, Plan((((0,),),))).timelines
    assert (walked.leaves_s, walked.wait_s, walked.late_s) == (6600, 0, 0)


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_walk_agrees_with_trying_every_moment(problem: Problem, chance: object) -> None:
    parts = [part for parts in problem.parts() for part in parts]
    part = parts[0]
    stops = list(range(min(3, len(problem.stops))))
    chance.shuffle(stops)  # type: ignore[attr-defined]
    best = timeline(problem, part, stops)
    tried = [_late(problem, part, stops, at) for at in range(part.on_s, part.off_s + 1, 97)]
    assert best.late_s == 0 or min(tried) > 0


def _late(problem: Problem, part: object, stops: list[int], leaves: int) -> int:
    """Walk by the words of the rule, choosing the earliest window that is still open."""
    at, place, late = leaves, part.start, 0  # type: ignore[attr-defined]
    for n in stops:
        one = problem.stops[n]
        at += int(problem.travel_s[place, one.place])
        begins = [max(at, a) for a, b in one.windows_s if at <= b]
        if one.windows_s and not begins:
            late += at - max(b for _a, b in one.windows_s)
        at, place = min(begins, default=at) + one.service_s, one.place
    if stops:
        at += int(problem.travel_s[place, part.end])  # type: ignore[attr-defined]
    return late + max(0, at - part.off_s, at - leaves - part.most_s)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"squads": (Squad(5, 0, (0, 1)),)}, "squads[0].start"),
        ({"squads": (Squad(0, 0, (9, 1)),)}, "squads[0].window_s"),
        ({"squads": (Squad(0, 0, (0, 9), breaks_s=((5, 20),)),)}, "squads[0].breaks_s[0]"),
        ({"stops": (Stop(0, -1),)}, "stops[0].service_s"),
        ({"stops": (Stop(0, 1, ((4, 2),)),)}, "stops[0].windows_s[0]"),
        ({"stops": (Stop(0, 1, squads=frozenset({7})),)}, "stops[0].squads"),
    ],
    ids=["start", "window", "break", "service", "stop-window", "squads"],
)
def test_what_cannot_be_meant_is_refused_by_its_field(change: dict, field: str) -> None:
    with pytest.raises(ProblemError) as refused:
        replace(TWO, **change)
    assert refused.value.field == field
