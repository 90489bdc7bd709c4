"""Who is told that somebody is in need: his leader and the desk of his township, or the county."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_VALID: Final = "p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)"
_NOW: Final = """s.state = 'planned' AND s.person_id IS NOT NULL AND s.starts_at <= app_now()
    AND s.ends_at > app_now()"""

NEAR: Final = text(f"""
WITH leader AS (
  SELECT p.person_id, length(u.code) AS depth
  FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE p.county_code = :county AND (u.code = :unit OR starts_with(:unit, u.code || '.'))
    AND p.role IN ('squad_leader', 'brigade_leader', 'township_leader', 'head')
    AND {_VALID} AND p.person_id <> :person
), desk AS (
  SELECT s.person_id FROM duty_shift s
  JOIN unit u ON u.county_code = s.county_code AND u.id = s.unit_id
    AND u.home_code = :township AND u.kind IN ('township_government', 'service_hall')
  WHERE s.county_code = :county AND s.kind IN ('a', 'b') AND {_NOW}
), office AS (
  SELECT p.person_id FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE p.county_code = :county AND p.role = 'dispatcher' AND u.home_code = :township AND {_VALID}
)
SELECT person_id FROM leader WHERE depth = (SELECT max(depth) FROM leader)
UNION SELECT person_id FROM desk WHERE person_id <> :person
UNION SELECT person_id FROM office WHERE person_id <> :person AND NOT EXISTS (SELECT FROM desk)
""")  # noqa: S608 -- fragments of this module
"""The leaders nearest above a person, and who is on duty at the desk of a township, else all who
are posted there."""

COUNTY: Final = text(f"""
WITH desk AS (
  SELECT s.person_id FROM duty_shift s
  JOIN unit u ON u.county_code = s.county_code AND u.id = s.unit_id AND u.kind = 'command_centre'
  WHERE s.county_code = :county AND {_NOW}
)
SELECT person_id FROM desk
UNION SELECT p.person_id FROM post p
WHERE p.county_code = :county AND p.role = 'command_centre' AND {_VALID}
  AND NOT EXISTS (SELECT FROM desk)
""")  # noqa: S608

TOWNSHIP: Final = text("""
SELECT coalesce((
  SELECT left(a.code, 9) FROM edition e
  JOIN area a ON a.county_code = e.county_code AND a.edition_id = e.id AND a.level = 'village'
    AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490))
  WHERE e.county_code = :county AND e.status = 'active' LIMIT 1
), (
  SELECT left(coalesce(p.village_code, u.home_code), 9) FROM post p
  JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE p.county_code = :county AND p.person_id = :person AND p.valid_to IS NULL
    AND coalesce(p.village_code, u.home_code) IS NOT NULL LIMIT 1
), (
  SELECT left(min(r.area_code), 9) FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id AND u.code = :unit
  WHERE r.county_code = :county AND r.valid_to IS NULL AND length(r.area_code) > 6
))
""")
"""The township of a point, else of a person, else the first that his unit answers for."""


def near(session: Session, county_code: str, person_id: uuid.UUID, unit_code: str,
         township_code: str | None, on: object) -> list[uuid.UUID]:  # fmt: skip
    """Return the people who are told first."""
    values = {"county": county_code, "person": person_id, "unit": unit_code,
              "township": township_code or "", "on": on}  # fmt: skip
    return list(session.scalars(NEAR, values))


def county(session: Session, county_code: str, on: object) -> list[uuid.UUID]:
    """Return the people of the command centre: those on duty, else all in post."""
    return list(session.scalars(COUNTY, {"county": county_code, "on": on}))


def township_of(session: Session, county_code: str, person_id: uuid.UUID, unit_code: str,
                lon: float | None, lat: float | None) -> str | None:  # fmt: skip
    """Return the township whose desk looks after somebody, None where nothing tells it."""
    values = {"county": county_code, "person": person_id, "unit": unit_code, "lon": lon, "lat": lat}
    found: str | None = session.scalar(TOWNSHIP, values)
    return found if found is None or len(found) == 9 else None
