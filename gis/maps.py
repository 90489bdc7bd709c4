"""Typed results onto a Folium map: areas, squads, incidents, routes, values by village.

No text that a person typed may come here: Folium writes what it gets into scripts. Features carry
ids, codes, and official names of divisions and units, which the page shows as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import folium
from folium.plugins import HeatMap, MarkerCluster

from gis import map_style
from gis.errors import GisError
from gis.features import Collection
from gis.geojson import Bounds
from gis.map_style import LegendItem

TIGHT: Final = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
folium.GeoJson._template.environment.policies["json.dumps_kwargs"] = TIGHT
"""Folium writes areas with a blank after each number: a sixth of a map for nothing."""

PROPERTIES: Final = {
    "kind",
    "id",
    "code",
    "name",
    "parent",
    "state",
    "level",
    "value",
    "seq",
    "unit",
    "brigade",
    "label_lon",
    "label_lat",
}
NAMED: Final = {"county", "township", "village", "squad"}
"""Kinds whose names are official and may be shown."""

CLUSTER_ABOVE: Final = 500


def new_map(bounds: Bounds) -> folium.Map:
    """Return an empty map that shows `bounds`, without tiles and without controls of its own."""
    west, south, east, north = bounds
    made = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        minZoom=7,
        maxZoom=19,
        zoomSnap=0.25,
    )
    made.fit_bounds([[south, west], [north, east]], padding=(8, 8))
    return made


def add_villages(target: folium.Map, villages: Collection) -> None:
    """Add village areas with thin borders."""
    _add(target, villages, lambda _feature: map_style.VILLAGE_LINE)


def add_townships(target: folium.Map, townships: Collection) -> None:
    """Add township borders, thicker, over the villages; clicks pass through to these."""
    _add(target, townships, lambda _feature: map_style.TOWNSHIP_LINE, interactive=False)


def add_squads(target: folium.Map, squads: Collection) -> list[LegendItem]:
    """Add squads' areas coloured by brigade (property `brigade`); return the legend's keys.

    The label of an item is the brigade's code: the caller puts the name in its place.
    """
    found = {str(feature["properties"].get("brigade") or "") for feature in squads["features"]}
    palette = map_style.BRIGADE_COLOURS
    colours = {key: palette[place % len(palette)] for place, key in enumerate(sorted(found - {""}))}
    colours[""] = map_style.OTHER_COLOUR

    def style(feature: Mapping[str, Any]) -> dict[str, Any]:
        colour = colours[str(feature["properties"].get("brigade") or "")]
        return {"color": "#ffffff", "weight": 1.2, "fillColor": colour, "fillOpacity": 0.6}

    _add(target, squads, style)
    legend = [LegendItem(key, key or "不属大队的单位", colours[key]) for key in sorted(found)]
    return [*legend, LegendItem("nobody", "尚无负责单位", map_style.NOBODY_COLOUR)]


def add_choropleth(
    target: folium.Map, villages: Collection, values: Mapping[str, float]
) -> list[LegendItem]:
    """Add villages coloured by a value for each code, their id; return the legend."""
    bounds = map_style.classes(list(values.values()))
    for feature in villages["features"]:
        feature["properties"]["value"] = values.get(feature["id"])

    def style(feature: Mapping[str, Any]) -> dict[str, Any]:
        fill = map_style.colour_of(feature["properties"]["value"], bounds)
        return {**map_style.VILLAGE_LINE, "fillColor": fill, "fillOpacity": 0.85}

    _add(target, villages, style)
    legend = map_style.ramp_legend(list(values.values()), bounds)
    if len(values) < len(villages["features"]):
        legend.append(LegendItem("none", "无数据", map_style.NO_VALUE_COLOUR))
    return legend


def add_incidents(target: folium.Map, incidents: Collection, states: Sequence[LegendItem]) -> None:
    """Add points coloured by their property `state`; many points are clustered."""
    colours = {item.key: item.colour for item in states}

    def style(feature: Mapping[str, Any]) -> dict[str, Any]:
        fill = colours.get(str(feature["properties"].get("state")), map_style.OTHER_COLOUR)
        return {
            "color": "#ffffff",
            "weight": 1.5,
            "fill": True,
            "fillColor": fill,
            "fillOpacity": 0.95,
        }

    parent: Any = target
    if len(incidents["features"]) > CLUSTER_ABOVE:
        cluster: Any = MarkerCluster  # untyped in Folium
        parent = cluster(options={"showCoverageOnHover": False}).add_to(target)
    _add(parent, incidents, style, marker=folium.CircleMarker(radius=7))


def add_routes(target: folium.Map, routes: Collection, stops: Collection) -> None:
    """Add patrol routes as lines and their stops as points."""
    _add(target, routes, lambda _feature: map_style.ROUTE_LINE)
    stop = {
        "color": map_style.STOP_COLOUR,
        "weight": 3,
        "fill": True,
        "fillColor": "#ffffff",
        "fillOpacity": 1,
    }
    _add(target, stops, lambda _feature: stop, marker=folium.CircleMarker(radius=6))


def add_heat(target: folium.Map, points: Sequence[tuple[float, float]]) -> None:
    """Add a heat layer of points (lon, lat in degrees)."""
    heat: Any = HeatMap  # untyped in Folium
    heat([[lat, lon] for lon, lat in points], radius=18, blur=14).add_to(target)


def _add(
    target: Any, collection: Collection, style: Callable[[Mapping[str, Any]], Any], **options: Any
) -> None:
    if not collection["features"]:
        return
    for feature in collection["features"]:
        _check(feature)
    folium.GeoJson(collection, style_function=style, **options).add_to(target)


def _check(feature: Mapping[str, Any]) -> None:
    """Raise GisError where a feature carries more than ids, codes and official names."""
    properties = feature["properties"]
    if "id" not in feature or "kind" not in properties:
        raise GisError("地图要素缺少 id 或 kind")
    if surplus := set(properties) - PROPERTIES:
        raise GisError(f"地图要素不得带有 {', '.join(sorted(surplus))}")
    if properties.get("name") is not None and properties["kind"] not in NAMED:
        raise GisError(f"{properties['kind']} 不得带有名称：只有区划和单位的名称可以上图")
