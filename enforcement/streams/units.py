"""Units that move: read together for all who watch, and handed to each within his reach.

Nothing is announced for a position: while somebody watches, the newest positions of his county are
read every half second, and what is newer than before goes out, encoded once for all.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Iterable
from typing import Any, Final

import psycopg

from enforcement.actor import Actor
from enforcement.scope import BY_AREA, COUNTY_WIDE, NOTHING
from enforcement.streams.hub import RETRY_S, Hub, Listener, Row

logger = logging.getLogger(__name__)
EVERY_S: Final = 0.5
LATE_S: Final = 6
"""A transaction that began so long ago may still commit what is read as new."""

MOVED: Final = f"""
SELECT s.device_id AS id, s.lon, s.lat, extract(epoch FROM s.fixed_at)::float8 AS at,
  s.accuracy_m, s.speed_mps, s.course_deg, s.mock, d.person_id,
  coalesce(w.units, '{{}}') AS unit_codes, coalesce(w.homes, '{{}}') AS area_codes
FROM device_state s
JOIN device d ON d.county_code = s.county_code AND d.id = s.device_id AND d.retired_at IS NULL
LEFT JOIN LATERAL (
  SELECT array_agg(u.code) AS units, array_agg(u.home_code) FILTER (WHERE u.home_code IS NOT NULL)
    AS homes
  FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE p.county_code = s.county_code AND p.person_id = d.person_id
    AND p.valid_from <= (app_now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (p.valid_to IS NULL OR p.valid_to > (app_now() AT TIME ZONE 'Asia/Shanghai')::date)
) w ON true
WHERE s.county_code = %s AND s.heard_at > app_now() - interval '{LATE_S} seconds'
  AND s.fixed_at IS NOT NULL
"""  # noqa: S608 -- a number of ours


class Units:
    """Reads where units are while somebody watches.

    known -- for each county, the moment of the newest position that was handed out, by unit
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.listeners: set[Listener] = set()
        self.known: dict[str, dict[uuid.UUID, float]] = {}

    async def run(self) -> None:
        """Read and hand out for good; a lost connection is opened again."""
        while True:
            try:
                await self._read()
            except (psycopg.Error, OSError) as error:
                logger.warning("units: the database connection was lost: %s", error)
            await asyncio.sleep(RETRY_S)

    async def _read(self) -> None:
        async with await self.hub.connect() as connection:
            while True:
                await asyncio.sleep(EVERY_S)
                counties = {one.actor.county_code for one in self.listeners}
                for gone in set(self.known) - counties:
                    del self.known[gone]
                for county in counties:
                    self._hand_out(county, await self.hub.rows(connection, MOVED, county))

    def _hand_out(self, county: str, rows: Iterable[Row]) -> None:
        """Tell each watcher of the county what moved within his reach."""
        known = self.known.setdefault(county, {})
        moved = [row for row in rows if row["at"] > known.get(row["id"], 0.0)]
        if not moved:
            return
        known.update({row["id"]: row["at"] for row in moved})
        said = [(row, json.dumps(told(row), separators=(",", ":"))) for row in moved]
        texts: dict[Any, str] = {}
        for listener in tuple(self.listeners):
            actor = listener.actor
            if actor.county_code != county:
                continue
            reach: Any = (actor.person_id, actor.role, actor.unit_code, actor.area_codes)
            if actor.role in COUNTY_WIDE:
                reach = actor.role
            if reach not in texts:
                mine = [text for row, text in said if sees(actor, row)]
                texts[reach] = f"event: units\ndata: [{','.join(mine)}]\n\n" if mine else ""
            if texts[reach]:
                listener.put(texts[reach])


def told(row: Row) -> dict[str, Any]:
    """Return a position as screens read it; no name, no unit: the page knows them already."""
    speed, accuracy = row["speed_mps"], row["accuracy_m"]
    return {
        "id": str(row["id"]), "lon": round(row["lon"], 6), "lat": round(row["lat"], 6),
        "at": round(row["at"], 1), "accuracy_m": None if accuracy is None else round(accuracy),
        "speed_kmh": None if speed is None else round(speed * 3.6), "mock": bool(row["mock"]),
    }  # fmt: skip


def sees(actor: Actor, row: Row) -> bool:
    """Tell whether the actor may look at a unit: `positions.queries.in_reach`, in Python.

    row -- person_id, None for a vehicle; unit_codes, area_codes -- his units and their homes
    """
    if row["person_id"] is not None and row["person_id"] == actor.person_id:
        return True
    if actor.role in NOTHING:
        return False
    if actor.role in COUNTY_WIDE:
        return True
    if row["person_id"] is None:
        return False
    if any(code.startswith(actor.unit_code) for code in row["unit_codes"]):
        return True
    return actor.role in BY_AREA and any(
        code.startswith(root) for code in row["area_codes"] for root in actor.area_codes
    )
