"""The measures of on-the-spot penalties, measures, inspections, patrols, asks and shifts."""

from __future__ import annotations

from typing import Final

SPOT: Final = """
SELECT s.id AS subject_id, s.id AS row_id, m.measure, m.on_day,
  coalesce(left(s.place_code, 9), '') AS township_code, s.unit_code, s.matter_code AS matter,
  m.value
FROM spot_penalty s
CROSS JOIN LATERAL (
  SELECT CAST(timezone('Asia/Shanghai', s.decided_at) AS date) AS decided
) d
CROSS JOIN LATERAL (VALUES
  ('spot.decided', d.decided, 1, true),
  ('spot.warned', d.decided, 1, s.kind = 'warning'),
  ('spot.report_due', d.decided, 1, s.report_due_on IS NOT NULL),
  ('spot.report_in_time', d.decided, 1, s.reported_on <= s.report_due_on),
  ('spot.collected', s.collected_on, 1, s.collected_on IS NOT NULL),
  ('spot.handed_in_time', s.collected_on, 1,
    s.collected_on IS NOT NULL AND s.handed_in_on <= s.hand_in_due_on),
  ('money.spot', d.decided, s.fine_yuan, s.fine_yuan > 0)
) m(measure, on_day, value, counts)
WHERE s.county_code = :county AND m.counts AND {only}
"""

MEASURE: Final = """
SELECT x.id AS subject_id, x.id AS row_id, m.measure,
  CAST(timezone('Asia/Shanghai', m.at) AS date) AS on_day,
  coalesce(c.township_code, '') AS township_code, c.unit_code, c.matter_code AS matter, 1 AS value
FROM measure x JOIN case_file c ON c.county_code = x.county_code AND c.id = x.case_id
CROSS JOIN LATERAL (VALUES
  ('measure.taken', x.taken_at),
  ('measure.ended', x.ended_at),
  ('measure.lapsed', x.lapsed_at)
) m(measure, at)
WHERE x.county_code = :county AND m.at IS NOT NULL AND {only}
"""

INSPECTION: Final = """
SELECT x.id AS subject_id, x.id AS row_id, m.measure, m.on_day,
  coalesce(left(p.village_code, 9), '') AS township_code, x.unit_code, x.matter_code AS matter,
  1 AS value
FROM inspection x
JOIN enterprise p ON p.county_code = x.county_code AND p.id = x.enterprise_id
CROSS JOIN LATERAL (
  SELECT CAST(timezone('Asia/Shanghai', x.entered_at) AS date) AS entered,
    EXISTS (SELECT FROM inspection_join j
      WHERE j.county_code = x.county_code AND j.inspection_id = x.id) AS joint
) d
CROSS JOIN LATERAL (VALUES
  ('inspection.entered', d.entered, d.entered IS NOT NULL),
  ('inspection.joint', d.entered, d.entered IS NOT NULL AND d.joint),
  ('inspection.complaint', d.entered, d.entered IS NOT NULL AND x.source = 'complaint'),
  ('inspection.concluded', x.concluded_on, x.concluded_on IS NOT NULL),
  ('inspection.problem', x.concluded_on,
    x.concluded_on IS NOT NULL AND x.result <> 'no_problem'),
  ('inspection.published_in_time', x.concluded_on, x.concluded_on IS NOT NULL
    AND CAST(timezone('Asia/Shanghai', x.published_at) AS date) <= x.publish_due_on)
) m(measure, on_day, counts)
WHERE x.county_code = :county AND m.counts AND {only}
"""

PATROL_CHANGED: Final = """
SELECT patrol_id AS id FROM patrol_entry WHERE county_code = :county AND id >= :since
UNION SELECT id FROM patrol WHERE county_code = :county AND patrol_on >= :recent
"""
PATROL: Final = """
SELECT x.id AS subject_id, m.row_id, m.measure, x.patrol_on AS on_day,
  coalesce(left(s.village_code, 9), '') AS township_code, x.squad_code AS unit_code,
  '' AS matter, m.value
FROM patrol x JOIN patrol_stop s ON s.county_code = x.county_code AND s.patrol_id = x.id
CROSS JOIN LATERAL (
  SELECT count(*) AS found FROM patrol_finding f
  WHERE f.county_code = s.county_code AND f.stop_id = s.id
) f
CROSS JOIN LATERAL (VALUES
  (s.id, 'patrol.planned', 1, true),
  (s.id, 'patrol.visited', 1, s.visited_at IS NOT NULL),
  (s.id, 'patrol.required', 1, s.required),
  (s.id, 'patrol.required_visited', 1, s.required AND s.visited_at IS NOT NULL),
  (s.id, 'patrol.found', f.found, f.found > 0)
) m(row_id, measure, value, counts)
WHERE x.county_code = :county AND x.state NOT IN ('draft', 'cancelled') AND m.counts AND {only}
"""

TRACK_CHANGED: Final = """
SELECT id FROM track WHERE county_code = :county AND on_day >= :recent
UNION SELECT subject_id FROM indicator_row
  WHERE county_code = :county AND source = 'track' AND on_day >= :recent
"""
"""A track that is made anew has a new key: the old one's rows go."""
TRACK: Final = """
SELECT x.id AS subject_id, x.id AS row_id, m.measure, x.on_day, '' AS township_code,
  coalesce(x.unit_code, '') AS unit_code, '' AS matter, m.value
FROM track x
CROSS JOIN LATERAL (VALUES
  ('patrol.tracks', CAST(1 AS numeric)),
  ('patrol.km', CAST(x.km AS numeric)),
  ('patrol.minutes', CAST(x.minutes AS numeric))
) m(measure, value)
WHERE x.county_code = :county AND {only}
"""

ASK: Final = """
SELECT x.id AS subject_id, x.id AS row_id, m.measure, m.on_day, x.township_code,
  coalesce(x.unit_code, '') AS unit_code, '' AS matter, 1 AS value
FROM ask x
CROSS JOIN LATERAL (
  SELECT CAST(timezone('Asia/Shanghai', x.done_at) AS date) AS done
) d
CROSS JOIN LATERAL (VALUES
  ('ask.received', x.asked_on, x.state <> 'withdrawn'),
  ('ask.visit', x.asked_on, x.state <> 'withdrawn' AND x.kind = 'visit'),
  ('ask.helped', x.asked_on, x.state <> 'withdrawn' AND x.kind IN ('help', 'proxy')),
  ('ask.mediation', x.asked_on, x.state <> 'withdrawn' AND x.nature = 'mediation'),
  ('ask.done', d.done, d.done IS NOT NULL),
  ('ask.done_in_time', d.done, d.done IS NOT NULL AND (x.due_on IS NULL OR d.done <= x.due_on)),
  ('ask.called_back', d.done, d.done IS NOT NULL AND x.score IS NOT NULL),
  ('ask.content', d.done, d.done IS NOT NULL AND x.score >= 4)
) m(measure, on_day, counts)
WHERE x.county_code = :county AND m.counts AND {only}
"""

SHIFT_CHANGED: Final = """
SELECT id FROM duty_shift WHERE county_code = :county
  AND starts_at >= :recent - interval '1 day' AND starts_at < app_now()
"""
SHIFT: Final = """
SELECT x.id AS subject_id, x.id AS row_id, m.measure,
  CAST(timezone('Asia/Shanghai', x.starts_at) AS date) AS on_day, '' AS township_code,
  u.code AS unit_code, '' AS matter, 1 AS value
FROM duty_shift x JOIN unit u ON u.county_code = x.county_code AND u.id = x.unit_id
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM duty_presence p WHERE p.county_code = x.county_code
    AND p.person_id = x.person_id AND p.present
    AND p.occurred_at >= x.starts_at - interval '1 hour' AND p.occurred_at < x.ends_at) AS there
) p
CROSS JOIN LATERAL (VALUES
  ('duty.posts', x.kind IN ('a', 'b')),
  ('duty.present', x.kind IN ('a', 'b') AND p.there),
  ('duty.leaders', x.kind = 'leader'),
  ('duty.leaders_present', x.kind = 'leader' AND p.there)
) m(measure, counts)
WHERE x.county_code = :county AND x.state = 'planned' AND x.starts_at < app_now()
  AND m.counts AND {only}
"""
