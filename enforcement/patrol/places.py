"""Where squads start from, and how long it takes from place to place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Area
from enforcement.patrol import road_queries
from enforcement.people.models import Unit
from enforcement.planner import travel
from enforcement.planner.problem import Seconds

STRAIGHT: Final = "straight"
"""Where nothing was loaded: straight line times 1.35, 40 km/h."""
SAME_DEG: Final = 1e-6


@dataclass(frozen=True)
class Basis:
    """Where travel times come from; by_road -- how many of the legs between places are by road."""

    source: str = STRAIGHT
    by_road: int = 0
    legs: int = 0

    @property
    def share(self) -> float:
        """Return the share of legs by road, 0 to 1."""
        return self.by_road / self.legs if self.legs else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the basis as JSON."""
        return {"source": self.source, "by_road": self.by_road, "legs": self.legs}


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
) -> tuple[Seconds, Basis]:
    """Return travel seconds between places, shape (n, n), and where they come from.

    names -- "beat:ID", "unit:CODE" ...; what was loaded for two of them stands over the straight
    line, unless one stood elsewhere when its times were computed.
    """
    points = travel.flat(np.array(degrees, dtype=np.float64).reshape(-1, 2))
    matrix = travel.straight(points)
    then = road_queries.known_places(session, county_code, list(set(names)))
    still = [name for name, where in zip(names, degrees, strict=True)
             if _still(then.get(name), where)]  # fmt: skip
    known = {name: n for n, name in enumerate(dict.fromkeys(still))}
    rows = road_queries.times(session, county_code, list(known)).all()
    small = np.full((len(known) + 1,) * 2, -1, dtype=np.int64)
    small[[known[one.from_place] for one in rows], [known[one.to_place] for one in rows]] = [
        one.seconds for one in rows
    ]
    numbers = [known.get(name, len(known)) for name in names]
    roads = small[np.ix_(numbers, numbers)]
    legs = len(names) ** 2 - sum(count * count for count in Counter(names).values())
    basis = Basis(rows[0].source if rows else STRAIGHT, int((roads >= 0).sum()), legs)
    return travel.over(matrix, roads), basis


def _still(then: tuple[float, float] | None, now: tuple[float, float]) -> bool:
    """Tell whether a place is where it was; one that nobody computed times for is."""
    return then is None or max(abs(a - b) for a, b in zip(then, now, strict=True)) < SAME_DEG


def kilometres(seconds: int) -> float:
    """Return the road kilometres that seconds of travel stand for."""
    return round(seconds * travel.SPEED_KMH / 3600, 1)
