"""Why a plan is as it is: for each stop on it, and for each that was left out."""

from __future__ import annotations

from dataclasses import dataclass

from enforcement.planner.greedy import Fits, Insertion
from enforcement.planner.problem import Dropped, Part, Plan, Problem, Reason


@dataclass(frozen=True)
class Explained:
    """Of one stop on the plan: why it is there, and why with this squad."""

    stop: int
    squad: int
    there: Reason
    squad_why: Reason


def explain(problem: Problem, plan: Plan) -> list[Explained]:
    """Return the reasons of every stop on the plan, squad by squad in order."""
    insertion = Insertion(problem)
    parts = problem.parts()
    flat = [(part, list(stops)) for squad, route in enumerate(plan.routes)
            for part, stops in zip(parts[squad], route, strict=True)]  # fmt: skip
    fits = [insertion.fits(part, stops) for part, stops in flat]
    found = []
    for part, stops in flat:
        for place, stop in enumerate(stops):
            detour = _detour(problem, part, stops, place)
            there = _there(problem, stop, detour)
            why = _squad_why(problem, stop, part, detour, flat, fits)
            found.append(Explained(stop, part.squad, there, why))
    return found


def _detour(problem: Problem, part: Part, stops: list[int], place: int) -> int:
    """Return the travel seconds that leaving the stop out would save."""
    route = [part.start, *(problem.stops[n].place for n in stops), part.end]
    before, here, after = route[place : place + 3]
    travel = problem.travel_s
    skipped = 0 if len(stops) == 1 else int(travel[before, after])
    return int(travel[before, here]) + int(travel[here, after]) - skipped


def _there(problem: Problem, stop: int, detour_s: int) -> Reason:
    one = problem.stops[stop]
    if one.required:
        return Reason("required", {"detour_s": detour_s})
    minutes = max(1.0, (detour_s + one.service_s) / 60)
    return Reason("worth", {"value_s": one.value_s, "detour_s": detour_s,
                            "per_minute": round(one.value_s / minutes, 1)})  # fmt: skip


def _squad_why(
    problem: Problem,
    stop: int,
    part: Part,
    detour_s: int,
    flat: list[tuple[Part, list[int]]],
    fits: list[Fits],
) -> Reason:
    """Return why this squad: the only one allowed or in time, the nearest, or the least detour."""
    other = [
        (int(fit.added_s[stop]), int(fit.late_s[stop]), one.squad)
        for (one, _stops), fit in zip(flat, fits, strict=True)
        if one.squad != part.squad and problem.may(one.squad, stop)
    ]
    if not other:
        return Reason("only_allowed")
    in_time = [one for one in other if not one[1]]
    if not in_time:
        return Reason("only_in_time", {"detour_s": detour_s})
    added_s, _late, squad = min(in_time)
    said = {"detour_s": detour_s, "other": squad, "other_s": added_s}
    if added_s >= detour_s:
        return Reason("least_detour", said)
    near = min(flat, key=lambda one: int(problem.travel_s[one[0].start, problem.stops[stop].place]))
    return Reason("nearest_yard" if near[0].start == part.start else "fits_round", said)


def dropped(problem: Problem, plan: Plan, known: dict[int, Dropped] | None = None) -> list[Dropped]:
    """Return every stop that is not on the plan, why, and what would bring it in.

    known -- stops whose reason is found already, by number
    """
    served = plan.squad_of()
    missing = [n for n in range(len(problem.stops)) if n not in served]
    if not missing:
        return []
    insertion, parts = Insertion(problem), problem.parts()
    fits = [
        (part, insertion.fits(part, list(stops)))
        for squad, route in enumerate(plan.routes)
        for part, stops in zip(parts[squad], route, strict=True)
    ]
    known = known or {}
    return [known[n] if n in known else _left_out(problem, n, fits) for n in missing]


def _left_out(problem: Problem, stop: int, fits: list[tuple[Part, Fits]]) -> Dropped:
    tried = [
        (int(fit.late_s[stop]), int(fit.added_s[stop]), part.squad)
        for part, fit in fits
        if problem.may(part.squad, stop)
    ]
    if not tried:
        return Dropped(stop, Reason("nobody_may"), Reason("allow_squad"))
    late_s, added_s, squad = min(tried)
    said = {"squad": squad, "added_s": added_s, "value_s": problem.stops[stop].value_s}
    if late_s == 0:
        return Dropped(stop, Reason("not_worth", said), Reason("require", said))
    short = said | {"short_s": late_s}
    return Dropped(stop, Reason("no_time", short), Reason("more_time", short))
