"""Which unit answers for each of many points: set by set, with the same answers as `route`."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing_sql import COARSE, IN_FORCE, RULE, VALID_DUTY
from enforcement.jurisdiction.terms import CODE_DIGITS, Level
from gis.errors import GisError
from gis.srid import STORAGE_SRID

MULTIPOINT: Final = 4
POINT_WKB: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("lon", "<f8"), ("lat", "<f8")])

IN_VILLAGES: Final = """
  SELECT a.code, array_agg(point.n) AS places
  FROM point JOIN area a ON ST_Covers(a.geom, point.geom)
  WHERE a.level = 'village' AND a.county_code = :county
    AND a.edition_id = ANY (ARRAY(SELECT e.id FROM edition e WHERE {force}))
  GROUP BY a.code
"""

ELSEWHERE: Final = """
  SELECT leaf.code, array_agg(point.n) AS places
  FROM point CROSS JOIN LATERAL ({coarse}) leaf GROUP BY leaf.code
"""

MANY: Final = """
WITH point AS MATERIALIZED (
  SELECT path[1] - 1 AS n, geom FROM ST_Dump(ST_GeomFromWKB(:points, {srid}))
), of_area AS MATERIALIZED ({of_area}
), duty AS MATERIALIZED (
  SELECT r.*, u.code AS unit_code, {rule} AS rule, r.category IS NULL AS general
  FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND {valid}
), leaf AS (
  SELECT DISTINCT ON (a.code) a.code, a.edition_id, duty.unit_id, duty.unit_code, duty.rule,
    coalesce(duty.general, true) AS general, of_area.places
  FROM of_area JOIN edition e ON {force}
  JOIN area a ON a.county_code = :county AND a.edition_id = e.id AND a.code = of_area.code
  LEFT JOIN duty ON duty.area_code IN (a.code, left(a.code, 9), left(a.code, 6))
  ORDER BY a.code, e.level DESC, duty.general, length(duty.area_code) DESC NULLS LAST,
    duty.priority DESC, duty.unit_code, duty.id
), drawn AS (
  SELECT DISTINCT ON (point.n) point.n, duty.unit_id, duty.unit_code, duty.rule, duty.general
  FROM duty JOIN point ON ST_Covers(duty.geom, point.geom)
  WHERE duty.geom IS NOT NULL
  ORDER BY point.n, duty.general, duty.priority DESC, duty.unit_code, duty.id
)
SELECT code, edition_id, unit_id, unit_code, rule, general, places FROM leaf
UNION ALL
SELECT NULL, NULL, unit_id, unit_code, rule, general, array_agg(n) FROM drawn GROUP BY 3, 4, 5, 6
ORDER BY code DESC NULLS LAST
"""

REACH_M: Final = """coalesce(CAST(:reach_m AS float8), (
    SELECT s.value FROM setting_entry s
    WHERE s.county_code = :county AND s.key = 'border_confirm_m' ORDER BY s.id DESC LIMIT 1
  ), 30)"""

FORCE: Final = """e.county_code = :county AND e.kind = 'boundaries' AND e.status <> 'draft'
    AND e.valid_from <= :on AND (e.valid_to IS NULL OR e.valid_to > :on)"""


@dataclass(frozen=True)
class Routed:
    """Where a point is and who answers for it; see `routing.Routing` for the words.

    general -- the duty that decided is for every category, or there is none
    """

    edition_id: uuid.UUID
    village_code: str | None
    township_code: str | None
    unit_id: uuid.UUID | None
    unit_code: str | None
    rule: str
    general: bool = field(default=True, compare=False, repr=False)


def route_many(
    session: Session,
    county_code: str,
    points: Sequence[tuple[float, float]] | NDArray[np.float64],
    on: date,
    category: str | None = None,
    *,
    confirm_within_m: float | None = None,
) -> list[Routed | None]:
    """Return for each point (lon, lat in degrees, EPSG:4490) what `route` answers on a day.

    One statement answers for all points in villages, and one more for those in none, if any.
    None stands for a point outside the county. Distances to borders are not computed: ask `route`
    where a person has to confirm. Raises GisError where a coordinate is not on the earth.
    """
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    _check(given)
    found: list[Routed | None] = [None] * len(given)
    asked = {"county": county_code, "on": on, "category": category, "reach_m": confirm_within_m}
    every = np.arange(len(given))
    _answer(session, _statement(of_area="villages"), asked, given, every, found)
    left = np.array([place for place, routed in enumerate(found) if routed is None], dtype=int)
    _answer(session, _statement(of_area="elsewhere"), asked, given, left, found)
    return found


def _answer(
    session: Session,
    statement: TextClause,
    asked: dict[str, Any],
    points: NDArray[np.float64],
    places: NDArray[np.int_],
    found: list[Routed | None],
) -> None:
    """Ask for the points at `places` and put the answers there.

    Areas come by falling code, so that of two that hold a point the smaller stands; drawn duties
    come last and replace those of areas, except a general one that of a category.
    """
    if not len(places):
        return
    numbers: list[int] = places.tolist()
    for row in session.execute(statement, {**asked, "points": _wkb(points[places])}):
        if row.code is not None:
            routed = _routed(row)
            for place in row.places:
                found[numbers[place]] = routed
            continue
        for place in row.places:
            base = found[numbers[place]]
            if base is not None and (base.general or not row.general):
                found[numbers[place]] = _drawn(base, row)


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
        row.general,
    )


def _drawn(base: Routed, row: Any) -> Routed:
    return replace(
        base, unit_id=row.unit_id, unit_code=row.unit_code, rule=row.rule, general=row.general
    )


@functools.cache
def _statement(*, of_area: str) -> TextClause:
    coarse = COARSE.format(
        spot="point.geom", in_county="AND a.county_code = :county", in_force=IN_FORCE
    ).replace(":reach_m", REACH_M)
    source = {"villages": IN_VILLAGES, "elsewhere": ELSEWHERE}[of_area]
    return text(
        MANY.format(
            srid=STORAGE_SRID,
            of_area=source.format(force=FORCE, coarse=coarse),
            rule=RULE,
            valid=VALID_DUTY,
            force=FORCE,
        )
    )
