"""What is doubtful about a day: found by figures, put before a person, judged by nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.positions.own import bounds
from enforcement.settings import queries as settings
from gis.fixes import METRES

STILL: Final = "doubt_still_hours"
LEAST_JUMPS: Final = 3
LEAST_SHARED: Final = 5
"""So many positions of one moment, alike to the last digit, are no chance of two receivers."""

FIND: Final = text(f"""
WITH seen AS (
  SELECT coalesce(person_id, device_id) AS carrier, fixed_at, lon, lat, marks FROM fix
  WHERE county_code = :county AND fixed_at >= :since AND fixed_at < :until
), jumps AS (
  SELECT carrier, count(*) AS n, min(fixed_at) AS first_at, max(fixed_at) AS last_at
  FROM seen WHERE 'jump' = ANY (marks) GROUP BY carrier HAVING count(*) >= {LEAST_JUMPS}
), same AS (
  SELECT array_agg(DISTINCT carrier) AS who FROM seen WHERE marks IS NULL
  GROUP BY lon, lat, fixed_at HAVING count(DISTINCT carrier) > 1
), pairs AS (
  SELECT a.id AS carrier, b.id AS other, count(*) AS n
  FROM same CROSS JOIN unnest(who) a(id) CROSS JOIN unnest(who) b(id)
  WHERE a.id <> b.id GROUP BY 1, 2 HAVING count(*) >= {LEAST_SHARED}
), stay AS (
  SELECT DISTINCT ON (t.carrier_id) t.carrier_id, t.unit_code,
    CAST(e ->> 'since' AS timestamptz) AS since, CAST(e ->> 'until' AS timestamptz) AS until,
    CAST(e ->> 'lon' AS float8) AS lon, CAST(e ->> 'lat' AS float8) AS lat
  FROM track t CROSS JOIN jsonb_array_elements(t.stops) e
  WHERE t.county_code = :county AND t.on_day = :on AND t.person_id IS NOT NULL
  ORDER BY t.carrier_id, CAST(e ->> 'until' AS timestamptz) - CAST(e ->> 'since' AS timestamptz)
    DESC
), found AS (
  SELECT 'mock' AS kind, carrier_id AS carrier, carrier_id AS subject,
    jsonb_build_object('positions', mocked, 'of', fixes) AS figures
  FROM track WHERE county_code = :county AND on_day = :on AND mocked > 0
  UNION ALL
  SELECT 'jump', carrier, carrier, jsonb_build_object('positions', n, 'since', first_at,
    'until', last_at) FROM jumps
  UNION ALL
  SELECT 'shared', p.carrier, p.other, jsonb_build_object('positions', p.n, 'with',
      coalesce(o.name, d.label, d.ident))
  FROM pairs p LEFT JOIN person o ON o.county_code = :county AND o.id = p.other
  LEFT JOIN device d ON d.county_code = :county AND d.id = p.other
  UNION ALL
  SELECT 'still', s.carrier_id, s.carrier_id, jsonb_build_object('since', s.since,
    'until', s.until, 'minutes', CAST(extract(epoch FROM s.until - s.since) / 60 AS int),
    'lon', s.lon, 'lat', s.lat, 'village', v.name, 'home_m', round(CAST(
      {METRES.format("s.lon", "s.lat", "h.label_lon", "h.label_lat")} AS numeric)))
  FROM stay s
  LEFT JOIN edition e ON e.county_code = :county AND e.status = 'active'
  LEFT JOIN unit u ON u.county_code = :county AND u.code = s.unit_code
  LEFT JOIN area h ON h.county_code = :county AND h.edition_id = e.id AND h.code = u.home_code
  LEFT JOIN LATERAL (SELECT a.name FROM area a WHERE a.county_code = :county
    AND a.edition_id = e.id AND a.level = 'village'
    AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4490)) LIMIT 1) v ON true
  WHERE s.until - s.since >= make_interval(hours => :hours)
  UNION ALL
  SELECT CASE WHEN c.mock THEN 'mock' ELSE 'far' END, c.person_id, c.id,
    jsonb_build_object('distance_m', round(CAST(c.distance_m AS numeric)), 'radius_m', b.radius_m,
      'beat', b.name, 'at', c.occurred_at)
  FROM check_in c JOIN beat b ON b.county_code = :county AND b.id = c.beat_id
  WHERE c.county_code = :county AND c.occurred_at >= :since AND c.occurred_at < :until
    AND (c.within IS FALSE OR c.mock)
)
INSERT INTO proof_flag AS f (county_code, id, kind, carrier_id, person_id, unit_code, on_day,
  subject_id, figures, found_at, state)
SELECT DISTINCT ON (n.kind, n.carrier, n.subject) :county, gen_random_uuid(), n.kind,
  n.carrier, p.id, (
    SELECT min(u.code) FROM post o JOIN unit u ON u.county_code = :county AND u.id = o.unit_id
    WHERE o.county_code = :county AND o.person_id = p.id AND o.valid_from <= :on
      AND (o.valid_to IS NULL OR o.valid_to > :on)),
  :on, n.subject, jsonb_strip_nulls(n.figures), app_now(), 'open'
FROM found n LEFT JOIN person p ON p.county_code = :county AND p.id = n.carrier
ORDER BY n.kind, n.carrier, n.subject, n.figures
ON CONFLICT (county_code, on_day, kind, carrier_id, subject_id) DO UPDATE
  SET figures = excluded.figures WHERE f.state = 'open' AND f.figures <> excluded.figures
RETURNING f.id
""")  # noqa: S608 -- figures of this module and of gis only


def find(session: Session, county_code: str, on: date) -> int:
    """Put what is doubtful about a day on the list; return how many flags are new or changed.

    What a person has judged already stays as he judged it.
    """
    since, until = bounds(on)
    values: dict[str, Any] = {
        "county": county_code, "on": on, "since": since, "until": until,
        "hours": settings.value(session, county_code, STILL),
    }  # fmt: skip
    return len(session.scalars(FIND, values).all())
