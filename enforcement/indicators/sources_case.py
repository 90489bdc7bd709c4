"""The measures of cases: what stands in the case, and what was done in its course."""

from __future__ import annotations

from typing import Final

CHANGED: Final = """
SELECT case_id AS id FROM case_entry WHERE county_code = :county AND id >= :since
UNION SELECT case_id FROM publication WHERE county_code = :county AND id >= :since
UNION SELECT p.case_id FROM publication_withdrawal w
  JOIN publication p ON p.county_code = w.county_code AND p.id = w.publication_id
  WHERE w.county_code = :county AND w.id >= :since
"""
PLACE: Final = """coalesce(c.township_code, '') AS township_code, c.unit_code,
  c.matter_code AS matter"""
ROWS: Final = f"""
SELECT c.id AS subject_id, c.id AS row_id, m.measure, m.on_day, {PLACE}, m.value
FROM case_file c
CROSS JOIN LATERAL (
  SELECT coalesce(sum(least(coalesce(x.last_on, c.decided_on), c.decided_on) - x.first_on + 1)
    FILTER (WHERE x.first_on <= c.decided_on), 0) AS excluded
  FROM case_exclusion x WHERE x.county_code = c.county_code AND x.case_id = c.id
) x
CROSS JOIN LATERAL (
  SELECT min(e.at) FILTER (WHERE e.event = 'decide') AS decided_at,
    max(e.at) FILTER (WHERE e.event = 'refuse_filing') AS refused_at,
    max(e.at) FILTER (WHERE e.event = 'decide_no_penalty') AS spared_at,
    max(e.at) FILTER (WHERE e.event IN ('transfer', 'send_crime')) AS sent_at,
    max(e.at) FILTER (WHERE e.event = 'withdraw_filing') AS undone_at,
    max(e.at) FILTER (WHERE e.event = 'terminate') AS stopped_at,
    max(e.at) FILTER (WHERE e.event = 'plan_payment') AS planned_at,
    max(e.detail ->> 'ground') FILTER (WHERE e.event = 'propose_no_penalty') AS ground
  FROM case_entry e WHERE e.county_code = c.county_code AND e.case_id = c.id
) e
CROSS JOIN LATERAL (
  SELECT CAST(timezone('Asia/Shanghai', c.registered_at) AS date) AS came,
    CAST(timezone('Asia/Shanghai', e.refused_at) AS date) AS refused,
    CAST(timezone('Asia/Shanghai', e.spared_at) AS date) AS spared,
    CAST(timezone('Asia/Shanghai', e.sent_at) AS date) AS sent,
    CAST(timezone('Asia/Shanghai', e.undone_at) AS date) AS undone,
    CAST(timezone('Asia/Shanghai', e.stopped_at) AS date) AS stopped,
    CAST(timezone('Asia/Shanghai', e.planned_at) AS date) AS planned,
    c.decided_on - c.filed_on AS days
) d
CROSS JOIN LATERAL (VALUES
  ('case.registered', d.came, 1, true),
  ('case.filed', c.filed_on, 1, c.filed_on IS NOT NULL),
  ('case.not_filed', d.refused, 1, c.state = 'not_filed' AND d.refused IS NOT NULL),
  ('case.penalty', c.decided_on, 1, c.decided_on IS NOT NULL AND e.decided_at IS NOT NULL),
  ('case.no_penalty', d.spared, 1, d.spared IS NOT NULL),
  ('case.first_slight', d.spared, 1, d.spared IS NOT NULL AND e.ground IN ('first', 'slight')),
  ('case.transferred', d.sent, 1, d.sent IS NOT NULL),
  ('case.withdrawn', d.undone, 1, c.state = 'withdrawn' AND d.undone IS NOT NULL),
  ('case.terminated', d.stopped, 1, c.state = 'terminated' AND d.stopped IS NOT NULL),
  ('case.closed', c.closed_on, 1, c.closed_on IS NOT NULL),
  ('case.left', coalesce(c.closed_on, d.refused, d.undone, d.stopped, d.sent, d.spared), 1,
    c.state IN ('closed', 'archived', 'not_filed', 'withdrawn', 'terminated', 'transferred')
    AND coalesce(c.closed_on, d.refused, d.undone, d.stopped, d.sent, d.spared) IS NOT NULL),
  ('case.decided_late', c.decided_on, 1, c.decided_on > c.decision_due_on),
  ('case.decided_dated', c.decided_on, 1,
    c.decided_on IS NOT NULL AND c.decision_due_on IS NOT NULL),
  ('case.days_gross', c.decided_on, d.days, d.days IS NOT NULL),
  ('case.days_net', c.decided_on, greatest(0, d.days - x.excluded), d.days IS NOT NULL),
  ('course.two_people', c.filed_on, 1, c.filed_on IS NOT NULL AND c.officer_a_id IS NOT NULL
    AND c.officer_b_id IS NOT NULL AND c.officer_a_id <> c.officer_b_id),
  ('money.fined', c.decided_on, c.fine_yuan, c.decided_on IS NOT NULL AND c.fine_yuan > 0),
  ('money.paid', c.decided_on, c.paid_yuan, c.decided_on IS NOT NULL AND c.paid_yuan > 0),
  ('money.surcharge', c.decided_on, c.surcharge_yuan,
    c.decided_on IS NOT NULL AND c.surcharge_yuan > 0),
  ('money.instalments', d.planned, 1, d.planned IS NOT NULL)
) m(measure, on_day, value, counts)
WHERE c.county_code = :county AND m.counts AND {{only}}
"""  # noqa: S608 -- PLACE is of this module
COURSE: Final = f"""
SELECT c.id AS subject_id, y.row_id, m.measure, m.on_day, {PLACE}, 1 AS value
FROM case_file c
CROSS JOIN LATERAL (
  SELECT e.id AS row_id, CAST(timezone('Asia/Shanghai', e.at) AS date) AS on_day, e.event,
    e.detail ->> 'outcome' AS outcome, CAST(NULL AS boolean) AS in_time
  FROM case_entry e WHERE e.county_code = c.county_code AND e.case_id = c.id
    AND e.event IN ('review_legality', 'request_hearing', 'hold_hearing', 'discuss',
      'hear_statement', 'send_back', 'revise', 'ask_recusal')
  UNION ALL
  SELECT r.id, r.received_on, 'remedy', NULL, NULL
  FROM remedy r WHERE r.county_code = c.county_code AND r.case_id = c.id
  UNION ALL
  SELECT r.id, r.ended_on, CASE r.kind WHEN 'lawsuit' THEN 'lawsuit_end' ELSE 'remedy_end' END,
    r.outcome, NULL
  FROM remedy r WHERE r.county_code = c.county_code AND r.case_id = c.id
    AND r.ended_on IS NOT NULL
  UNION ALL
  SELECT p.id, CAST(timezone('Asia/Shanghai', p.at) AS date), 'publication', p.outcome,
    CAST(timezone('Asia/Shanghai', p.at) AS date) <= p.due_on
  FROM publication p WHERE p.county_code = c.county_code AND p.case_id = c.id
  UNION ALL
  SELECT w.id, CAST(timezone('Asia/Shanghai', w.at) AS date), 'publication_end', NULL, NULL
  FROM publication p JOIN publication_withdrawal w
    ON w.county_code = p.county_code AND w.publication_id = p.id
  WHERE p.county_code = c.county_code AND p.case_id = c.id
) y
CROSS JOIN LATERAL (VALUES
  ('course.review', y.on_day, y.event = 'review_legality'),
  ('course.review_back', y.on_day,
    y.event = 'review_legality' AND y.outcome IN ('to_amend', 'failed')),
  ('course.hearing_asked', y.on_day, y.event = 'request_hearing'),
  ('course.hearing_held', y.on_day, y.event = 'hold_hearing'),
  ('course.discussed', y.on_day, y.event = 'discuss'),
  ('course.pleaded', y.on_day, y.event = 'hear_statement' AND y.outcome <> 'waived'),
  ('course.heard', y.on_day, y.event = 'hear_statement' AND y.outcome = 'accepted'),
  ('course.sent_back', y.on_day, y.event = 'send_back'),
  ('course.revised', y.on_day, y.event = 'revise'),
  ('course.recusal', y.on_day, y.event = 'ask_recusal'),
  ('course.remedy', y.on_day, y.event = 'remedy'),
  ('course.remedy_ended', y.on_day, y.event IN ('remedy_end', 'lawsuit_end')),
  ('course.remedy_lost', y.on_day, y.event IN ('remedy_end', 'lawsuit_end')
    AND y.outcome IN ('changed', 'revoked', 'redo', 'illegal')),
  ('course.lawsuit_ended', y.on_day, y.event = 'lawsuit_end'),
  ('course.lawsuit_lost', y.on_day, y.event = 'lawsuit_end'
    AND y.outcome IN ('changed', 'revoked', 'redo', 'illegal')),
  ('course.published_in_time', c.decided_on,
    y.event = 'publication' AND y.in_time AND c.decided_on IS NOT NULL),
  ('course.published', y.on_day, y.event = 'publication' AND y.outcome <> 'withhold'),
  ('course.not_shown', y.on_day, y.event = 'publication' AND y.outcome = 'withhold'),
  ('course.withdrawn', y.on_day, y.event = 'publication_end')
) m(measure, on_day, counts)
WHERE c.county_code = :county AND m.counts AND {{only}}
"""  # noqa: S608
