"""Files of one day, format patrol-day/1: depots and stops in metres, squads, seconds from 0."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np

from enforcement.planner.problem import Problem, ProblemError, Squad, Stop
from enforcement.planner.travel import straight

FORMAT: Final = "patrol-day/1"
MOST_STOPS: Final = 2000
MOST_SQUADS: Final = 200
MOST_M: Final = 2_000_000


def read(data: bytes) -> Problem:
    """Return the problem of a file; raises ProblemError that names the field at fault."""
    try:
        day = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ProblemError("file", f"is no JSON ({error})") from error
    if not isinstance(day, dict) or day.get("format") != FORMAT:
        raise ProblemError("format", f"must be {FORMAT!r}")
    depots = [_point(f"depots[{n}]", one) for n, one in enumerate(_list(day, "depots", 1000))]
    stops = [_object(f"stops[{n}]", one) for n, one in enumerate(_list(day, "stops", MOST_STOPS))]
    places = [_point(f"stops[{n}]", [one.get("x"), one.get("y")]) for n, one in enumerate(stops)]
    squads = tuple(
        _squad(f"squads[{n}]", _object(f"squads[{n}]", one), len(depots))
        for n, one in enumerate(_list(day, "squads", MOST_SQUADS))
    )
    points = np.array([*depots, *places], dtype=np.float64).reshape(-1, 2)
    made = tuple(_stop(f"stops[{n}]", one, len(depots) + n) for n, one in enumerate(stops))
    return Problem(squads, made, straight(points), points)


def _squad(field: str, one: dict[str, Any], depots: int) -> Squad:
    depot = _whole(f"{field}.depot", one.get("depot"))
    if not 0 <= depot < depots:
        raise ProblemError(f"{field}.depot", "is no depot of the file")
    breaks = one.get("breaks_s", [])
    if not isinstance(breaks, list):
        raise ProblemError(f"{field}.breaks_s", "must be a list of [from, to]")
    return Squad(
        depot, depot, _span(f"{field}.window_s", one.get("window_s")),
        _whole(f"{field}.shift_s", one["shift_s"]) if "shift_s" in one else None,
        tuple(_span(f"{field}.breaks_s[{n}]", span) for n, span in enumerate(breaks)),
    )  # fmt: skip


def _stop(field: str, one: dict[str, Any], place: int) -> Stop:
    required = one.get("required", False)
    if not isinstance(required, bool):
        raise ProblemError(f"{field}.required", "must be true or false")
    window = one.get("window_s")
    return Stop(
        place, _whole(f"{field}.service_s", one.get("service_s")),
        () if window is None else (_span(f"{field}.window_s", window),), required,
        _whole(f"{field}.prize", one.get("prize", 0)), _allowed(field, one),
        name=str(one.get("kind", "")),
    )  # fmt: skip


def _allowed(field: str, one: dict[str, Any]) -> frozenset[int] | None:
    named = one.get("squads")
    if named is None:
        return None
    if not isinstance(named, list):
        raise ProblemError(f"{field}.squads", "must be a list of numbers of squads")
    return frozenset(_whole(f"{field}.squads[{n}]", number) for n, number in enumerate(named))


def _list(day: dict[str, Any], field: str, most: int) -> list[Any]:
    found = day.get(field)
    if not isinstance(found, list):
        raise ProblemError(field, "must be a list")
    if len(found) > most:
        raise ProblemError(field, f"holds more than {most}")
    return found


def _object(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProblemError(field, "must be an object")
    return value


def _point(field: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ProblemError(field, "must be two numbers of metres")
    for name, number in zip("xy", value, strict=True):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ProblemError(f"{field}.{name}", "must be a number of metres")
        if not -MOST_M <= number <= MOST_M:
            raise ProblemError(f"{field}.{name}", f"must be within {MOST_M} m")
    return float(value[0]), float(value[1])


def _span(field: str, value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise ProblemError(field, "must be [from, to] in seconds")
    return _whole(f"{field}[0]", value[0]), _whole(f"{field}[1]", value[1])


def _whole(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ProblemError(field, "must be a whole number of seconds")
    return int(value)
