"""The statements of the report on patrols: each answers for all groups at once, by `key`.

They ask for :county, :first and :next (days), :since and :until (moments), :low and :high (unit
codes), and where land counts :edition, :level and :on.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from enforcement.jurisdiction.duty_sql import duty
from enforcement.overview.patrols_by import By
from gis.tracks import GRID

BRIGADE: Final = """coalesce((SELECT p.code FROM unit p WHERE p.county_code = :county
    AND p.kind IN ('brigade', 'sub_bureau')
    AND (u.code = p.code OR starts_with(u.code, p.code || '.'))
    ORDER BY length(p.code) DESC LIMIT 1), u.code)"""
GROUPS: Final = """grp AS MATERIALIZED (
  SELECT u.code, {key} AS key FROM unit u
  WHERE u.county_code = :county AND u.code >= :low AND u.code < :high
)"""
WALKED: Final = """t.county_code = :county AND t.on_day >= :first AND t.on_day < :next"""
PLANNED: Final = """s.county_code = :county AND s.patrol_on >= :first AND s.patrol_on < :next
  AND p.state NOT IN ('draft', 'cancelled')"""
STOP: Final = """patrol_stop s
JOIN patrol p ON p.county_code = s.county_code AND p.id = s.patrol_id
JOIN grp g ON g.code = p.squad_code"""
TOWNSHIP: Final = "left({code}, 9)"


def groups(by: By) -> str:
    """Return the CTE of the units that count, each with the key of its group."""
    return GROUPS.format(key=BRIGADE if by is By.BRIGADE else "u.code")


def key(by: By, *, person: str = "NULL", village: str = "NULL") -> str:
    """Return SQL of the key of a row whose unit is joined as `g`."""
    if by is By.PERSON:
        return f"CAST({person} AS text)"
    return TOWNSHIP.format(code=village) if by is By.TOWNSHIP else "g.key"


def walked(by: By) -> TextClause:
    """Return kilometres, minutes, tracks and people: of a township what lies within it."""
    if by is By.TOWNSHIP:
        return text(f"""
WITH {groups(by)}, walk AS MATERIALIZED (
  SELECT t.county_code, t.id, t.person_id, t.geom FROM track t JOIN grp g ON g.code = t.unit_code
  WHERE {WALKED}
), piece AS MATERIALIZED (
  SELECT a.code, ST_Subdivide(a.geom, 64) AS geom FROM area a
  WHERE a.county_code = :county AND a.edition_id = :edition AND a.level = 'township'
), within AS (
  SELECT a.code AS key, sum(ST_Length(geography(ST_Intersection(w.geom, a.geom)))) / 1000 AS km
  FROM piece a JOIN walk w ON a.geom && w.geom
  GROUP BY a.code
), spent AS (
  SELECT left(v.village_code, 9) AS key, sum(v.minutes) AS minutes,
    count(DISTINCT w.id) AS tracks, count(DISTINCT w.person_id) AS people
  FROM track_village v JOIN walk w ON w.county_code = v.county_code AND w.id = v.track_id
  GROUP BY 1
)
SELECT key, coalesce(n.km, 0) AS km, coalesce(s.minutes, 0) AS minutes,
  coalesce(s.tracks, 0) AS tracks, coalesce(s.people, 0) AS people
FROM within n FULL JOIN spent s USING (key)
""")  # noqa: S608 -- fragments of this package only
    return text(f"""
WITH {groups(by)}
SELECT {key(by, person="t.person_id")} AS key, sum(t.km) AS km, sum(t.minutes) AS minutes,
  count(*) AS tracks, count(DISTINCT t.person_id) AS people
FROM track t JOIN grp g ON g.code = t.unit_code WHERE {WALKED} GROUP BY 1
""")  # noqa: S608


def stops(by: By) -> TextClause:
    """Return patrols, stops planned and visited, required ones, and what was found."""
    return text(f"""
WITH {groups(by)}, found AS (
  SELECT f.stop_id, count(*) FILTER (WHERE f.kind = 'incident') AS incidents,
    count(*) FILTER (WHERE f.kind = 'order') AS orders,
    count(*) FILTER (WHERE f.kind = 'lead') AS leads
  FROM patrol_finding f JOIN patrol_stop s ON s.county_code = f.county_code AND s.id = f.stop_id
  WHERE s.county_code = :county AND s.patrol_on >= :first AND s.patrol_on < :next
  GROUP BY f.stop_id
)
SELECT {key(by, person="a.person_id", village="s.village_code")} AS key,
  count(DISTINCT p.id) AS patrols, count(*) AS planned, count(s.visited_at) AS visited,
  count(*) FILTER (WHERE s.required) AS required,
  count(s.visited_at) FILTER (WHERE s.required) AS required_visited,
  CAST(coalesce(sum(f.incidents), 0) AS int) AS incidents,
  CAST(coalesce(sum(f.orders), 0) AS int) AS orders, CAST(coalesce(sum(f.leads), 0) AS int) AS leads
FROM {STOP}
LEFT JOIN account a ON a.county_code = s.county_code AND a.id = s.visited_by
LEFT JOIN found f ON f.stop_id = s.id
WHERE {PLANNED} GROUP BY 1
""")  # noqa: S608


def responses(by: By) -> TextClause:
    """Return how many incidents somebody came to, and the minutes from report to arrival."""
    minutes = "extract(epoch FROM i.arrived_at - i.received_at) / 60"
    return text(f"""
WITH {groups(by)}
SELECT {key(by, person="a.person_id", village="i.village_code")} AS key, count(*) AS responses,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY {minutes}) AS median_min,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY {minutes}) AS slow_min
FROM incident i JOIN grp g ON g.code = i.handler_unit_code
LEFT JOIN account a ON a.county_code = i.county_code AND a.id = i.handler_id
WHERE i.county_code = :county AND i.received_at >= :since AND i.received_at < :until
  AND i.arrived_at IS NOT NULL
GROUP BY 1
""")  # noqa: S608


def points(by: By) -> TextClause:
    """Return how many checkpoints in use there are, and how many were visited or proved to be."""
    return text(f"""
WITH {groups(by)}, seen AS MATERIALIZED (
  SELECT s.beat_id FROM patrol_stop s
  WHERE s.county_code = :county AND s.patrol_on >= :first AND s.patrol_on < :next
    AND s.beat_id IS NOT NULL AND s.visited_at IS NOT NULL
  UNION
  SELECT v.beat_id FROM beat_visit v WHERE v.county_code = :county AND v.on_day >= :first
    AND v.on_day < :next AND v.dwell_s >= 60 AND NOT v.mocked
  UNION
  SELECT c.beat_id FROM check_in c WHERE c.county_code = :county AND c.occurred_at >= :since
    AND c.occurred_at < :until AND c.within AND NOT c.mock
)
SELECT {key(by, village="b.village_code")} AS key, count(*) AS points, count(seen.beat_id) AS seen
FROM beat b JOIN grp g ON g.code = b.unit_code LEFT JOIN seen ON seen.beat_id = b.id
WHERE b.county_code = :county AND b.kind = 'point' AND b.state = 'active' GROUP BY 1
""")  # noqa: S608


def covered(by: By) -> TextClause:
    """Return metres of roads on patrols' ground and near their tracks, minutes in hot cells."""
    return text(f"""
WITH {groups(by)}
SELECT g.key, coalesce(sum(c.road_m), 0) AS road_m, coalesce(sum(c.road_seen_m), 0) AS road_seen_m,
  CAST(coalesce(sum((SELECT sum(CAST(e ->> 'minutes' AS int))
    FROM jsonb_array_elements(c.cells) e)), 0) AS int) AS hot_min
FROM patrol_coverage c
JOIN patrol p ON p.county_code = c.county_code AND p.id = c.patrol_id
JOIN grp g ON g.code = p.squad_code
WHERE c.county_code = :county AND p.patrol_on >= :first AND p.patrol_on < :next GROUP BY 1
""")  # noqa: S608


def land(by: By) -> TextClause:
    """Return villages, those somebody was in, square metres, and cells of 200 m he was in.

    The villages of a unit are those it answers for; presence counts by the unit's own people, in a
    township by anybody.
    """
    township = by is By.TOWNSHIP
    own = (
        "SELECT left(leaf.code, 9) AS key, leaf.code, leaf.area_m2 FROM leaf" if township else
        "SELECT g.key, leaf.code, leaf.area_m2 FROM leaf JOIN answer USING (code)"
        " JOIN grp g ON g.code = answer.unit_code WHERE answer.category IS NULL"
    )  # fmt: skip
    return text(f"""
WITH {groups(by)}, {duty("day")}, land AS (
  {own}
), cell AS MATERIALIZED (
  SELECT DISTINCT {"''" if township else "g.key"} AS key, c.x, c.y
  FROM presence_cell c JOIN track t ON t.county_code = c.county_code AND t.id = c.track_id
  JOIN grp g ON g.code = t.unit_code WHERE {WALKED}
), grid AS MATERIALIZED (
  SELECT x, y, village_code AS code FROM cell_village
  WHERE county_code = :county AND edition_id = :edition
  UNION ALL
  SELECT g.x, g.y, g.code FROM (
    SELECT 1 WHERE NOT EXISTS (SELECT FROM cell_village
      WHERE county_code = :county AND edition_id = :edition)
  ) missing CROSS JOIN LATERAL ({GRID.format(edition=":edition")}) g
), been AS MATERIALIZED (
  SELECT {"left(grid.code, 9)" if township else "cell.key"} AS key, grid.code, count(*) AS cells
  FROM cell JOIN grid USING (x, y) GROUP BY 1, 2
), seen AS MATERIALIZED (
  SELECT {key(by, village="v.village_code")} AS key, v.village_code AS code
  FROM track_village v JOIN track t ON t.county_code = v.county_code AND t.id = v.track_id
  JOIN grp g ON g.code = t.unit_code WHERE {WALKED}
  UNION
  SELECT {key(by, village="s.village_code")}, s.village_code FROM {STOP}
  WHERE {PLANNED} AND s.visited_at IS NOT NULL AND s.village_code IS NOT NULL
)
SELECT land.key, count(*) AS villages, count(seen.code) AS seen, sum(land.area_m2) AS area_m2,
  coalesce(sum(been.cells), 0) AS cells,
  (SELECT avg(a.label_lat) FROM area a WHERE a.county_code = :county AND a.edition_id = :edition)
    AS lat
FROM land LEFT JOIN seen ON seen.key = land.key AND seen.code = land.code
LEFT JOIN been ON been.key = land.key AND been.code = land.code
GROUP BY land.key
""")  # noqa: S608


PEOPLE_VILLAGES: Final = text(f"""
WITH {groups(By.PERSON)}
SELECT CAST(t.person_id AS text) AS key, count(DISTINCT v.village_code) AS seen
FROM track_village v JOIN track t ON t.county_code = v.county_code AND t.id = v.track_id
JOIN grp g ON g.code = t.unit_code
WHERE {WALKED} AND t.person_id IS NOT NULL GROUP BY 1
""")  # noqa: S608

PRESENCE: Final = text(f"""
WITH {groups(By.SQUAD)}
SELECT v.village_code AS code, sum(v.minutes) AS minutes
FROM track_village v JOIN track t ON t.county_code = v.county_code AND t.id = v.track_id
JOIN grp g ON g.code = t.unit_code
WHERE {WALKED} GROUP BY 1
""")  # noqa: S608
"""Minutes that people were in each village."""

LINES: Final = text(f"""
WITH {groups(By.SQUAD)}
SELECT t.unit_code, t.on_day, ST_AsGeoJSON(ST_SimplifyPreserveTopology(t.geom, 0.0002), 5) AS shape
FROM track t JOIN grp g ON g.code = t.unit_code
WHERE {WALKED} AND t.geom IS NOT NULL
ORDER BY t.on_day DESC, t.id LIMIT :most
""")  # noqa: S608

PLACES: Final = text(f"""
WITH {groups(By.SQUAD)}
SELECT s.lon, s.lat, s.visited_at IS NOT NULL AS visited, s.required, p.squad_code, s.patrol_on
FROM {STOP}
WHERE {PLANNED} AND s.lon IS NOT NULL AND s.lat IS NOT NULL
ORDER BY s.patrol_on DESC, s.id LIMIT :most
""")  # noqa: S608
