"""The county's maps as Folium pages; a view adds its own layers and asks for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import folium
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction import map_queries, queries
from enforcement.jurisdiction.models import Edition
from enforcement.people.models import Unit
from gis import maps
from gis.map_style import LegendItem

AROUND_DEG: Final = 0.02
"""Half of what a map for one place shows at first."""


@dataclass
class CountyMap:
    """A Folium map and what its page shows beside it: the legend, and a note such as 示意."""

    target: folium.Map
    note: str | None
    legend: list[LegendItem] = field(default_factory=list)


def county_map(
    session: Session,
    county_code: str,
    on: date,
    *,
    values: Mapping[str, float] | None = None,
    with_squads: bool = False,
    around: tuple[float, float] | None = None,
) -> CountyMap:
    """Return the map of a county on a day: villages and townships, and one way to colour them.

    values -- colour villages by a number for each village code
    with_squads -- colour what each unit answers for by its brigade
    around -- lon, lat: show some 2 km around it first
    Raises NotFoundError where no boundaries are in force on that day.
    """
    edition = queries.find_edition(session, county_code, on)
    if edition is None:
        raise NotFoundError(f"县 {county_code} 在 {on} 没有启用的界线", county=county_code)
    bounds = map_queries.extent(session, edition)
    zoom = map_queries.zoom_for(bounds)
    if around is not None:
        lon, lat = around
        bounds = (lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG)
    made = CountyMap(maps.new_map(bounds), note_of(edition))
    layers = map_queries.county_layers(session, edition, on, zoom=zoom, with_squads=with_squads)
    if values is not None:
        made.legend += maps.add_choropleth(made.target, layers.villages, values)
    else:
        maps.add_villages(made.target, layers.villages)
    if with_squads:
        legend = maps.add_squads(made.target, layers.squads)
        made.legend += _with_names(session, county_code, legend)
    maps.add_townships(made.target, layers.townships)
    return made


def note_of(edition: Edition) -> str | None:
    """Return the remark that a map of this edition must carry."""
    return _("示意图：界线仅供演示，不作依据") if edition.schematic else None


def _with_names(session: Session, county_code: str, legend: list[LegendItem]) -> list[LegendItem]:
    """Put the brigades' names in the place of their codes."""
    codes = [item.key for item in legend]
    rows = session.execute(
        select(Unit.code, Unit.name).where(Unit.county_code == county_code, Unit.code.in_(codes))
    )
    names = {row.code: row.name for row in rows}
    names |= {"": _("不属大队的单位"), "nobody": _("尚无负责单位")}
    return [replace(item, label=names.get(item.key, item.label)) for item in legend]
