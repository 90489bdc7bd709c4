"""Reads: the roads in use, their files, the places between which times are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import Area, Edition
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import UnitKind
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.plan_models import PatrolWish, RoadTime
from enforcement.patrol.pool import WAITING
from enforcement.patrol.road_models import Road, RoadFile, RoadPlace
from enforcement.patrol.terms import BeatState, WishState
from enforcement.people.unit_queries import list_units
from enforcement.planner.roads import Graph, Joined

NEAR_M: Final = 2000
"""A place farther from any road has no times by road."""
FIELD_KMH: Final = 20.0
"""How fast one gets from a road to a place beside it, the detour of 1.35 included."""
MOST_PLACES: Final = 700
"""Half a million pairs; beyond them villages are left out first, then incidents."""

Place = tuple[str, float, float]

NEAREST: Final = text("""
SELECT p.n, e.id, e.share, e.off_m
FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY p(lon, lat, n)
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4490) AS spot) s
CROSS JOIN LATERAL (
  SELECT k.id, ST_LineLocatePoint(k.geom, s.spot) AS share,
    ST_Distance(geography(k.geom), geography(s.spot)) AS off_m
  FROM (SELECT id, geom FROM road WHERE county_code = :county
    ORDER BY geom <-> s.spot LIMIT 6) k
  ORDER BY off_m LIMIT 1
) e
WHERE e.off_m <= :near
ORDER BY p.n
""")
"""The nearest of the six roads that are nearest in degrees, which are not the same each way."""


def in_use(session: Session, county_code: str) -> RoadFile | None:
    """Return the file whose roads are in use."""
    query = select(RoadFile).where(
        RoadFile.county_code == county_code, RoadFile.replaced_at.is_(None)
    )
    return session.scalars(query).first()


def files(session: Session, county_code: str, limit: int = 20) -> list[RoadFile]:
    """Return the files that were imported, the newest first."""
    query = select(RoadFile).where(RoadFile.county_code == county_code)
    return list(session.scalars(query.order_by(RoadFile.taken_at.desc()).limit(limit)))


def by_kind(session: Session, county_code: str) -> list[tuple[str, int, float]]:
    """Return for each kind how many stretches and kilometres there are, the longest first."""
    km = func.sum(Road.length_m) / 1000
    query = (
        select(Road.kind, func.count(), km)
        .where(Road.county_code == county_code)
        .group_by(Road.kind).order_by(km.desc())
    )  # fmt: skip
    return [(row[0], row[1], float(row[2])) for row in session.execute(query)]


def places(
    session: Session, county_code: str, edition: Edition, yards: dict[str, tuple[float, float]]
) -> list[Place]:  # fmt: skip
    """Return the places between which times are wanted: name, lon, lat; at most MOST_PLACES."""
    found: list[Place] = [(f"unit:{code}", lon, lat) for code, (lon, lat) in sorted(yards.items())]
    found += [(f"beat:{row.id}", row.lon, row.lat) for row in session.execute(
        select(Beat.id, Beat.lon, Beat.lat)
        .where(Beat.county_code == county_code, Beat.state == BeatState.ACTIVE)
        .order_by(Beat.id).limit(MOST_PLACES))]  # fmt: skip
    for kind, table, condition in (
        ("wish", PatrolWish, PatrolWish.state == WishState.OPEN),
        ("incident", Incident, Incident.state.in_(WAITING)),
    ):
        columns: Any = table
        found += [(f"{kind}:{row.id}", row.lon, row.lat) for row in session.execute(
            select(columns.id, columns.lon, columns.lat)
            .where(columns.county_code == county_code, condition, columns.lon.is_not(None),
                   columns.lat.is_not(None))
            .order_by(columns.id.desc()).limit(MOST_PLACES))]  # fmt: skip
    found += [(f"village:{row.code}", row.label_lon, row.label_lat) for row in session.execute(
        select(Area.code, Area.label_lon, Area.label_lat)
        .where(Area.county_code == county_code, Area.edition_id == edition.id,
               Area.level == Level.VILLAGE)
        .order_by(Area.code))]  # fmt: skip
    return found[:MOST_PLACES]


def squads_on(session: Session, county_code: str, on: date) -> list[Any]:
    """Return the squads of a day, whose yards are places."""
    return list_units(session, county_code, UnitKind.SQUAD, on)


def graph(session: Session, county_code: str) -> tuple[Graph, dict[Any, int]]:
    """Return the roads in use as a graph, and the number of each edge by its id."""
    rows = session.execute(
        select(Road.id, Road.from_node, Road.to_node, Road.forward_s, Road.backward_s)
        .where(Road.county_code == county_code).order_by(Road.id)
    ).all()  # fmt: skip
    start, end = (np.array([row[n] for row in rows], dtype=np.int64) for n in (1, 2))
    ahead, back = (
        np.array([np.inf if row[n] is None else row[n] for row in rows], dtype=np.float64)
        for n in (3, 4)
    )
    nodes = int(max(start.max(initial=-1), end.max(initial=-1)) + 1)
    return Graph(start, end, ahead, back, nodes), {row.id: n for n, row in enumerate(rows)}


def joined(
    session: Session, county_code: str, places: Sequence[Place], number_of: dict[Any, int]
) -> tuple[Joined, list[float | None]]:
    """Return where places meet the network, in one statement, and the metres there; None: far."""
    edge = np.full(len(places), -1, dtype=np.int64)
    share, off_s = np.zeros(len(places)), np.zeros(len(places))
    off_m: list[float | None] = [None] * len(places)
    values = {"county": county_code, "near": NEAR_M,
              "lons": [one[1] for one in places], "lats": [one[2] for one in places]}  # fmt: skip
    for row in session.execute(NEAREST, values):
        n = row.n - 1
        edge[n], share[n], off_m[n] = number_of[row.id], row.share, row.off_m
        off_s[n] = row.off_m / (FIELD_KMH / 3.6)
    return Joined(edge, share, off_s), off_m


def known_places(
    session: Session, county_code: str, names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Return where places stood when their times were computed, by name."""
    query = select(RoadPlace.place, RoadPlace.lon, RoadPlace.lat).where(
        RoadPlace.county_code == county_code, RoadPlace.place.in_(names)
    )
    return {row.place: (row.lon, row.lat) for row in session.execute(query)}


def times(session: Session, county_code: str, names: Sequence[str]) -> Any:
    """Return the rows of times between places: from_place, to_place, seconds, source."""
    return session.execute(
        select(RoadTime.from_place, RoadTime.to_place, RoadTime.seconds, RoadTime.source).where(
            RoadTime.county_code == county_code,
            RoadTime.from_place.in_(names),
            RoadTime.to_place.in_(names),
        )
    )
