"""Which unit answers for each of many points: one statement, the same answers as `route`."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing import CONFIRM_WITHIN_M
from enforcement.jurisdiction.routing_sql import COARSE, IN_FORCE, RULE, VALID_DUTY
from enforcement.jurisdiction.terms import CODE_DIGITS, Level
from gis.errors import GisError
from gis.srid import STORAGE_SRID

MULTIPOINT: Final = 4
POINT_WKB: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("lon", "<f8"), ("lat", "<f8")])

MANY: Final = """
WITH point AS MATERIALIZED (
  SELECT path[1] - 1 AS n, geom FROM ST_Dump(ST_GeomFromWKB(:points, {srid}))
), fine AS MATERIALIZED (
  SELECT point.n, min(a.code) AS code
  FROM point JOIN area a ON ST_Covers(a.geom, point.geom)
  WHERE a.level = 'village' AND a.county_code = :county
    AND a.edition_id = ANY (ARRAY(SELECT e.id FROM edition e WHERE {force}))
  GROUP BY point.n
), coarse AS MATERIALIZED (
  SELECT point.n, leaf.code
  FROM point LEFT JOIN fine USING (n) CROSS JOIN LATERAL ({coarse}) leaf
  WHERE (SELECT count(*) FROM fine) < :total AND fine.n IS NULL
), place AS (
  SELECT n, code FROM fine UNION ALL SELECT n, code FROM coarse
), of_area AS MATERIALIZED (
  SELECT code, array_agg(n) AS places FROM place GROUP BY code
), duty AS MATERIALIZED (
  SELECT r.*, u.code AS unit_code, {rule} AS rule, r.category IS NULL AS general
  FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND {valid}
), leaf AS MATERIALIZED (
  SELECT DISTINCT ON (a.code) a.code, a.edition_id, duty.unit_id, duty.unit_code, duty.rule,
    duty.general, of_area.places
  FROM of_area JOIN edition e ON {force}
  JOIN area a ON a.county_code = :county AND a.edition_id = e.id AND a.code = of_area.code
  LEFT JOIN duty ON duty.area_code IN (a.code, left(a.code, 9), left(a.code, 6))
  ORDER BY a.code, e.level DESC, duty.general, length(duty.area_code) DESC NULLS LAST,
    duty.priority DESC, duty.unit_code
), drawn AS MATERIALIZED (
  SELECT DISTINCT ON (point.n) point.n, duty.unit_id, duty.unit_code, duty.rule, duty.general
  FROM duty JOIN point ON ST_Covers(duty.geom, point.geom)
  WHERE duty.geom IS NOT NULL
  ORDER BY point.n, duty.general, duty.priority DESC, duty.unit_code
)
SELECT code, edition_id, unit_id, unit_code, rule, places, 1 AS step FROM leaf
UNION ALL
SELECT code, leaf.edition_id, drawn.unit_id, drawn.unit_code, drawn.rule, array_agg(n), 2
FROM drawn JOIN place USING (n) JOIN leaf USING (code)
WHERE NOT drawn.general OR coalesce(leaf.general, true)
GROUP BY 1, 2, 3, 4, 5
ORDER BY step
"""

FORCE: Final = """e.county_code = :county AND e.kind = 'boundaries' AND e.status <> 'draft'
    AND e.valid_from <= :on AND (e.valid_to IS NULL OR e.valid_to > :on)"""


@dataclass(frozen=True)
class Routed:
    """Where a point is and who answers for it; see `routing.Routing` for the words."""

    edition_id: uuid.UUID
    village_code: str | None
    township_code: str | None
    unit_id: uuid.UUID | None
    unit_code: str | None
    rule: str


def route_many(
    session: Session,
    county_code: str,
    points: Sequence[tuple[float, float]] | NDArray[np.float64],
    on: date,
    category: str | None = None,
    *,
    confirm_within_m: float = CONFIRM_WITHIN_M,
) -> list[Routed | None]:
    """Return for each point (lon, lat in degrees, EPSG:4490) what `route` answers on a day.

    None stands for a point outside the county. Distances to borders are not computed: ask `route`
    where a person has to confirm. Raises GisError where a coordinate is not on the earth.
    """
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    _check(given)
    found: list[Routed | None] = [None] * len(given)
    if not len(given):
        return found
    asked = {
        "points": _wkb(given),
        "total": len(given),
        "county": county_code,
        "on": on,
        "category": category,
        "reach_m": confirm_within_m,
    }
    for row in session.execute(_statement(), asked):
        routed = _routed(row)
        for place in row.places:
            found[place] = routed
    return found


def _check(points: NDArray[np.float64]) -> None:
    lon, lat = points[:, 0], points[:, 1]
    sound = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if not sound.all():
        first = int(np.argmin(sound))
        raise GisError(f"第 {first} 个点的经纬度超出范围（经度在前，纬度在后）")


def _wkb(points: NDArray[np.float64]) -> bytes:
    """Return the points as one multipoint: half the time of two arrays of numbers."""
    packed = np.empty(len(points), dtype=POINT_WKB)
    packed["order"], packed["kind"] = 1, 1
    packed["lon"], packed["lat"] = points[:, 0], points[:, 1]
    head = np.array([MULTIPOINT, len(points)], dtype="<u4").tobytes()
    return b"\x01" + head + packed.tobytes()


def _routed(row: Any) -> Routed:
    code: str = row.code
    return Routed(
        row.edition_id,
        code if len(code) == CODE_DIGITS[Level.VILLAGE] else None,
        code[: CODE_DIGITS[Level.TOWNSHIP]] if len(code) > CODE_DIGITS[Level.COUNTY] else None,
        row.unit_id,
        row.unit_code,
        row.rule or "none",
    )


@functools.cache
def _statement() -> TextClause:
    coarse = COARSE.format(
        spot="point.geom", in_county="AND a.county_code = :county", in_force=IN_FORCE
    )
    sql = MANY.format(srid=STORAGE_SRID, coarse=coarse, rule=RULE, valid=VALID_DUTY, force=FORCE)
    return text(sql)
