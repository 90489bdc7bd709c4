"""The outline of where a person is at home: his villages, or what his unit answers for."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.jurisdiction.routing_sql import IN_FORCE

MOST_POINTS: Final = 250
"""Of an outline: some 5 kB as text."""
TOLERANCES_DEG: Final = (0.00002, 0.0001, 0.0003, 0.001, 0.003)
"""How far a simplified line may lie off, the finest first; 0.0001 is about 10 m."""

SQL: Final = text(f"""
WITH duty AS (
  SELECT r.area_code, r.geom FROM responsibility r
  JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND u.code >= :unit AND u.code < :unit || '~'
    AND r.category IS NULL AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
    AND NOT :by_area
), code AS (
  SELECT unnest(CAST(:codes AS text[])) AS code WHERE :by_area
  UNION SELECT area_code FROM duty WHERE area_code IS NOT NULL
), mine AS (
  SELECT a.geom, e.schematic, d.name
  FROM area a JOIN edition e ON {IN_FORCE}
  JOIN code ON code.code = a.code
  JOIN division d ON d.county_code = a.county_code AND d.code = a.code
  WHERE a.county_code = :county
  UNION ALL SELECT geom, false, NULL FROM duty WHERE geom IS NOT NULL
), whole AS MATERIALIZED (
  SELECT ST_UnaryUnion(ST_Collect(geom)) AS geom, bool_or(schematic) AS schematic,
    CASE count(*) WHEN 1 THEN min(name) END AS name
  FROM mine
)
SELECT w.schematic, w.name, ST_AsGeoJSON(s.geom, 5) AS shape
FROM whole w CROSS JOIN unnest(CAST(:tolerances AS float8[])) WITH ORDINALITY AS t(deg, n)
CROSS JOIN LATERAL (SELECT ST_SimplifyPreserveTopology(w.geom, t.deg) AS geom) s
WHERE ST_NPoints(s.geom) <= :most ORDER BY t.n LIMIT 1
""")  # noqa: S608 -- constants of ours


def find_outline(session: Session, actor: Actor) -> dict[str, Any] | None:
    """Return name, rings and whether the line is a sketch; None for the county's own people.

    rings -- of lon, lat in degrees (EPSG:4490), outer and inner alike: a point is inside where an
    odd number of them holds it
    """
    if actor.role in scope.COUNTY_WIDE or actor.role in scope.NOTHING:
        return None
    row = session.execute(
        SQL,
        {
            "county": actor.county_code, "unit": actor.unit_code, "on": clock.today(session),
            "by_area": actor.role in scope.BY_AREA, "codes": list(actor.area_codes),
            "tolerances": list(TOLERANCES_DEG), "most": MOST_POINTS,
        },
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    return {
        "name": row.name or actor.unit_name,
        "schematic": row.schematic,
        "rings": _rings(json.loads(row.shape)),
    }


def _rings(shape: dict[str, Any]) -> list[Any]:
    found = shape["coordinates"]
    return found if shape["type"] == "Polygon" else [ring for one in found for ring in one]
