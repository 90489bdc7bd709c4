"""The measures of incidents. A late one was escalated to a leader before it was closed."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
SELECT i.id AS subject_id, i.id AS row_id, m.measure, m.on_day,
  coalesce(i.township_code, '') AS township_code,
  coalesce(i.responsible_unit_code, '') AS unit_code, i.category AS matter, m.value
FROM incident i
CROSS JOIN LATERAL (
  SELECT CAST(timezone('Asia/Shanghai', i.received_at) AS date) AS came,
    CAST(timezone('Asia/Shanghai', i.closed_at) AS date) AS closed
) d
LEFT JOIN LATERAL (
  SELECT min(x.at) FILTER (WHERE x.event = 'assign') AS sent_at,
    count(*) FILTER (WHERE x.event = 'fail_check') AS failed,
    count(*) FILTER (WHERE x.event IN ('remind', 'escalate')
      AND x.detail ->> 'level' IN ('township_leader', 'bureau_leader', 'command')) AS raised,
    max(x.at) FILTER (WHERE x.event IN ('reject', 'pass_to_case', 'hand_over')) AS left_at
  FROM incident_entry x WHERE x.county_code = i.county_code AND x.incident_id = i.id
) e ON true
CROSS JOIN LATERAL (
  SELECT i.state NOT IN ('void', 'merged') AS valid,
    extract(epoch FROM i.answered_at - i.received_at) AS answer_s,
    extract(epoch FROM i.arrived_at - i.received_at) / 60 AS arrive_min,
    extract(epoch FROM e.sent_at - i.received_at) / 60 AS send_min,
    extract(epoch FROM i.closed_at - i.received_at) / 3600 AS close_h
) f
CROSS JOIN LATERAL (VALUES
  ('incident.received', d.came, 1, true),
  ('incident.red', d.came, 1, i.urgency = 'red'),
  ('incident.green', d.came, 1, i.urgency = 'green'),
  ('incident.valid', d.came, 1, f.valid),
  ('incident.opened', d.came, 1, f.valid AND i.state NOT IN ('received', 'rejected')),
  ('incident.rejected', d.came, 1, i.state = 'rejected'),
  ('incident.to_case', d.came, 1, i.state = 'to_case'),
  ('incident.passed_on', d.came, 1, i.state = 'passed_on'),
  ('incident.dispatched', d.came, 1, e.sent_at IS NOT NULL),
  ('incident.well_dispatched', d.came, 1, e.sent_at IS NOT NULL AND i.returns = 0),
  ('incident.ended', coalesce(d.closed,
    CAST(timezone('Asia/Shanghai', e.left_at) AS date), d.came), 1,
    i.state IN ('closed', 'rejected', 'to_case', 'passed_on')),
  ('incident.on_time', coalesce(d.closed,
    CAST(timezone('Asia/Shanghai', e.left_at) AS date), d.came), 1,
    i.state IN ('closed', 'rejected', 'to_case', 'passed_on') AND e.raised = 0),
  ('incident.reworked', coalesce(d.closed, d.came), 1, e.failed > 0),
  ('incident.rated', coalesce(d.closed, d.came), 1, i.satisfaction IS NOT NULL),
  ('incident.satisfied', coalesce(d.closed, d.came), 1, i.satisfaction >= 4),
  ('incident.answer_red_s', d.came, f.answer_s, i.urgency = 'red' AND f.answer_s IS NOT NULL),
  ('incident.answer_green_s', d.came, f.answer_s, i.urgency = 'green' AND f.answer_s IS NOT NULL),
  ('incident.dispatch_min', d.came, f.send_min, f.send_min IS NOT NULL),
  ('incident.arrive_red_min', d.came, f.arrive_min,
    i.urgency = 'red' AND f.arrive_min IS NOT NULL),
  ('incident.arrive_min', d.came, f.arrive_min, f.arrive_min IS NOT NULL),
  ('incident.close_h', d.closed, f.close_h, d.closed IS NOT NULL)
) m(measure, on_day, value, counts)
WHERE i.county_code = :county AND m.counts AND {only}
"""
