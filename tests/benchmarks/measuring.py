"""Windows of time, their median and range, and how both are shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width


@dataclass(frozen=True)
class Row:
    """One figure, measured in several windows of one run.

    values -- one per window; note -- what it stands against, how large it was
    """

    what: str
    unit: str
    values: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        """Return the middle of the windows."""
        return statistics.median(self.values)

    def as_json(self) -> dict[str, Any]:
        """Return the figure with its noise."""
        return {
            "what": self.what,
            "unit": self.unit,
            "median": short(self.median),
            "low": short(min(self.values)),
            "high": short(max(self.values)),
            "windows": len(self.values),
            "note": self.note,
        }


def short(value: float) -> float:
    """Return a number with four figures that count."""
    return float(f"{value:.4g}")


def ratio(what: str, ours: Sequence[float], bare: Sequence[float], note: str = "") -> Row:
    """Return ours : bare, window by window, so that both bore the same load."""
    return Row(what, "x", tuple(a / b for a, b in zip(ours, bare, strict=True)), note)


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def rate(act: Callable[[int], Any], *, for_s: float) -> float:
    """Return the calls per second over a window of at least `for_s`; they are numbered from 0."""
    start, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - start) < for_s:
        act(count)
        count += 1
    return count / passed


@contextmanager
def stopwatch(into: list[float]) -> Iterator[None]:
    """Add the seconds of a block to a list."""
    start = time.perf_counter()
    yield
    into.append(time.perf_counter() - start)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(title: str, rows: Sequence[Row]) -> str:
    """Return the figures as people read them."""
    head = ("", "median", "low", "high", "unit", "n", "")
    cells = [head] + [
        (
            row.what,
            f"{short(row.median):g}",
            f"{short(min(row.values)):g}",
            f"{short(max(row.values)):g}",
            row.unit,
            str(len(row.values)),
            row.note,
        )
        for row in rows
    ]
    wide = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            _padded(cell, size, left=place in (0, 4, 6))
            for place, (cell, size) in enumerate(zip(line, wide, strict=True))
        )
        for line in cells
    ]
    return "\n".join([f"== {title}", *(line.rstrip() for line in lines)])


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, size: int, *, left: bool) -> str:
    space = " " * (size - _width(text))
    return text + space if left else space + text
