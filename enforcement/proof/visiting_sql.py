"""The statements that make visits of positions, and mark the stops of lists by them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from enforcement.positions.storing_sql import OLD_S
from gis.visits import FENCES, INSIDE, ISLANDS, LEAVE_S

_LEAVE: Final = f"interval '{LEAVE_S} seconds'"
_RECEIVED: Final = f"""received_at >= :since
    AND fixed_at >= CAST(:since AS timestamptz) - interval '{OLD_S} seconds'"""
_OF_DAY: Final = "fixed_at >= :since AND fixed_at < :until"


def _visits(which: str) -> str:
    return f"""
WITH fence AS MATERIALIZED (
  SELECT id, lon, lat, radius_m FROM beat
  WHERE county_code = :county AND kind = 'point' AND state = 'active'
), {FENCES}, fresh AS (
  SELECT coalesce(person_id, device_id) AS carrier, person_id, fixed_at, lon, lat, mock
  FROM fix WHERE county_code = :county AND marks IS NULL AND {which}
), {INSIDE}, touched AS MATERIALIZED (
  SELECT carrier, fence_id, min(fixed_at) - {_LEAVE} AS low, max(fixed_at) + {_LEAVE} AS high
  FROM inside GROUP BY carrier, fence_id
), old AS MATERIALIZED (
  SELECT v.* FROM touched t
  JOIN beat_visit v ON v.county_code = :county AND v.carrier_id = t.carrier
    AND v.beat_id = t.fence_id AND v.left_at >= t.low AND v.arrived_at <= t.high
  WHERE v.way = 'geofence'
), item AS (
  SELECT carrier, person_id, fence_id, fixed_at AS since, fixed_at AS until, mock AS mocked,
    ST_Distance(geography(ST_SetSRID(ST_MakePoint(lon, lat), 4490)),
      geography(ST_SetSRID(ST_MakePoint(fence_lon, fence_lat), 4490))) AS off_m,
    CAST(NULL AS uuid) AS id
  FROM inside
  UNION ALL
  SELECT carrier_id, person_id, beat_id, arrived_at, left_at, mocked, min_distance_m, id FROM old
), {ISLANDS}, made AS MATERIALIZED (
  SELECT carrier, (array_agg(person_id))[1] AS person_id, fence_id, min(since) AS arrived_at,
    max(until) AS left_at, min(off_m) AS off_m, bool_or(mocked) AS mocked,
    (array_agg(id ORDER BY since) FILTER (WHERE id IS NOT NULL))[1] AS id
  FROM island GROUP BY carrier, fence_id, part
), gone AS (
  DELETE FROM beat_visit v USING old o
  WHERE v.county_code = :county AND v.id = o.id
    AND o.id NOT IN (SELECT id FROM made WHERE id IS NOT NULL)
)
INSERT INTO beat_visit AS v (county_code, id, beat_id, carrier_id, person_id, on_day, arrived_at,
  left_at, dwell_s, min_distance_m, mocked, way)
SELECT :county, coalesce(id, gen_random_uuid()), fence_id, carrier, person_id,
  CAST(arrived_at AT TIME ZONE 'Asia/Shanghai' AS date), arrived_at, left_at,
  CAST(extract(epoch FROM left_at - arrived_at) AS int), off_m, mocked, 'geofence'
FROM made
ON CONFLICT (county_code, id) DO UPDATE SET on_day = excluded.on_day,
  arrived_at = excluded.arrived_at, left_at = excluded.left_at, dwell_s = excluded.dwell_s,
  min_distance_m = excluded.min_distance_m, mocked = excluded.mocked
RETURNING v.id
"""  # noqa: S608 -- fragments of this package and of gis only


LOOK: Final = text(_visits(_RECEIVED))
"""Visits out of what was received since a moment; parameters county, since."""
WHOLE_DAY: Final = text(_visits(_OF_DAY))
"""Visits out of all positions of a day; parameters county, since, until."""

MARK: Final = text(f"""
WITH seen AS MATERIALIZED (
  SELECT DISTINCT ON (s.id) s.id AS stop_id, s.patrol_id, s.seq, s.beat_id, v.id AS visit_id,
    v.arrived_at, v.left_at, a.id AS account_id, p.name,
    s.visited_at IS NULL AND NOT b.photo AS news
  FROM beat_visit v
  JOIN beat b ON b.county_code = :county AND b.id = v.beat_id
  JOIN person p ON p.county_code = :county AND p.id = v.person_id
  JOIN post o ON o.county_code = :county AND o.person_id = v.person_id
    AND o.valid_from <= v.on_day AND (o.valid_to IS NULL OR o.valid_to > v.on_day)
  JOIN unit u ON u.county_code = :county AND u.id = o.unit_id
  JOIN patrol t ON t.county_code = :county AND t.squad_code = u.code AND t.patrol_on = v.on_day
    AND t.state IN ('published', 'started', 'finished')
  JOIN patrol_stop s ON s.county_code = :county AND s.patrol_id = t.id AND s.beat_id = v.beat_id
  LEFT JOIN LATERAL (SELECT id FROM account WHERE county_code = :county AND active
    AND person_id = v.person_id ORDER BY id LIMIT 1) a ON true
  WHERE v.county_code = :county AND v.id = ANY (:visits) AND v.dwell_s >= :dwell AND NOT v.mocked
    AND (s.arrived_at IS NULL OR s.way IS NOT NULL
      AND v.arrived_at <= coalesce(s.left_at, s.arrived_at) + {_LEAVE}
      AND v.left_at >= s.arrived_at - {_LEAVE})
  ORDER BY s.id, v.arrived_at, v.id
), stop AS (
  UPDATE patrol_stop s SET arrived_at = least(s.arrived_at, n.arrived_at),
    left_at = greatest(s.left_at, n.left_at), way = coalesce(s.way, 'geofence'),
    visited_at = CASE WHEN n.news THEN app_now() ELSE s.visited_at END,
    visited_by = CASE WHEN n.news THEN n.account_id ELSE s.visited_by END
  FROM seen n WHERE s.county_code = :county AND s.id = n.stop_id
), walked AS (
  UPDATE patrol t SET version = version + 1,
    state = CASE WHEN t.state = 'published' THEN 'started' ELSE t.state END
  FROM (SELECT DISTINCT patrol_id FROM seen WHERE news) n
  WHERE t.county_code = :county AND t.id = n.patrol_id
  RETURNING t.id, t.state
), beats AS (
  UPDATE beat b SET last_visited_at = greatest(b.last_visited_at, n.at)
  FROM (SELECT beat_id, max(arrived_at) AS at FROM seen WHERE news GROUP BY beat_id) n
  WHERE b.county_code = :county AND b.id = n.beat_id
)
INSERT INTO patrol_entry (county_code, id, patrol_id, seq, event, state, by, by_name, at, detail)
SELECT :county, gen_random_uuid(), n.patrol_id, (SELECT coalesce(max(e.seq), 0) FROM patrol_entry e
    WHERE e.county_code = :county AND e.patrol_id = n.patrol_id)
    + row_number() OVER (PARTITION BY n.patrol_id ORDER BY n.arrived_at, n.seq),
  'visit', w.state, n.account_id, n.name, app_now(), jsonb_build_object('seq', n.seq,
    'way', 'geofence', 'visit', n.visit_id)
FROM seen n JOIN walked w ON w.id = n.patrol_id WHERE n.news
""")  # noqa: S608
"""Mark stops of squads' lists by the visits of their people; parameters county, visits, dwell."""

ROOM: Final = text("SELECT set_config('work_mem', '64MB', true)")
"""Checkpoints and a day's sorting stay in memory, until the transaction ends."""
