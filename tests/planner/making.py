"""Small problems for tests: squads and stops on a line or in a square, one metre a second."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from enforcement.planner import Problem, Squad, Stop

HOUR = 3600


def line(stops: list[dict[str, Any]], squads: list[dict[str, Any]]) -> Problem:
    """Return a problem whose places lie on a line; `at` is their second from the origin.

    Every squad and every stop has a place of its own.
    """
    at = [one.get("at", 0) for one in squads] + [one["at"] for one in stops]
    travel = np.abs(np.subtract.outer(at, at)).astype(np.int64)
    made = tuple(
        Squad(n, n, one.get("window_s", (0, 8 * HOUR)), one.get("shift_s"), one.get("breaks_s", ()))
        for n, one in enumerate(squads)
    )
    found = tuple(
        Stop(len(squads) + n, one.get("service_s", 600), one.get("windows_s", ()),
             one.get("required", False), one.get("value_s", 0), one.get("squads"))
        for n, one in enumerate(stops)
    )  # fmt: skip
    return Problem(made, found, travel)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Make problems with windows, breaks, short shifts, barred squads; some stops impossible."""
    count = draw(st.integers(1, 3))
    squads = []
    for _n in range(count):
        on = draw(st.integers(0, 3)) * HOUR
        off = on + draw(st.integers(1, 8)) * HOUR
        cut = draw(st.booleans()) and off - on > 2 * HOUR
        squads.append({
            "at": draw(st.integers(0, 5000)), "window_s": (on, off),
            "shift_s": draw(st.sampled_from([None, HOUR, 6 * HOUR])),
            "breaks_s": ((on + HOUR, on + HOUR + 1800),) if cut else (),
        })  # fmt: skip
    span = st.tuples(st.integers(0, 20_000), st.integers(0, 15_000)).map(
        lambda one: (one[0], one[0] + one[1])
    )
    stop = st.fixed_dictionaries({
        "at": st.integers(0, 12_000), "service_s": st.integers(0, 2000),
        "windows_s": st.lists(span, max_size=3).map(tuple), "required": st.booleans(),
        "value_s": st.integers(0, 9000),
        "squads": st.none() | st.frozensets(st.integers(0, count - 1)),
    })  # fmt: skip
    return line(draw(st.lists(stop, max_size=7)), squads)
