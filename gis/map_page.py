"""A Folium map as a page of its own: local assets, one nonce, no address outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from string import Template
from typing import Any, Final

import folium
from branca.element import CssLink, Element, JavascriptLink

from gis.errors import GisError
from gis.map_style import LegendItem

ASSETS: Final = {
    "leaflet.js": "vendor/leaflet/leaflet.js",
    "leaflet.css": "vendor/leaflet/leaflet.css",
    "leaflet.markercluster.js": "vendor/leaflet.markercluster/leaflet.markercluster.js",
    "MarkerCluster.css": "vendor/leaflet.markercluster/MarkerCluster.css",
    "MarkerCluster.Default.css": "vendor/leaflet.markercluster/MarkerCluster.Default.css",
    "leaflet_heat.min.js": "vendor/leaflet.heat/leaflet-heat.js",
}
"""File that a map asks for -> our copy below the static folder."""

DROPPED: Final = re.compile(r"jquery|bootstrap|awesome|glyphicons", re.IGNORECASE)
"""What Folium links on every page and our maps never use."""

OUTSIDE: Final = re.compile(r"""(?:https?:|["'(])//[^\s"'<>)]+""", re.IGNORECASE)

PAGE: Final = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
$links
<style nonce="$nonce">$css</style>
</head>
<body data-map="$name" data-words="$words"$pick>
<main aria-label="$title">$html</main>
$panel
<script nonce="$nonce">
$script
</script>
<script type="module" nonce="$nonce" src="$module"></script>
</body>
</html>
""")

CSS: Final = """
html, body, main, .folium-map { width: 100%; height: 100%; margin: 0; padding: 0; }
body { font: 14px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
.leaflet-container { background: #f4f6f4; font: inherit; }
.leaflet-interactive:focus { outline: none; }
.map-name { padding: 2px 8px; border: 0; border-radius: 4px; color: #1d2b38; }
.map-label { padding: 0; border: 0; background: none; box-shadow: none; color: #2d4052;
  font-size: 12px; font-weight: 600; pointer-events: none;
  text-shadow: 0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff; }
.map-label::before { display: none; }
.far .map-label { display: none; }
.panel { position: absolute; z-index: 1000; right: 8px; bottom: 8px; max-width: 46%;
  max-height: 45%; overflow: auto; border-radius: 6px; background: rgb(255 255 255 / 92%);
  box-shadow: 0 1px 4px rgb(0 0 0 / 25%); font-size: 13px; color: #1d2b38; }
.panel summary { padding: 4px 10px; cursor: pointer; font-weight: 600; }
.panel ul { list-style: none; margin: 0; padding: 0 10px 8px; }
.panel li { display: flex; align-items: center; gap: 6px; }
.panel svg { flex: none; width: 14px; height: 14px; }
.note { position: absolute; margin: 0; z-index: 1000; top: 8px; right: 8px; padding: 2px 10px;
  border-radius: 4px; background: #fff4d6; color: #6b4a00; font-size: 13px;
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%); }
@media (max-width: 480px) { .panel { max-width: 62%; font-size: 12px; } }
"""


def page(
    target: folium.Map,
    nonce: str,
    asset_url: Callable[[str], str],
    *,
    title: str = "地图",
    legend: Sequence[LegendItem] = (),
    legend_title: str = "图例",
    note: str | None = None,
    words: Mapping[str, str] | None = None,
    pick: Sequence[float] | None = None,
) -> str:
    """Return the HTML of a map for an iframe of the same origin.

    nonce -- that of the response's Content-Security-Policy
    asset_url -- turns a name below the static folder ("vendor/leaflet/leaflet.js") into a URL
    note -- a short remark shown on the map, such as 示意
    pick -- let a click choose a place: lon and lat that are chosen at first, or nothing yet
    words -- what kinds of features without an official name are called
    Raises GisError where anything would be fetched from outside.
    """
    figure: Any = target.get_root()
    figure.render()
    name = target.get_name()
    html = PAGE.substitute(
        title=escape(title),
        nonce=escape(nonce),
        name=name,
        words=escape(json.dumps(dict(words or {}), ensure_ascii=False)),
        pick="" if pick is None else f' data-pick="{escape(json.dumps(list(pick)))}"',
        css=CSS,
        links=_links(figure.header, name, nonce, asset_url),
        html=figure.html.render(),
        panel=_panel(legend, legend_title, note),
        script=figure.script.render(),
        module=escape(asset_url("js/map-page.js")),
    )
    if outside := OUTSIDE.search(html):
        raise GisError(f"地图页面引用了外部地址 {outside[0]}")
    return html


def _links(header: Element, name: str, nonce: str, asset_url: Callable[[str], str]) -> str:
    """Return the header's links, each to our copy; what the page itself provides is left out."""
    lines = []
    for key, child in header._children.items():
        if isinstance(child, JavascriptLink | CssLink):
            if asset := _asset(child.url):
                lines.append(_link(asset_url(asset), nonce))
        elif key not in {"meta_http", name}:
            raise GisError(f"地图页面带有未知的页头 {key}")
    return "\n".join(lines)


def _asset(url: str) -> str | None:
    file = url.rsplit("/", 1)[-1]
    if file in ASSETS:
        return ASSETS[file]
    if DROPPED.search(url):
        return None
    raise GisError(f"地图页面引用了未收录的文件 {url}")


def _link(url: str, nonce: str) -> str:
    where, nonce = escape(url), escape(nonce)
    if where.endswith(".css") or ".css?" in where:
        return f'<link rel="stylesheet" nonce="{nonce}" href="{where}">'
    return f'<script nonce="{nonce}" src="{where}"></script>'


def _panel(legend: Sequence[LegendItem], title: str, note: str | None) -> str:
    remark = f'<p class="note">{escape(note)}</p>' if note else ""
    if not legend:
        return remark
    lines = "".join(_line(item) for item in legend)
    return (
        f'{remark}<details class="panel" open><summary>{escape(title)}</summary>'
        f"<ul>{lines}</ul></details>"
    )


def _line(item: LegendItem) -> str:
    corner = 7 if item.round else 2
    swatch = (
        f'<svg aria-hidden="true" viewBox="0 0 14 14"><rect width="14" height="14" '
        f'rx="{corner}" fill="{escape(item.colour)}" stroke="#8fa3b5" stroke-width="0.5"/>'
        "</svg>"
    )
    return f'<li data-key="{escape(item.key)}">{swatch}<span>{escape(item.label)}</span></li>'
