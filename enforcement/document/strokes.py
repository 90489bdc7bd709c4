"""Handwriting as strokes: checked as it arrives, drawn as SVG. Units: a box of 1000 x 400."""

from __future__ import annotations

import itertools
import math
from typing import Any, Final

from enforcement.errors import InvalidInputError
from enforcement.i18n import _

WIDTH: Final = 1000
HEIGHT: Final = 400
MOST_STROKES: Final = 300
MOST_POINTS: Final = 20_000
LONGEST_MS: Final = 15 * 60 * 1000
LEAST_INK: Final = 150  # length of all strokes: a dot or a slip is no signature
LEAST_SIDE: Final = 40
PEN: Final = 11
MARGIN: Final = 14

Stroke = list[list[int]]
"""Points [x, y, milliseconds since the first touch], at least one."""


def read(value: Any) -> list[Stroke]:
    """Return strokes as they are kept; raises InvalidInputError for what is no handwriting."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_STROKES:
        raise _refused()
    if sum(len(one) if isinstance(one, list) else 1 for one in value) > MOST_POINTS:
        raise InvalidInputError("strokes", _("签名的笔画太多，请清除后重新书写。"))
    found = [_stroke(one) for one in value]
    if _ink(found) < LEAST_INK or max(_sides(found)) < LEAST_SIDE:
        raise InvalidInputError("strokes", _("签名太短，请清除后重新书写。"))
    return found


def svg(strokes: list[Stroke]) -> str:
    """Return the strokes as a picture cut to what was written."""
    left, top, right, bottom = _bounds(strokes)
    left, top = left - MARGIN, top - MARGIN
    wide, high = right - left + MARGIN, bottom - top + MARGIN
    lines = "".join(f"M{_points(one)}" for one in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {high}" '
        f'width="{wide}" height="{high}"><path d="{lines}" fill="none" stroke="#111" '
        f'stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _points(stroke: Stroke) -> str:
    first = stroke if len(stroke) > 1 else [*stroke, stroke[0]]
    return "L".join(f"{x} {y}" for x, y, _t in first)


def _stroke(value: Any) -> Stroke:
    if not isinstance(value, list) or not value:
        raise _refused()
    return [_point(one) for one in value]


def _point(value: Any) -> list[int]:
    if not isinstance(value, list) or len(value) != 3 or not all(_is_number(one) for one in value):
        raise _refused()
    x, y, t = (round(one) for one in value)
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT and 0 <= t <= LONGEST_MS):
        raise _refused()
    return [x, y, t]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bounds(strokes: list[Stroke]) -> tuple[int, int, int, int]:
    xs = [point[0] for one in strokes for point in one]
    ys = [point[1] for one in strokes for point in one]
    return min(xs), min(ys), max(xs), max(ys)


def _sides(strokes: list[Stroke]) -> tuple[int, int]:
    left, top, right, bottom = _bounds(strokes)
    return right - left, bottom - top


def _ink(strokes: list[Stroke]) -> float:
    return sum(math.dist(a[:2], b[:2]) for one in strokes for a, b in itertools.pairwise(one))


def _refused() -> InvalidInputError:
    return InvalidInputError("strokes", _("签名数据有误，请清除后重新书写。"))
