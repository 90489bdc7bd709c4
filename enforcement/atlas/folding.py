"""Adding changes to the cells of the map, counting all anew, and checking that both agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.atlas.grid import LEVELS, WIDE
from enforcement.due import DueStep
from gis.cells import FINEST

EVERY: Final = timedelta(minutes=1)

_CONTENT: Final = (
    "kind", "unit_code", "handler_code", "reporter_code", "township_code", "sort", "state",
)  # fmt: skip
_NAMES: Final = ", ".join(_CONTENT)
_SAME: Final = " AND ".join(f"d.{name} = c.{name}" for name in _CONTENT)
_LEVELS: Final = ", ".join(f"({level})" for level in LEVELS)
_WIDE: Final = ", ".join(f"({level})" for level in WIDE)
_ALIKE: Final = "kind || '/all', '', '', '', '', sort, state"
"""The contents of what is counted for all units and townships together."""

TURN: Final = text("SELECT pg_advisory_xact_lock(hashtext('map ' || :county))")
DIMS: Final = text(f"""
INSERT INTO map_dim (county_code, {_NAMES})
SELECT county_code, {_NAMES} FROM map_change WHERE county_code = :county
UNION SELECT county_code, {_ALIKE} FROM map_change WHERE county_code = :county
ON CONFLICT ON CONSTRAINT uq_map_dim_content DO NOTHING
""")  # noqa: S608
FOLD: Final = text(f"""
WITH gone AS (
  DELETE FROM map_change c USING map_dim d
  WHERE c.county_code = :county AND d.county_code = c.county_code AND {_SAME}
  RETURNING c.kind, d.id AS dim_id, c.sort, c.state, c.code, c.n, c.n * c.lon_e6 AS lon_e6,
    c.n * c.lat_e6 AS lat_e6
), summed AS (
  SELECT kind, dim_id, sort, state, code, sum(n) AS n, sum(lon_e6) AS lon_e6, sum(lat_e6) AS lat_e6
  FROM gone GROUP BY kind, dim_id, sort, state, code
), whole AS (
  SELECT d.kind, d.id AS dim_id, s.code, sum(s.n) AS n, sum(lon_e6) AS lon_e6, sum(lat_e6) AS lat_e6
  FROM summed s JOIN map_dim d ON d.county_code = :county AND d.kind = s.kind || '/all'
    AND d.unit_code = '' AND d.handler_code = '' AND d.reporter_code = '' AND d.township_code = ''
    AND d.sort = s.sort AND d.state = s.state
  GROUP BY d.kind, d.id, s.code
), spread AS (
  SELECT kind, dim_id, level, code >> (2 * ({FINEST} - level)) AS cell, n, lon_e6, lat_e6
  FROM summed CROSS JOIN (VALUES {_LEVELS}) AS l(level) WHERE code >= 0
  UNION ALL SELECT kind, dim_id, level, code >> (2 * ({FINEST} - level)), n, lon_e6, lat_e6
  FROM whole CROSS JOIN (VALUES {_WIDE}) AS l(level) WHERE code >= 0
  UNION ALL SELECT kind, dim_id, 0, -1, n, 0, 0 FROM summed WHERE code < 0
  UNION ALL SELECT kind, dim_id, 0, -1, n, 0, 0 FROM whole WHERE code < 0
), written AS (
  INSERT INTO map_cell AS m (county_code, kind, level, cell, dim_id, n, lon_e6, lat_e6)
  SELECT :county, kind, level, cell, dim_id, sum(n), sum(lon_e6), sum(lat_e6) FROM spread
  GROUP BY kind, level, cell, dim_id
  HAVING sum(n) <> 0 OR sum(lon_e6) <> 0 OR sum(lat_e6) <> 0
  ORDER BY kind, level, cell, dim_id
  ON CONFLICT ON CONSTRAINT pk_map_cell DO UPDATE
    SET n = m.n + excluded.n, lon_e6 = m.lon_e6 + excluded.lon_e6, lat_e6 = m.lat_e6 + excluded.lat_e6
)
SELECT count(*) FROM gone
""")  # noqa: S608, E501
EMPTY: Final = text("DELETE FROM map_cell WHERE county_code = :county AND n = 0")

_TRUTH: Final = {
    "incident": """
  SELECT 'incident' AS kind, coalesce(responsible_unit_code, '') AS unit_code,
    coalesce(handler_unit_code, '') AS handler_code,
    coalesce(reporter_unit_code, '') AS reporter_code, coalesce(township_code, '') AS township_code,
    CASE WHEN category ~ '^([0-9]{2}|V[0-9]{1,2})$' THEN category ELSE left(category, -2) END
      AS sort, state, map_code(lon, lat) AS code,
    coalesce(round(lon * 1000000)::bigint, 0) AS lon_e6,
    coalesce(round(lat * 1000000)::bigint, 0) AS lat_e6, 1 AS n
  FROM incident WHERE county_code = :county""",
    "case": """
  SELECT 'case', unit_code, '', '', coalesce(township_code, ''), matter_code, state,
    map_code(lon, lat), coalesce(round(lon * 1000000)::bigint, 0),
    coalesce(round(lat * 1000000)::bigint, 0), 1
  FROM case_file WHERE county_code = :county""",
}
_ALL: Final = " UNION ALL ".join(_TRUTH.values())
ANEW: Final = text(f"""
INSERT INTO map_change (county_code, {_NAMES}, code, lon_e6, lat_e6, n)
SELECT :county, {_NAMES}, code, lon_e6, lat_e6, n FROM ({_ALL}) AS truth
""")  # noqa: S608
_AT_LEVELS: Final = f"""
  SELECT {_NAMES}, level, CASE WHEN code < 0 THEN -1 ELSE code >> (2 * ({FINEST} - level)) END
    AS cell, n, n * lon_e6 AS lon_e6, n * lat_e6 AS lat_e6
  FROM {{rows}} JOIN (VALUES (0), {_LEVELS}) AS l(level) ON (code < 0) = (l.level = 0)
  UNION ALL
  SELECT {_ALIKE}, level, CASE WHEN code < 0 THEN -1 ELSE code >> (2 * ({FINEST} - level)) END,
    n, n * lon_e6, n * lat_e6
  FROM {{rows}} JOIN (VALUES (0), {_WIDE}) AS l(level) ON (code < 0) = (l.level = 0)
"""  # noqa: S608
WRONG: Final = text(f"""
WITH every_row AS ({_ALL}), waiting AS (
  SELECT {_NAMES}, code, lon_e6, lat_e6, n FROM map_change WHERE county_code = :county
), truth AS ({_AT_LEVELS.format(rows="every_row")}), kept AS (
  SELECT {", ".join(f"d.{name}" for name in _CONTENT)}, c.level, c.cell, c.n, c.lon_e6, c.lat_e6
  FROM map_cell c JOIN map_dim d ON d.county_code = c.county_code AND d.id = c.dim_id
  WHERE c.county_code = :county
  UNION ALL {_AT_LEVELS.format(rows="waiting")}
)
SELECT kind, level, cell, sum(n) AS n FROM (
  SELECT {_NAMES}, level, cell, n, lon_e6, lat_e6 FROM truth
  UNION ALL SELECT {_NAMES}, level, cell, -n, -lon_e6, -lat_e6 FROM kept
) AS every GROUP BY {_NAMES}, level, cell
HAVING sum(n) <> 0 OR (cell >= 0 AND (sum(lon_e6) <> 0 OR sum(lat_e6) <> 0))
ORDER BY kind, level, cell LIMIT 50
""")  # noqa: S608


def fold(session: Session, county_code: str) -> int:
    """Add a county's changes to its cells, one fold at a time; return how many they were."""
    asked = {"county": county_code}
    session.execute(TURN, asked)
    session.execute(DIMS, asked)
    count: int = session.scalar(FOLD, asked) or 0
    session.execute(EMPTY, asked)
    return count


def rebuild(session: Session, county_code: str) -> int:
    """Count a county's cells anew from its rows; return how many rows there are.

    Nobody may change incidents or cases meanwhile: both tables are locked against writers.
    """
    asked = {"county": county_code}
    session.execute(text("LOCK TABLE incident, case_file IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(TURN, asked)
    for table in ("map_change", "map_cell", "map_dim"):
        session.execute(text(f"DELETE FROM {table} WHERE county_code = :county"), asked)  # noqa: S608
    session.execute(ANEW, asked)
    return fold(session, county_code)


def wrong(session: Session, county_code: str) -> list[dict[str, Any]]:
    """Return the cells whose count is not that of the rows: kind, level, cell, n missing."""
    return [dict(row) for row in session.execute(WRONG, {"county": county_code}).mappings()]


def work(session: Session, step: DueStep) -> None:
    """Fold a county's changes, and plan the next time."""
    fold(session, step.county_code)
    at = clock.now(session) + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)
