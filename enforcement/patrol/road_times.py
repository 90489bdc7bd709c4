"""Times by road: computed by the worker for all places of a county, kept with their source."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.bulk import insert_rows
from enforcement.due import DueStep
from enforcement.errors import NotFoundError
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_queries
from enforcement.patrol import places
from enforcement.patrol import road_queries as queries
from enforcement.patrol.plan_models import RoadTime
from enforcement.patrol.road_models import RoadFile, RoadPlace
from enforcement.patrol.road_queries import Place
from enforcement.patrol.roads import TASK
from enforcement.planner import travel
from enforcement.planner.problem import Seconds
from enforcement.planner.roads import matrix

EVERY: Final = timedelta(hours=1)
MANY: Final = 20_000

PUT: Final = text("""
INSERT INTO road_time (county_code, id, from_place, to_place, seconds, source, made_at)
SELECT :county, t.id, n.names[t.a], n.names[t.b], t.seconds, :source, :at
FROM (SELECT CAST(:names AS text[]) AS names) n,
  unnest(CAST(:ids AS uuid[]), CAST(:starts AS int[]), CAST(:ends AS int[]),
    CAST(:seconds AS int[])) t(id, a, b, seconds)
""")


@dataclass(frozen=True)
class Filled:
    """What became of a matrix: places in it, those without a road near, pairs without a way."""

    places: int
    off_road: int
    unreached: int


def fill(session: Session, county_code: str) -> Filled | None:
    """Compute the times between all places of a county anew; None without roads.

    Places far from any road, and pairs that no way joins, keep the straight line.
    """
    file = queries.in_use(session, county_code)
    if file is None:
        return None
    found = wanted(session, county_code)
    graph, number_of = queries.graph(session, county_code)
    joined, off_m = queries.joined(session, county_code, found, number_of)
    seconds = _across(found, matrix(graph, joined))
    for table in (RoadTime, RoadPlace):
        session.execute(delete(table).where(table.county_code == county_code))
    now = clock.now(session)
    _keep_places(session, county_code, found, off_m)
    _keep_times(session, file, [one[0] for one in found], seconds, now)
    near = int((joined.edge >= 0).sum())
    file.places, file.off_road, file.times_at = len(found), len(found) - near, now
    file.unreached = int((seconds < 0).sum()) - (len(found) ** 2 - near**2 - len(found) + near)
    session.flush()
    return Filled(file.places, file.off_road, file.unreached)


def _across(found: Sequence[Place], seconds: Seconds) -> Seconds:
    """Return times of which none is longer than going straight through the fields."""
    points = travel.flat(np.array([place[1:] for place in found], dtype=np.float64).reshape(-1, 2))
    fields = travel.straight(points, factor=1.0, speed_kmh=queries.FIELD_KMH)
    return np.where(seconds >= 0, np.minimum(seconds, fields), seconds).astype(np.int64)


def wanted(session: Session, county_code: str) -> list[Place]:
    """Return the places of a county today; raises NotFoundError without boundaries."""
    on = clock.today(session)
    edition = plan_queries.edition_on(session, county_code, on)
    yards = places.yards(session, county_code, queries.squads_on(session, county_code, on), on)
    return queries.places(session, county_code, edition, yards)


def _keep_places(
    session: Session, county_code: str, found: Sequence[Place], off_m: Sequence[float | None]
) -> None:
    rows: list[dict[str, Any]] = [
        {"county_code": county_code, "id": uuid7(), "place": name, "lon": lon, "lat": lat,
         "off_m": metres} for (name, lon, lat), metres in zip(found, off_m, strict=True)
    ]  # fmt: skip
    insert_rows(session, RoadPlace, rows)


def _keep_times(
    session: Session, file: RoadFile, names: list[str], seconds: Seconds, at: datetime
) -> None:
    """Write the pairs that are known, some thousand by a statement."""
    known = seconds >= 0
    np.fill_diagonal(known, val=False)
    starts, ends = np.nonzero(known)
    for first in range(0, len(starts), MANY):
        one, other = starts[first : first + MANY], ends[first : first + MANY]
        session.execute(PUT, {
            "county": file.county_code, "source": file.source, "at": at, "names": names,
            "ids": [uuid7() for _n in range(len(one))], "starts": (one + 1).tolist(),
            "ends": (other + 1).tolist(), "seconds": seconds[one, other].tolist(),
        })  # fmt: skip


def work(session: Session, step: DueStep) -> None:
    """Compute the times where roads or places changed, and look again in an hour.

    A step of a new file is done once; the standing one goes on.
    """
    with contextlib.suppress(NotFoundError):  # no boundaries yet: nowhere is a place
        if _changed(session, step.county_code):
            fill(session, step.county_code)
    if step.rule != "now":
        at = clock.now(session) + EVERY
        due.schedule(session, step.county_code, TASK, step.subject_id, f"{at:%Y%m%d%H}", at)


def _changed(session: Session, county_code: str) -> bool:
    """Tell whether the places are not those of the last matrix, or the roads are newer."""
    file = queries.in_use(session, county_code)
    if file is None:
        return False
    if file.times_at is None:
        return True
    found = {name: (lon, lat) for name, lon, lat in wanted(session, county_code)}
    return queries.known_places(session, county_code, list(found)) != found or (
        file.places != len(found)
    )
