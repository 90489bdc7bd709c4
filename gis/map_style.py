"""Colours and line widths of maps: calm, told apart by people who see few colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BRIGADE_COLOURS: Final = (
    "#4e79a7",
    "#d99a4e",
    "#5c9e76",
    "#b07aa1",
    "#c8717a",
    "#7f9bb3",
    "#a8935a",
    "#6f8f3f",
)
SHADES: Final = (0.0, 0.45, -0.3, 0.7, -0.5, 0.25)
"""How squads of one brigade are told apart: towards white, or towards dark."""

OTHER_COLOUR: Final = "#c9ced6"
NOBODY_COLOUR: Final = "#fbfbfa"
RAMP: Final = ("#edf4f7", "#c3dde6", "#8fc0d1", "#4f97b3", "#1f6785")
NO_VALUE_COLOUR: Final = "#f1f0ec"
ROUTE_COLOUR: Final = "#3d5a80"
STOP_COLOUR: Final = "#1f6785"

VILLAGE_LINE: Final = {
    "color": "#8fa3b5",
    "weight": 0.8,
    "fillColor": "#ffffff",
    "fillOpacity": 0.7,
}
TOWNSHIP_LINE: Final = {"color": "#44586c", "weight": 2.2, "fill": False}
ROUTE_LINE: Final = {"color": ROUTE_COLOUR, "weight": 4, "opacity": 0.85}


@dataclass(frozen=True)
class LegendItem:
    """One line of a legend; `key` is the code that features carry."""

    key: str
    label: str
    colour: str
    round: bool = False


def squad_colours(codes: Sequence[str]) -> dict[str, str]:
    """Return a colour for each unit code: one hue for a brigade, its squads lighter and darker.

    A unit's code begins with that of its brigade, before the last dot.
    """
    brigades: dict[str, list[str]] = {}
    for code in sorted(codes):
        brigades.setdefault(code.rpartition(".")[0], []).append(code)
    found = {}
    for place, squads in enumerate(brigades.values()):
        hue = BRIGADE_COLOURS[place % len(BRIGADE_COLOURS)]
        for number, code in enumerate(squads):
            found[code] = _shade(hue, SHADES[number % len(SHADES)])
    return found


def _shade(colour: str, step: float) -> str:
    """Return a colour (#rrggbb) mixed with white (`step` > 0) or with dark (`step` < 0)."""
    goal = 255 if step > 0 else 30
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (goal - part) * abs(step)):02x}" for part in parts)


def classes(values: list[float], count: int = len(RAMP)) -> list[float]:
    """Return up to `count` - 1 rising bounds that share the different values out evenly."""
    ordered = sorted(set(values))
    cuts = {ordered[len(ordered) * part // count] for part in range(1, count)} if ordered else set()
    return sorted(cut for cut in cuts if cut > ordered[0])


def colour_of(value: float | None, bounds: list[float]) -> str:
    """Return the colour of a value among rising bounds; a value on a bound belongs above it."""
    if value is None:
        return NO_VALUE_COLOUR
    step = sum(value >= bound for bound in bounds)
    return RAMP[round(step * (len(RAMP) - 1) / max(1, len(bounds)))]


def ink_on(colour: str) -> str:
    """Return black or white, whichever is read better upon a colour (#rrggbb)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part**2.2 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if light > 0.18 else "#ffffff"


def ramp_legend(values: list[float], bounds: list[float]) -> list[LegendItem]:
    """Return the legend of a choropleth: one line for each class that values fall into."""
    if not values:
        return []
    edges = [min(values), *bounds, max(values)]
    lines = []
    for step, (low, high) in enumerate(pairwise(edges)):
        last = step == len(bounds)
        lines.append(LegendItem(f"class-{step}", _range(low, high, last), colour_of(low, bounds)))
    return lines


def _range(low: float, high: float, last: bool) -> str:
    if low == high:
        return f"{low:g}"
    return f"{low:g} – {high:g}" if last else f"{low:g} – 小于 {high:g}"
