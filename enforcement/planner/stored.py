"""Problems and plans as plain JSON, and back: what a run keeps while it is worked on."""

from __future__ import annotations

from typing import Any

import numpy as np

from enforcement.planner.problem import Dropped, Plan, Problem, Reason, Squad, Stop


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON."""
    return {
        "squads": [
            {"start": one.start, "end": one.end, "window_s": one.window_s, "shift_s": one.shift_s,
             "breaks_s": one.breaks_s, "name": one.name} for one in problem.squads
        ],
        "stops": [
            {"place": one.place, "service_s": one.service_s, "windows_s": one.windows_s,
             "required": one.required, "value_s": one.value_s, "name": one.name,
             "squads": None if one.squads is None else sorted(one.squads)} for one in problem.stops
        ],
        "travel_s": problem.travel_s.tolist(),
        "points": None if problem.points is None else problem.points.round(1).tolist(),
    }  # fmt: skip


def problem_from_json(data: dict[str, Any]) -> Problem:
    """Return what `problem_to_json` wrote."""
    squads = tuple(
        Squad(one["start"], one["end"], tuple(one["window_s"]), one["shift_s"],
              tuple((a, b) for a, b in one["breaks_s"]), one["name"]) for one in data["squads"]
    )  # fmt: skip
    stops = tuple(
        Stop(one["place"], one["service_s"], tuple((a, b) for a, b in one["windows_s"]),
             one["required"], one["value_s"],
             None if one["squads"] is None else frozenset(one["squads"]), one["name"])
        for one in data["stops"]
    )  # fmt: skip
    travel = np.array(data["travel_s"], dtype=np.int64).reshape(len(data["travel_s"]), -1)
    points = data["points"]
    if points is not None:
        points = np.array(points, dtype=np.float64).reshape(-1, 2)
    return Problem(squads, stops, travel if len(travel) else np.zeros((0, 0), np.int64), points)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {
        "routes": plan.routes, "objective": plan.objective, "solver": plan.solver,
        "dropped": [
            {"stop": one.stop, "why": vars(one.why), "remedy": one.remedy and vars(one.remedy)}
            for one in plan.dropped
        ],
    }  # fmt: skip


def plan_from_json(data: dict[str, Any]) -> Plan:
    """Return what `plan_to_json` wrote."""
    return Plan(
        tuple(tuple(tuple(part) for part in route) for route in data["routes"]),
        tuple(
            Dropped(one["stop"], Reason(**one["why"]),
                    Reason(**one["remedy"]) if one["remedy"] else None)
            for one in data["dropped"]
        ),
        data["objective"], data["solver"],
    )  # fmt: skip
