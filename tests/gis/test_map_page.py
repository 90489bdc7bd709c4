"""Map pages: nothing from outside, one nonce, no text that a person typed."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import folium
import pytest

from gis import maps
from gis.errors import GisError
from gis.map_page import page
from gis.map_style import LegendItem, classes, colour_of, ramp_legend

BOX = (124.0, 43.0, 124.2, 43.2)
EVIL = "</script><img src=x onerror=alert(1)>${alert(2)}`"
STATES = [LegendItem("new", "待派", "#c8717a", round=True)]


def points(count: int, **properties: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(row),
                "geometry": {"type": "Point", "coordinates": [124.1, 43.1]},
                "properties": {"kind": "incident", "id": str(row), "state": "new"} | properties,
            }
            for row in range(count)
        ],
    }


def square(**properties: Any) -> dict[str, Any]:
    ring = [[124.0, 43.0], [124.1, 43.0], [124.1, 43.1], [124.0, 43.0]]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "990001100200",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"kind": "village", "code": "990001100200"} | properties,
            }
        ],
    }


def shown(target: folium.Map, **options: Any) -> str:
    return page(target, "n0nce", lambda name: f"/static/{name}", **options)


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag in names]


def test_a_page_with_every_layer_links_only_our_own_copies() -> None:
    target = maps.new_map(BOX)
    maps.add_villages(target, square())
    maps.add_incidents(target, points(maps.CLUSTER_ABOVE + 1), STATES)
    maps.add_heat(target, [(124.1, 43.1)])
    html = shown(target, legend=STATES, note="示意图")
    assert not re.search(r"https?://", html)
    tags = Tags(html)
    linked = [tag.get("src") or tag.get("href") for tag in tags.of("script", "link")]
    assert all(link.startswith("/static/") for link in linked if link)
    assert "/static/vendor/leaflet/leaflet.js" in linked
    assert "/static/vendor/leaflet.markercluster/leaflet.markercluster.js" in linked
    assert "/static/vendor/leaflet.heat/leaflet-heat.js" in linked
    assert "/static/js/map-page.js" in linked


def test_every_script_and_style_carries_the_nonce() -> None:
    tags = Tags(shown(maps.new_map(BOX)))
    assert tags.of("script", "style")
    assert {tag.get("nonce") for tag in tags.of("script", "style")} == {"n0nce"}


def test_the_page_is_chinese_and_may_be_zoomed() -> None:
    tags = Tags(shown(maps.new_map(BOX)))
    assert tags.of("html") == [{"lang": "zh-CN"}]
    [viewport] = [tag for tag in tags.of("meta") if tag.get("name") == "viewport"]
    assert viewport["content"] == "width=device-width, initial-scale=1"


def test_an_outside_file_is_refused() -> None:
    target = maps.new_map(BOX)
    folium.plugins.Draw().add_to(target)
    with pytest.raises(GisError, match="未收录"):
        shown(target)


def test_an_outside_tile_layer_is_refused() -> None:
    target = maps.new_map(BOX)
    folium.TileLayer("https://tiles.example/{z}/{x}/{y}.png", attr="x").add_to(target)
    with pytest.raises(GisError, match="外部地址"):
        shown(target)


@pytest.mark.parametrize("properties", [{"title": EVIL}, {"description": "x"}, {"name": EVIL}])
def test_a_feature_with_typed_text_is_refused(properties: dict[str, str]) -> None:
    with pytest.raises(GisError):
        maps.add_incidents(maps.new_map(BOX), points(1, **properties), STATES)


def test_even_an_official_name_stays_data() -> None:
    target = maps.new_map(BOX)
    maps.add_villages(target, square(name=EVIL))
    html = shown(target, legend=[LegendItem("a", EVIL, "#fff")], title=EVIL, note=EVIL)
    assert "<img" not in html
    assert len(Tags(html).of("script")) == html.count("</script>")
    name = re.search(r'"name":("(?:[^"\\]|\\.)*")', html)
    assert name is not None
    assert json.loads(name[1]) == EVIL


def test_classes_share_values_out_and_the_legend_covers_them() -> None:
    values = [float(value) for value in range(10)]
    bounds = classes(values)
    assert bounds == [2.0, 4.0, 6.0, 8.0]
    legend = ramp_legend(values, bounds)
    assert [item.label for item in legend][0::4] == ["0 – 小于 2", "8 – 9"]
    assert {colour_of(value, bounds) for value in values} == {item.colour for item in legend}
    assert classes([3.0, 3.0]) == []
