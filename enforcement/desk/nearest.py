"""Which squads on duty are nearest to an incident: by the villages they answer for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import local_day
from enforcement.incident.models import Incident
from enforcement.jurisdiction.routing_sql import IN_FORCE, VALID_DUTY
from enforcement.roster.terms import LONGEST
from gis.srid import STORAGE_SRID

AROUND: Final = 15
"""So many villages around the point are looked at: a squad answers for some ten."""

NEAREST: Final = text(f"""
WITH spot AS (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), {STORAGE_SRID}) AS geom),
around AS (
  SELECT a.code, ST_Distance(geography(a.geom), geography(spot.geom)) AS distance_m
  FROM spot CROSS JOIN area a JOIN edition e ON {IN_FORCE}
  WHERE a.county_code = :county AND a.level = 'village'
  ORDER BY a.geom <-> spot.geom LIMIT :around
), squads AS (
  SELECT u.id, u.code, u.name, min(around.distance_m) AS distance_m
  FROM around JOIN responsibility r ON r.county_code = :county
    AND r.area_code IN (around.code, left(around.code, 9))
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id AND u.kind = 'squad'
  WHERE {VALID_DUTY}
  GROUP BY u.id, u.code, u.name
)
SELECT s.code, s.name, s.distance_m, string_agg(DISTINCT p.name, '、' ORDER BY p.name) AS people
FROM squads s
LEFT JOIN duty_shift d ON d.county_code = :county AND d.unit_id = s.id AND d.state = 'planned'
  AND d.starts_at <= :at AND d.starts_at > :earliest AND d.ends_at > :at
LEFT JOIN person p ON p.county_code = d.county_code AND p.id = d.person_id
GROUP BY s.code, s.name, s.distance_m
ORDER BY s.distance_m, s.code LIMIT 4
""")  # noqa: S608 -- parts of ours


@dataclass(frozen=True)
class Near:
    """A squad near an incident; distance_m -- to its nearest village, 0 inside it.

    people -- names of who is on duty now, None where nobody is
    """

    code: str
    name: str
    distance_m: float
    people: str | None


def squads(session: Session, incident: Incident, at: datetime) -> list[Near]:
    """Return the nearest squads and who of them is on duty, by one statement."""
    if incident.lon is None or incident.lat is None:
        return []
    asked = {
        "lon": incident.lon, "lat": incident.lat, "county": incident.county_code,
        "on": local_day(at), "at": at, "earliest": at - LONGEST, "category": incident.category,
        "around": AROUND,
    }  # fmt: skip
    return [Near(*row) for row in session.execute(NEAREST, asked)]
