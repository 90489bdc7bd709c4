"""What is planned: squads with their shifts, stops with their windows, travel between places.

Moments and spans are whole seconds; the zero of the clock is the caller's (midnight, shift start).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
DAY_S: Final = 24 * 3600
MOST_S: Final = 7 * DAY_S
"""No moment, span or value of a problem is larger: products stay far inside 64 bits."""


class ProblemError(ValueError):
    """A problem states something impossible; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True)
class Squad:
    """One squad's shift.

    start, end -- places (rows of the travel matrix) where it leaves and has to be back
    window_s -- from when it may leave to when it must be back
    shift_s -- the most it is out, breaks not counted; None: as long as the window
    breaks_s -- spans it spends at its end place: they cut the shift into parts
    """

    start: int
    end: int
    window_s: tuple[int, int]
    shift_s: int | None = None
    breaks_s: tuple[tuple[int, int], ...] = ()
    name: str = ""

    @property
    def out_s(self) -> int:
        """Return the most seconds that the squad is out."""
        whole = self.window_s[1] - self.window_s[0]
        return whole if self.shift_s is None else min(self.shift_s, whole)


@dataclass(frozen=True)
class Stop:
    """A place to visit.

    windows_s -- when the visit may begin; empty: at any time; service_s -- how long it takes
    required -- must be on the plan; value_s -- seconds of travel that leaving it out costs
    squads -- who may serve it (numbers of squads); None: all
    """

    place: int
    service_s: int
    windows_s: tuple[tuple[int, int], ...] = ()
    required: bool = False
    value_s: int = 0
    squads: frozenset[int] | None = None
    name: str = ""


@dataclass(frozen=True)
class Part:
    """A stretch of a squad's shift between breaks: from `start` to `end` within the span."""

    squad: int
    start: int
    end: int
    on_s: int
    off_s: int
    most_s: int


@dataclass(frozen=True)
class Problem:
    """Squads, stops and travel_s: seconds from place to place, shape (places, places)."""

    squads: tuple[Squad, ...]
    stops: tuple[Stop, ...]
    travel_s: Seconds
    points: NDArray[np.float64] | None = field(default=None)
    """Metres east and north of each place, shape (places, 2); only helps the search."""

    def __post_init__(self) -> None:
        """Raise ProblemError for what cannot be meant."""
        count = len(self.travel_s)
        if self.travel_s.shape != (count, count) or (count and self.travel_s.min() < 0):
            raise ProblemError("travel_s", "must be square and hold no negative times")
        if count and (self.travel_s.diagonal().any() or self.travel_s.max() > MOST_S):
            raise ProblemError("travel_s", "needs a zero diagonal and times below a week")
        for n, squad in enumerate(self.squads):
            _check_squad(f"squads[{n}]", squad, count)
        for n, stop in enumerate(self.stops):
            _check_stop(f"stops[{n}]", stop, count, len(self.squads))

    def parts(self) -> list[list[Part]]:
        """Return each squad's parts, the earliest first; without breaks there is one."""
        return [parts_of(n, squad) for n, squad in enumerate(self.squads)]

    def may(self, squad: int, stop: int) -> bool:
        """Tell whether the squad may serve the stop."""
        allowed = self.stops[stop].squads
        return allowed is None or squad in allowed


@dataclass(frozen=True)
class Reason:
    """Why: a kind, and the numbers or names that a sentence about it needs."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """A stop that is not on the plan, why, and what would bring it in."""

    stop: int
    why: Reason
    remedy: Reason | None = None


Route = tuple[tuple[int, ...], ...]
"""The stops of one squad in order, one tuple for each part of its shift."""


@dataclass(frozen=True)
class Plan:
    """Who visits what in which order, and what is left out; `solver` made it."""

    routes: tuple[Route, ...]
    dropped: tuple[Dropped, ...] = ()
    objective: int = 0
    solver: str = ""

    def order(self, squad: int) -> list[int]:
        """Return a squad's stops of the whole day, in order."""
        return [stop for part in self.routes[squad] for stop in part]

    def squad_of(self) -> dict[int, int]:
        """Return which squad serves each stop that is on the plan."""
        return {stop: n for n in range(len(self.routes)) for stop in self.order(n)}


def parts_of(number: int, squad: Squad) -> list[Part]:
    """Return the parts of a shift; the last ones are shortened where all are longer than it."""
    on, off = squad.window_s
    if not squad.breaks_s:
        return [Part(number, squad.start, squad.end, on, off, squad.out_s)]
    ends = [*(begin for begin, _end in squad.breaks_s), off]
    begins = [on, *(end for _begin, end in squad.breaks_s)]
    left, found = squad.out_s, []
    for n, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        span = max(0, min(end - begin, left))
        left -= span
        start = squad.start if n == 0 else squad.end
        found.append(Part(number, start, squad.end, begin, begin + span, span))
    return found


def _check_squad(field_name: str, squad: Squad, places: int) -> None:
    for name in ("start", "end"):
        if not 0 <= getattr(squad, name) < places:
            raise ProblemError(f"{field_name}.{name}", "is no place of the matrix")
    _check_span(f"{field_name}.window_s", squad.window_s)
    if squad.shift_s is not None and not 0 <= squad.shift_s <= MOST_S:
        raise ProblemError(f"{field_name}.shift_s", "must be between 0 and a week")
    before = squad.window_s[0]
    for n, span in enumerate(squad.breaks_s):
        _check_span(f"{field_name}.breaks_s[{n}]", span)
        if span[0] < before or span[1] > squad.window_s[1]:
            raise ProblemError(f"{field_name}.breaks_s[{n}]", "lies outside the shift or overlaps")
        before = span[1]


def _check_stop(field_name: str, stop: Stop, places: int, squads: int) -> None:
    if not 0 <= stop.place < places:
        raise ProblemError(f"{field_name}.place", "is no place of the matrix")
    for name in ("service_s", "value_s"):
        if not 0 <= getattr(stop, name) <= MOST_S:
            raise ProblemError(f"{field_name}.{name}", "must be between 0 and a week")
    for n, span in enumerate(stop.windows_s):
        _check_span(f"{field_name}.windows_s[{n}]", span)
    if stop.squads is not None and not all(0 <= one < squads for one in stop.squads):
        raise ProblemError(f"{field_name}.squads", "names a squad that does not exist")


def _check_span(field_name: str, span: tuple[int, int]) -> None:
    if not 0 <= span[0] <= span[1] <= MOST_S:
        raise ProblemError(field_name, "must begin before it ends, within a week")
