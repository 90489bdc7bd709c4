"""A map as one HTML file that needs nothing else: it opens from a stick, without any network.

Scripts and styles stand in the file, allowed by their hashes only; what is shown is data in a JSON
block, and texts become text nodes, so that no name can turn into markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from gis import file_parts, map_slider
from gis.errors import GisError
from gis.file_parts import Part
from gis.geojson import Bounds
from gis.map_slider import Timeline
from gis.map_style import LegendItem

URL: Final = re.compile(r"url\([^)]*\)")
POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)

PAGE: Final = Template("""<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src $scripts; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
$robots<title>$title</title>
<style>$css</style>
</head>
<body$report>
<header><h1>$title</h1><p>$about</p></header>
$controls<div id="stage"><div id="map" role="application" aria-label="$title"></div>
$panel
</div>
$parts<script type="application/json" id="data">$data</script>
$code
</body>
</html>
""")  # noqa: E501

CSS: Final = """
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; color: #1d2b38;
  font: 14px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
header { padding: 8px 14px; border-bottom: 1px solid #cfd6dd; }
header h1 { margin: 0; font-size: 18px; } header p { margin: 0; color: #45525f; }
#stage { position: relative; flex: 1; display: flex; min-height: 240px; }
#map { flex: 1; background: #f4f6f4; }
.leaflet-container { font: inherit; }
.panel { position: absolute; z-index: 1000; right: 8px; bottom: 8px; max-width: 60%;
  border-radius: 6px; background: rgb(255 255 255 / 92%); box-shadow: 0 1px 4px rgb(0 0 0 / 25%); }
.panel summary { padding: 4px 10px; cursor: pointer; font-weight: 600; }
.panel ul { list-style: none; margin: 0; padding: 0 10px 8px; }
.panel li { display: flex; align-items: center; gap: 6px; }
.panel svg { flex: none; width: 14px; height: 14px; }
@media print { .panel { position: static; } }
"""

SCRIPT: Final = """
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const map = L.map("map", { attributionControl: false, zoomSnap: 0.25, preferCanvas: true });
const [west, south, east, north] = data.bounds;
map.fitBounds([[south, west], [north, east]]);
function said(feature, layer) {
  const text = feature.properties.text;
  if (!text) return;
  const box = document.createElement("span");
  box.textContent = text;
  layer.bindPopup(box);
}
for (const one of data.layers) {
  const style = (feature) => Object.assign({}, one.style, feature.properties.style);
  L.geoJSON(one.collection, {
    style,
    interactive: one.interactive,
    onEachFeature: said,
    pointToLayer: (feature, at) => L.circleMarker(at, style(feature)),
  }).addTo(map);
}
"""


def page(
    static: Path,
    *,
    title: str,
    about: str,
    bounds: Bounds,
    layers: Sequence[Mapping[str, Any]],
    legend: Sequence[LegendItem] = (),
    legend_title: str = "图例",
    lang: str = "zh-CN",
    timeline: Timeline | None = None,
    parts: Sequence[Part] = (),
    hidden: bool = False,
) -> str:
    """Return the HTML of a map; static -- the folder of vendored assets.

    layers -- {collection, style, interactive} in drawing order; a feature's `properties.text` is
    shown when it is clicked, its `properties.style` goes over that of the layer
    timeline -- points with a slider over days; parts -- what stands below the map
    hidden -- search engines are asked to pass by
    Raises GisError where a script could not stand in a page.
    """
    css = COMMENT.sub("", _asset(static, "leaflet", "leaflet.css"))
    styles = [URL.sub("none", css), CSS]
    scripts = [re.sub(r"//# sourceMappingURL=.*", "", _asset(static, "leaflet", "leaflet.js"))]
    data: dict[str, Any] = {"bounds": list(bounds), "layers": list(layers)}
    if timeline is not None:
        styles.append(map_slider.CSS)
        scripts.append(_asset(static, "leaflet.heat", "leaflet-heat.js"))
        data["timeline"] = timeline.data
    scripts.append(SCRIPT)
    if timeline is not None:
        scripts.append(map_slider.SCRIPT)
    if parts:
        styles.append(file_parts.CSS)
    if any("</script" in one.lower() for one in scripts):
        raise GisError("Leaflet 脚本不能放进网页")
    return PAGE.substitute(
        lang=escape(lang), title=escape(title), about=escape(about), css="".join(styles),
        panel=_panel(legend, legend_title), data=_data(data),
        code="\n".join(f"<script>{one}</script>" for one in scripts),
        scripts=" ".join(f"'sha256-{_hash(one)}'" for one in scripts),
        controls=timeline.controls() if timeline else "", parts=file_parts.html_of(parts),
        report=' class="report"' if parts else "",
        robots='<meta name="robots" content="noindex, nofollow">\n' if hidden else "",
    )  # fmt: skip


def policy_of(html: str) -> str:
    """Return the content policy that a file of ours carries, for who serves it as a page."""
    found = POLICY.search(html)
    if found is None:
        raise GisError("网页没有内容安全策略")
    return f"{found[1]}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def _asset(static: Path, folder: str, name: str) -> str:
    return (static / "vendor" / folder / name).read_text(encoding="utf-8")


def _data(value: Any) -> str:
    """Return JSON that may stand in a page: no tag and no comment can begin in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()


def _panel(legend: Sequence[LegendItem], title: str) -> str:
    if not legend:
        return ""
    lines = "".join(
        f'<li><svg aria-hidden="true" viewBox="0 0 14 14"><rect width="14" height="14" '
        f'rx="{7 if one.round else 2}" fill="{escape(one.colour)}" stroke="#8fa3b5"/></svg>'
        f"<span>{escape(one.label)}</span></li>"
        for one in legend
    )
    head = f"<summary>{escape(title)}</summary>"
    return f'<details class="panel" open>{head}<ul>{lines}</ul></details>'
