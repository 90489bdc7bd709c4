"""The statement of who is near: the nearest phones on duty by index, and what speaks for each."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from enforcement.roster.now_sql import DUTY_NOW

FRESH_S: Final = 1800
"""An older position says little about where somebody is."""

NEAREST: Final = text(f"""
WITH {DUTY_NOW}, spot AS (
  SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) AS geom
), near AS MATERIALIZED (
  SELECT d.person_id, s.lon, s.lat, s.fixed_at, s.accuracy_m, s.mock,
    ST_Distance(geography(s.geom), geography(spot.geom)) AS metres
  FROM spot CROSS JOIN device_state s
  JOIN device d ON d.county_code = s.county_code AND d.id = s.device_id AND d.retired_at IS NULL
  WHERE s.county_code = :county AND s.fixed_at > app_now() - interval '{FRESH_S} seconds'
    AND EXISTS (SELECT FROM duty WHERE duty.person_id = d.person_id)
    AND NOT EXISTS (SELECT FROM sos_press c JOIN account a
      ON a.county_code = c.county_code AND a.id = c.account_id AND a.person_id = d.person_id
      WHERE c.county_code = :county AND c.incident_id = :incident)
    AND NOT EXISTS (SELECT FROM alone_watch w WHERE w.county_code = :county
      AND w.incident_id = :incident AND w.person_id = d.person_id)
  ORDER BY s.geom <-> spot.geom LIMIT :most
), one AS (
  SELECT DISTINCT ON (person_id) * FROM near ORDER BY person_id, fixed_at DESC
)
SELECT one.person_id, p.name, u.code AS unit_code, u.name AS unit, u.kind AS unit_kind, u.role,
  one.lon, one.lat, one.metres, one.accuracy_m, one.mock,
  extract(epoch FROM app_now() - one.fixed_at) AS age_s,
  duty.by, duty.since, duty.until, before.ends_at AS rested_from,
  (SELECT max(c.valid_to) FROM certificate c WHERE c.county_code = :county
    AND c.person_id = one.person_id AND c.status = 'valid'
    AND c.valid_from <= :on AND c.valid_to >= :on) AS certified_to,
  (SELECT string_agg(DISTINCT c.field, '、') FROM certificate c WHERE c.county_code = :county
    AND c.person_id = one.person_id AND c.status = 'valid'
    AND c.valid_from <= :on AND c.valid_to >= :on) AS fields,
  (SELECT count(*) FROM incident i JOIN account a
    ON a.county_code = i.county_code AND a.id = i.handler_id AND a.person_id = one.person_id
    WHERE i.county_code = :county AND i.state IN ('dispatched', 'handling')
      AND i.id <> :incident) AS tasks,
  (SELECT count(*) FROM patrol_stop t JOIN patrol k
    ON k.county_code = t.county_code AND k.id = t.patrol_id AND k.squad_code = u.code
      AND k.state IN ('published', 'started')
    WHERE t.county_code = :county AND t.patrol_on = :on AND t.visited_at IS NULL) AS stops
FROM one
JOIN duty USING (person_id)
JOIN person p ON p.county_code = :county AND p.id = one.person_id
LEFT JOIN LATERAL (
  SELECT u.code, u.name, u.kind, q.role
  FROM post q JOIN unit u ON u.county_code = q.county_code AND u.id = q.unit_id
  WHERE q.county_code = :county AND q.person_id = one.person_id
    AND q.valid_from <= :on AND (q.valid_to IS NULL OR q.valid_to > :on)
  ORDER BY u.id = duty.unit_id DESC NULLS LAST, u.code LIMIT 1
) u ON true
LEFT JOIN LATERAL (
  SELECT max(d.ends_at) AS ends_at FROM duty_shift d
  WHERE d.county_code = :county AND d.person_id = one.person_id AND d.state = 'planned'
    AND d.ends_at <= duty.since AND d.ends_at > duty.since - interval '7 days'
) before ON true
ORDER BY one.metres, one.person_id
""")  # noqa: S608 -- parts of ours
