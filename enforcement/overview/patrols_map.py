"""The map of a report on patrols, as one file to take along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.actor import Actor
from enforcement.i18n import _, in_english
from enforcement.jurisdiction import map_queries
from enforcement.jurisdiction.maps import note_of
from enforcement.overview import patrols_sql as sql
from enforcement.overview.patrols import Report
from enforcement.overview.patrols_out import presence
from enforcement.permissions import Permission
from gis import map_file, map_style
from gis.map_style import LegendItem

MOST_LINES: Final = 3000
MOST_PLACES: Final = 5000
VISITED: Final = "#2a7d4f"
MISSED: Final = "#b3372f"
TRACK: Final = "#3d5a80"
DOT: Final = {"radius": 5, "weight": 1, "color": "#ffffff", "fillOpacity": 0.95}


def as_html(session: Session, actor: Actor, report: Report) -> str:
    """Return villages by the minutes somebody was there, tracks, stops visited and missed.

    Tracks are drawn for those who may see positions, and the look is logged.
    """
    bounds = map_queries.extent(session, report.edition)
    zoom = map_queries.zoom_for(bounds) + 1
    villages = map_queries.villages(session, report.edition, zoom=zoom)
    minutes = presence(session, report)
    classes = map_style.classes(list(minutes.values()))
    _paint(villages, minutes, classes)
    legend = [LegendItem(one.key, _("%(n)s分钟", n=one.label), one.colour)
              for one in map_style.ramp_legend(list(minutes.values()), classes)]  # fmt: skip
    layers = [{"collection": villages, "style": map_style.VILLAGE_LINE | {"fillOpacity": 0.75},
               "interactive": True}]  # fmt: skip
    if permissions.allows(actor, Permission.POSITION_READ):
        layers.append({"collection": _lines(session, report), "interactive": False,
                       "style": {"color": TRACK, "weight": 2, "opacity": 0.7}})  # fmt: skip
        legend.append(LegendItem("track", _("轨迹"), TRACK))
        audit.record(session, actor.county_code, "report:map", "patrol", str(report.period.first),
                     actor=actor, last=report.period.last.isoformat())  # fmt: skip
    layers.append({"collection": _places(session, report), "style": DOT, "interactive": True})
    legend += [LegendItem("visited", _("已到访"), VISITED, round=True),
               LegendItem("missed", _("未到访"), MISSED, round=True)]  # fmt: skip
    about = _("%(first)s 至 %(last)s", first=report.period.first, last=report.period.last)
    return map_file.page(
        Path(current_app.static_folder or ""), title=_("巡查统计地图"),
        about=" · ".join(filter(None, (about, note_of(report.edition)))), bounds=bounds,
        layers=layers, legend=legend, legend_title=_("各村巡查时间"),
        lang="en" if in_english() else "zh-CN",
    )  # fmt: skip


def _paint(villages: Any, minutes: dict[str, float], classes: list[float]) -> None:
    """Give villages their colour and their words."""
    for feature in villages["features"]:
        code, name = feature["id"], feature["properties"].get("name") or ""
        value = minutes.get(code)
        feature["properties"] = {
            "text": f"{name} · " + _("%(n)s分钟", n=f"{value or 0:.0f}"),
            "style": {"fillColor": map_style.colour_of(value, classes)},
        }


def _lines(session: Session, report: Report) -> dict[str, Any]:
    rows = session.execute(sql.LINES, report.asked | {"most": MOST_LINES})
    return _collection([_feature(json.loads(row.shape), {}) for row in rows])


def _places(session: Session, report: Report) -> dict[str, Any]:
    """Return the stops that were planned, green where somebody came."""
    return _collection([
        _feature(
            {"type": "Point", "coordinates": [round(row.lon, 5), round(row.lat, 5)]},
            {"text": f"{row.patrol_on} · " + (_("已到访") if row.visited else _("未到访")),
             "style": {"fillColor": VISITED if row.visited else MISSED}},
        )
        for row in session.execute(sql.PLACES, report.asked | {"most": MOST_PLACES})
    ])  # fmt: skip


def _feature(geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
