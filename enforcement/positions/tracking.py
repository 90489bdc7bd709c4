"""Tracks of a day: made from what was kept, made anew where more came in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.due import DueStep
from enforcement.positions.own import bounds
from enforcement.positions.track_models import PresenceCell, Track, TrackVillage
from enforcement.positions.tracking_sql import (
    CELL_VILLAGES,
    CELLS,
    MAKE,
    POSITIONS,
    STALE,
    VILLAGES,
)
from gis.stops import Stay, stays

EVERY: Final = timedelta(minutes=15)
LATE_DAYS: Final = 2
"""A phone may hand in positions of some days ago when its network is back."""


def make(
    session: Session, county_code: str, on: date, carriers: Sequence[uuid.UUID] | None = None
) -> int:
    """Make the tracks of a day anew, of some people and vehicles or of all; return how many."""
    since, until = bounds(on)
    values = {"county": county_code, "on": on, "since": since, "until": until,
              "carriers": list(carriers) if carriers is not None else None}  # fmt: skip
    made: dict[uuid.UUID, uuid.UUID] = {
        row.carrier_id: row.id for row in session.execute(MAKE, values)
    }
    _forget(session, county_code, list(made.values()))
    session.execute(VILLAGES, values)
    session.execute(CELLS, values)
    session.execute(CELL_VILLAGES, values)
    _stops(session, county_code, made, values)
    return len(made)


def refresh(session: Session, county_code: str, on: date) -> int:
    """Make those tracks of a day anew to which positions came since; return how many."""
    since, until = bounds(on)
    values = {"county": county_code, "on": on, "since": since, "until": until}
    stale = list(session.scalars(STALE, values))
    return make(session, county_code, on, stale) if stale else 0


def work(session: Session, step: DueStep) -> None:
    """Bring the tracks of today and the days before up to date, again in a quarter of an hour."""
    today = clock.today(session)
    for back in range(LATE_DAYS + 1):
        refresh(session, step.county_code, today - timedelta(days=back))
    at = clock.now(session) + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def _forget(session: Session, county_code: str, ids: list[uuid.UUID]) -> None:
    """Take away what was counted for tracks that are made anew."""
    for table in (TrackVillage, PresenceCell):
        session.execute(
            delete(table).where(table.county_code == county_code, table.track_id.in_(ids))
        )


def _stops(
    session: Session, county_code: str, made: dict[uuid.UUID, uuid.UUID], values: dict[str, Any]
) -> None:
    rows = session.execute(POSITIONS, values)
    found = [
        {"county_code": county_code, "id": made[carrier],
         "stops": [_shown(one) for one in
                   stays([(float(row.at), row.lon, row.lat) for row in positions])]}
        for carrier, positions in groupby(rows, key=lambda row: row.carrier)
        if carrier in made
    ]  # fmt: skip
    if found:
        session.execute(update(Track), found)


def _shown(stay: Stay) -> dict[str, Any]:
    return {"since": _moment(stay.since_s), "until": _moment(stay.until_s),
            "lon": round(stay.lon, 6), "lat": round(stay.lat, 6)}  # fmt: skip


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
