"""Where squads start from, and how long it takes from place to place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Area
from enforcement.patrol.plan_models import RoadTime
from enforcement.people.models import Unit
from enforcement.planner import travel
from enforcement.planner.problem import Seconds

STRAIGHT: Final = "straight"
"""Where nothing was loaded: straight line times 1.35, 40 km/h."""


def yards(
    session: Session, county_code: str, squads: Sequence[Unit], on: date
) -> dict[str, tuple[float, float]]:
    """Return where each squad starts from, lon and lat by its code, in one statement.

    It is the middle of the division that is its home, else that of the county.
    """
    edition = plan_queries.edition_on(session, county_code, on)
    query = select(Area.code, Area.label_lon, Area.label_lat).where(
        Area.county_code == county_code, Area.edition_id == edition.id,
        Area.code.in_({one.home_code for one in squads if one.home_code}),
    )  # fmt: skip
    known = {row.code: (row.label_lon, row.label_lat) for row in session.execute(query)}
    middle = session.execute(
        select(func.avg(Area.label_lon), func.avg(Area.label_lat)).where(
            Area.county_code == county_code, Area.edition_id == edition.id
        )
    ).one()
    return {one.code: known.get(one.home_code or "", tuple(middle)) for one in squads}


def seconds_between(
    session: Session, county_code: str, names: Sequence[str], degrees: Sequence[tuple[float, float]]
) -> tuple[Seconds, str]:
    """Return travel seconds between places, shape (n, n), and where they come from.

    names -- "beat:ID", "unit:CODE" ...; what was loaded for two of them stands over the straight
    line. The source is "straight" where nothing was.
    """
    points = travel.flat(np.array(degrees, dtype=np.float64).reshape(-1, 2))
    matrix = travel.straight(points)
    row_of = {name: n for n, name in enumerate(names)}
    known = (
        select(RoadTime.from_place, RoadTime.to_place, RoadTime.seconds, RoadTime.source)
        .where(RoadTime.county_code == county_code, RoadTime.from_place.in_(row_of),
               RoadTime.to_place.in_(row_of))
    )  # fmt: skip
    roads, source = np.full(matrix.shape, -1, dtype=np.int64), STRAIGHT
    for row in session.execute(known):
        roads[row_of[row.from_place], row_of[row.to_place]] = row.seconds
        source = row.source
    return travel.over(matrix, roads), source


def kilometres(seconds: int) -> float:
    """Return the road kilometres that seconds of travel stand for."""
    return round(seconds * travel.SPEED_KMH / 3600, 1)
