"""The maps of a report: which areas, in which colours; for a frame, for paper, for one file."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.briefing import counting_sql as sql
from enforcement.briefing import queries, tables, wording
from enforcement.briefing.asking import Kind
from enforcement.briefing.figures import Briefing, Outline
from enforcement.errors import NotFoundError
from enforcement.i18n import _, in_english
from enforcement.jurisdiction import map_queries
from enforcement.jurisdiction.maps import CountyMap, note_of
from enforcement.jurisdiction.models import Area, Edition
from enforcement.permissions import Permission
from enforcement.wall import over_county
from gis import features, map_file, map_style, maps, svg
from gis.file_parts import Part
from gis.geojson import Bounds
from gis.layers import SpatialLayer
from gis.map_slider import Timeline
from gis.map_style import LegendItem

MOST_POINTS: Final = 5000
EXACT, COARSE = 1, 100
"""Steps of 1e-5 degrees in which places stand in a file: about 1 m, and about 100 m for others."""
BORDER: Final = "#8fa3b5"
REPEAT: Final = "#b3372f"
OTHER: Final = "#7a7f87"
DOTS: Final = map_style.BRIGADE_COLOURS
ZOOM: Final = 12.0


@dataclass(frozen=True)
class Ground:
    """The areas of a report's map, and how much came in each."""

    edition: Edition
    layer: SpatialLayer
    values: dict[str, float]
    outside: int

    @property
    def bounds(self) -> list[float]:
        """Return the bounds of the classes of colour."""
        return map_style.classes(list(self.values.values()))


@over_county
def ground(session: Session, about: Outline) -> Ground:
    """Return what a report's map is made of; raises NotFoundError without boundaries.

    What came is counted over the county, as in the report's tables.
    """
    edition, asked = about.edition, about.asked
    if edition is None:
        raise NotFoundError(_("这段时间没有启用的界线，无法制图。"))
    found = queries.villages(session, asked)
    layer = queries.areas(edition, edition.level)
    if asked.subject.kind is Kind.TOWNSHIP:
        layer = layer.only(Area.code.startswith(asked.subject.code))
    elif asked.subject.is_unit:
        named = asked.values | {"on": asked.period.last, "edition": edition.id,
                                "level": edition.level}  # fmt: skip
        own = set(session.scalars(sql.OWN_VILLAGES, named))
        layer = layer.only(Area.code.in_(own | found.keys()))
    codes = list(session.scalars(select(layer.key).where(*layer.where)))
    values = {code: float(found.get(code, 0)) for code in codes}
    if not values:
        raise NotFoundError(_("这段时间没有启用的界线，无法制图。"))
    return Ground(edition, layer, values, sum(n for code, n in found.items() if code not in values))


def frame(session: Session, about: Outline) -> CountyMap:
    """Return the map of areas for a page's frame."""
    drawn = ground(session, about)
    bounds = map_queries.extent_of(session, drawn.layer)
    made = CountyMap(maps.new_map(bounds), note_of(drawn.edition))
    maps.add_choropleth(made.target, _areas(session, drawn, bounds), drawn.values)
    made.legend = _legend(drawn)
    return made


def _areas(session: Session, drawn: Ground, bounds: Bounds) -> dict[str, Any]:
    zoom = max(map_queries.zoom_for(bounds) + 1, map_queries.FARTHEST)
    return features.collection(
        session, drawn.layer, "village", {"code": Area.code, "name": Area.name}, zoom=zoom
    )


def on_paper(
    session: Session, briefing: Briefing, *, width_mm: float, height_mm: float
) -> dict[str, Any]:
    """Return the drawn map with repeat places, and its legend; nothing without boundaries.

    width_mm, height_mm -- the room on the paper
    """
    try:
        drawn = ground(session, briefing)
    except NotFoundError:
        return {}
    west, south, east, north = map_queries.extent_of(session, drawn.layer)
    ratio = (east - west) * math.cos(math.radians((south + north) / 2)) / (north - south)
    fills = {code: map_style.colour_of(n, drawn.bounds) for code, n in drawn.values.items()}
    marks = [svg.Mark(one.lon, one.lat, colour=REPEAT) for one in briefing.repeats or ()]
    layers = [svg.Painted(drawn.layer, fills, 0.15, BORDER)]
    legend = [{"label": one.label, "color": one.colour} for one in _legend(drawn)]
    if marks:
        legend.append({"label": _("重复发生的地点"), "color": REPEAT})
    return {
        "map_svg": svg.static_map(
            session, layers, marks, width_mm=min(width_mm, height_mm * ratio)
        ),
        "schematic": note_of(drawn.edition) is not None, "legend": legend,
    }  # fmt: skip


def as_html(session: Session, actor: Actor, briefing: Briefing, *, public: bool = False) -> str:
    """Return the whole report as one file that opens without any network.

    public -- for those without an account: places to about 100 m
    """
    drawn = ground(session, briefing)
    bounds = map_queries.extent_of(session, drawn.layer)
    villages = _areas(session, drawn, bounds)
    _paint(villages, drawn)
    legend = _legend(drawn)
    made = _points(session, actor, briefing, COARSE if public else EXACT)
    legend += [LegendItem(f"kind-{n}", name, colour, round=True)
               for n, (name, colour) in enumerate(made.kinds if made else ())]  # fmt: skip
    about = " · ".join(filter(None, (wording.about(briefing), note_of(drawn.edition))))
    return map_file.page(
        Path(current_app.static_folder or ""), title=wording.title(briefing), about=about,
        bounds=bounds, legend=legend, legend_title=wording.event_word(briefing),
        layers=[{"collection": villages, "interactive": True,
                 "style": map_style.VILLAGE_LINE | {"fillOpacity": 0.75}}],
        lang="en" if in_english() else "zh-CN", timeline=made,
        parts=parts(briefing, made, drawn.outside, public=public), hidden=True,
    )  # fmt: skip


def _legend(drawn: Ground) -> list[LegendItem]:
    """Return the legend of the areas' colours in the reader's language."""
    ramp = map_style.ramp_legend(list(drawn.values.values()), drawn.bounds)
    below = _("小于")
    return [replace(one, label=_("%(n)s件", n=one.label.replace("小于", below))) for one in ramp]


def _paint(villages: dict[str, Any], drawn: Ground) -> None:
    """Give areas their colour and their words."""
    for feature in villages["features"]:
        n = drawn.values.get(feature["id"], 0)
        name = feature["properties"].get("name") or ""
        feature["properties"] = {
            "text": f"{name} · " + _("%(n)s件", n=f"{n:.0f}"),
            "style": {"fillColor": map_style.colour_of(n, drawn.bounds)},
        }


def _points(session: Session, actor: Actor, briefing: Briefing, step: int) -> Timeline | None:
    """Return the places of events by day, for those who may see events of that sort."""
    right = Permission.CASE_READ if briefing.of_cases else Permission.INCIDENT_READ
    if not permissions.allows(actor, right) or (briefing.of_cases and step == COARSE):
        return None
    kinds = {one.code: n for n, one in enumerate(briefing.kinds[: len(DOTS)])}
    other = len(kinds)
    rows = queries.points(session, briefing.asked, MOST_POINTS)
    named = [(wording.kind_name(briefing, code), DOTS[n]) for code, n in kinds.items()]
    if len(briefing.kinds) > other:
        named.append((_("其他类别"), OTHER))
    return Timeline(
        days=_days(briefing), kinds=named, words=_words(),
        points=[(_step(row.lon, step), _step(row.lat, step), row.day, kinds.get(row.kind, other))
                for row in rows],
    )  # fmt: skip


def _step(degrees: float, step: int) -> int:
    return round(degrees * 1e5 / step) * step


def _days(briefing: Briefing) -> list[str]:
    first = briefing.period.first
    return [(first + timedelta(days=n)).isoformat() for n in range(briefing.period.days)]


def _words() -> dict[str, str]:
    return {
        "span": _("时间"), "all": _("整个时期"), "day": _("当天"), "until": _("到当天为止"),
        "look": _("显示"), "dots": _("点"), "heat": _("热力"), "none": _("不显示点"),
        "slider": _("日期"), "count": _("{n}件"),
    }  # fmt: skip


def parts(
    briefing: Briefing, made: Timeline | None, outside: int, *, public: bool = False
) -> list[Part]:
    """Return what stands below the map of a file; for the public without exact places."""
    found = [Part(_("分析"), wording.findings(briefing))]
    found += [Part(one.title, (), one.heads, one.shown, one.shades, one.note)
              for one in tables.tables(briefing, public=public)]  # fmt: skip
    found.append(Part(_("近重复提示"), [wording.near_words(briefing)], note=wording.near_method()))
    lines = wording.notes(briefing)
    if made is not None:
        lines.append(sampled(len(made.points)))
    if outside:
        lines.append(_("有%(n)d件在地图以外的村，只列入表格。", n=outside))
    return [*found, Part(_("说明"), lines)]


def sampled(shown: int) -> str:
    """Return how many points a file shows, and whether these are all."""
    if shown < MOST_POINTS:
        return _("地图上有%(n)d个点，没有位置的不显示。", n=shown)
    return _("地图上的点按编号的散列值抽取%(n)d个，每次抽取相同。", n=shown)
