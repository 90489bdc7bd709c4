"""The operations map and the report's map: typed rows onto Folium."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _, label
from enforcement.jurisdiction import map_queries
from enforcement.jurisdiction.maps import CountyMap, county_map, note_of
from enforcement.jurisdiction.models import AREA_LAYER, Area
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import IncidentState, PatrolState
from enforcement.overview import queries
from enforcement.overview.report import Report
from enforcement.patrol import queries as patrols
from gis import features, maps
from gis.map_style import LegendItem

COLOURS: Final = {
    IncidentState.RECEIVED: "#c0392b",
    IncidentState.OPENED: "#d35400",
    IncidentState.DISPATCHED: "#c9920e",
    IncidentState.HANDLING: "#1f6785",
    IncidentState.FEEDBACK: "#5c7f3a",
}
CASE_COLOUR: Final = "#6a3d7c"


def operations(session: Session, actor: Actor) -> CountyMap:
    """Return the map of today: squads' areas, open incidents, the routes of patrols."""
    made = county_map(session, actor.county_code, clock.today(session), with_squads=True)
    states = [
        LegendItem(str(state), label(state), colour, round=True)
        for state, colour in COLOURS.items()
    ]
    routes, stops = _patrols(session, actor)
    maps.add_routes(made.target, routes, stops)
    maps.add_incidents(made.target, _incidents(session, actor), states)  # above the routes
    made.legend = states + made.legend
    return made


def _point(kind: str, row_id: Any, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(row_id),
        "properties": {"kind": kind, "id": str(row_id), **more},
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
    }


def _incidents(session: Session, actor: Actor) -> dict[str, Any]:
    rows = queries.open_incidents(session, actor)
    return {
        "type": "FeatureCollection",
        "features": [_point("incident", row.id, row.lon, row.lat, state=row.state) for row in rows],
    }


def _patrols(session: Session, actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return routes (lines through the stops) and stops of the day's patrols still to do."""
    today = clock.today(session)
    rows = [
        patrol
        for patrol, _name in patrols.list_recent(session, actor, since=today)
        if patrol.patrol_on == today
        and patrol.state in (PatrolState.PUBLISHED, PatrolState.STARTED)
    ]
    stops = patrols.stops(session, actor.county_code, [patrol.id for patrol in rows])
    lines, points = [], []
    for patrol in rows:
        placed = [stop for stop, _incident in stops[patrol.id] if stop.lon is not None]
        points += [
            _point("stop", patrol.id, stop.lon or 0, stop.lat or 0, seq=stop.seq) for stop in placed
        ]
        if len(placed) > 1:
            lines.append(
                {
                    "type": "Feature",
                    "id": f"route-{patrol.id}",
                    "properties": {"kind": "route", "id": str(patrol.id)},
                    "geometry": {
                        "type": "LineString",
                        "coordinates": [[stop.lon, stop.lat] for stop in placed],
                    },
                }
            )
    return (
        {"type": "FeatureCollection", "features": lines},
        {"type": "FeatureCollection", "features": points},
    )


def township(session: Session, actor: Actor, report: Report) -> CountyMap:
    """Return a township's villages coloured by incidents of the month, its cases as points."""
    if report.edition is None:
        raise NotFoundError(_("该月没有启用的界线，无法制图。"))
    layer = AREA_LAYER.only(
        Area.county_code == actor.county_code,
        Area.edition_id == report.edition.id,
        Area.level == Level.VILLAGE,
        Area.code.startswith(report.township.code),
    )
    villages = features.collection(
        session, layer, "village", {"code": Area.code, "name": Area.name}, zoom=12
    )
    made = CountyMap(maps.new_map(map_queries.extent_of(session, layer)), note_of(report.edition))
    values = {row["code"]: float(row["incidents"]) for row in report.figures.by_village}
    made.legend = maps.add_choropleth(made.target, villages, values)
    points = {
        "type": "FeatureCollection",
        "features": [
            _point("incident", row.id, row.lon, row.lat, state="case")
            for row in queries.cases_of_month(
                session, actor, report.township.code, report.figures.month
            )
            if row.lon is not None
        ],
    }
    case = LegendItem("case", _("案件"), CASE_COLOUR, round=True)
    maps.add_incidents(made.target, points, [case])
    if points["features"]:
        made.legend.append(case)
    return made
