"""Points of a map file that a reader looks at day by day, as dots or as heat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

CSS: Final = """
.time { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center; padding: 8px 14px;
  border-bottom: 1px solid #cfd6dd; }
.time fieldset { display: flex; gap: 10px; margin: 0; padding: 0; border: 0; }
.time legend { float: left; padding: 0 8px 0 0; color: #45525f; }
.time label { display: flex; gap: 4px; align-items: center; }
.time .day { flex: 1 1 260px; } .time input[type=range] { flex: 1; min-width: 140px; }
.time output { font-variant-numeric: tabular-nums; min-width: 12em; }
@media print { .time { display: none; } }
"""

SCRIPT: Final = """
"use strict";
{
  const time = data.timeline;
  const box = document.getElementById("time");
  const slider = box.querySelector("input[type=range]");
  const said = box.querySelector("output");
  const dots = L.layerGroup().addTo(map);
  let heat = null;
  const pick = (name) => box.querySelector(`[name=${name}]:checked`).value;
  const words = (point) => {
    const line = document.createElement("span");
    line.textContent = `${time.kinds[point[3]][0]} · ${time.days[point[2]]}`;
    return line;
  };
  function draw() {
    const day = Number(slider.value);
    const span = pick("span");
    const look = pick("look");
    slider.disabled = span === "all";
    const shown = time.points.filter((point) => span === "all"
      || (span === "day" ? point[2] === day : point[2] <= day));
    dots.clearLayers();
    if (heat) map.removeLayer(heat);
    heat = null;
    if (look === "dots") {
      for (const point of shown) {
        L.circleMarker([point[1] / 1e5, point[0] / 1e5], { radius: 4, weight: 1, color: "#ffffff",
          fillColor: time.kinds[point[3]][1], fillOpacity: 0.9 })
          .bindPopup(() => words(point)).addTo(dots);
      }
    } else if (look === "heat" && shown.length) {
      heat = L.heatLayer(shown.map((point) => [point[1] / 1e5, point[0] / 1e5]),
        { radius: 18, blur: 14 }).addTo(map);
    }
    const label = span === "all" ? time.words.all : time.days[day];
    said.textContent = `${label} · ${time.words.count.replace("{n}", shown.length)}`;
  }
  box.addEventListener("input", draw);
  draw();
}
"""


@dataclass(frozen=True)
class Timeline:
    """Points over days.

    days -- their names in order; kinds -- name and colour of each; points -- longitude and
    latitude in 1e-5 degrees, number of the day, number of the kind
    words -- span, all, day, until, look, dots, heat, none, slider, and count with {n}
    """

    days: Sequence[str]
    kinds: Sequence[tuple[str, str]]
    points: Sequence[Sequence[int]]
    words: Mapping[str, str]

    @property
    def data(self) -> dict[str, Any]:
        """Return what the script reads."""
        kept = {name: self.words[name] for name in ("all", "count")}
        return {"days": list(self.days), "kinds": [list(one) for one in self.kinds],
                "points": [list(one) for one in self.points], "words": kept}  # fmt: skip

    def controls(self) -> str:
        """Return the HTML of the controls."""
        word = {name: escape(text) for name, text in self.words.items()}
        last = max(0, len(self.days) - 1)
        return (
            f'<div class="time" id="time">{_choice("span", word, ("all", "day", "until"))}'
            f'{_choice("look", word, ("dots", "heat", "none"))}<label class="day">{word["slider"]}'
            f'<input type="range" min="0" max="{last}" value="{last}" disabled></label>'
            f'<output aria-live="polite"></output></div>'
        )


def _choice(name: str, word: Mapping[str, str], options: Sequence[str]) -> str:
    buttons = "".join(
        f'<label><input type="radio" name="{name}" value="{one}"{" checked" if one == options[0] else ""}>'  # noqa: E501
        f"{word[one]}</label>"
        for one in options
    )
    return f"<fieldset><legend>{word[name]}</legend>{buttons}</fieldset>"
