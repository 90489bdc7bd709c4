"""The SQL of gaps: a sweep over the moments at which cover or need changes, for many units."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from enforcement.roster.problems import HELD, PAPERS

_SWEEP: Final = """
WITH want AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:ids AS int[]), CAST(:units AS uuid[]), CAST(:kinds AS text[]),
    CAST(:least AS int[]), CAST(:certified AS boolean[]))
    AS w(id, unit_id, kind, at_least, certified)
), need AS (
  SELECT id, range_agg(tstzrange(starts_at, ends_at)) AS time
  FROM unnest(CAST(:span_ids AS int[]), CAST(:starts AS timestamptz[]),
    CAST(:ends AS timestamptz[])) AS s(id, starts_at, ends_at)
  GROUP BY id
), shift AS (
  SELECT w.id, w.unit_id, w.certified, s.person_id,
    range_agg(tstzrange(s.starts_at, s.ends_at)) AS time
  FROM want w JOIN duty_shift s ON s.county_code = :county AND s.unit_id = w.unit_id
    AND s.kind = w.kind AND s.state = 'planned' AND s.person_id IS NOT NULL
    AND s.starts_at > :earliest AND s.starts_at < :until AND s.ends_at > :since
  GROUP BY w.id, w.unit_id, w.certified, s.person_id
), people AS MATERIALIZED (
  SELECT who.*, held.time AS held, papers.time AS papers, away.time AS away
  FROM (SELECT DISTINCT unit_id, person_id FROM shift) who
  LEFT JOIN LATERAL ({held}) held ON true
  LEFT JOIN LATERAL ({papers}) papers ON true
  LEFT JOIN LATERAL (
    SELECT range_agg(tstzrange(l.starts_at, l.ends_at)) AS time FROM duty_leave l
    WHERE l.county_code = :county AND l.person_id = who.person_id AND l.state = 'approved'
      AND l.ends_at > :since AND l.starts_at < :until
  ) away ON true
), cover AS (
  SELECT s.id, unnest(
    s.time * coalesce(p.held, '{{}}')
      * CASE WHEN s.certified THEN coalesce(p.papers, '{{}}')
        ELSE tstzmultirange(tstzrange(NULL, NULL)) END
      - coalesce(p.away, '{{}}')) AS span
  FROM shift s JOIN people p USING (unit_id, person_id)
), edge AS (
  SELECT id, lower(span) AS t, 1 AS need, 0 AS have
  FROM (SELECT id, unnest(time) AS span FROM need) n
  UNION ALL
  SELECT id, upper(span), -1, 0 FROM (SELECT id, unnest(time) AS span FROM need) n
  UNION ALL SELECT id, lower(span), 0, 1 FROM cover
  UNION ALL SELECT id, upper(span), 0, -1 FROM cover
), moment AS (
  SELECT id, t, sum(need) AS need, sum(have) AS have FROM edge GROUP BY id, t
), stretch AS (
  SELECT id, t, lead(t) OVER w AS next, sum(need) OVER w AS need, sum(have) OVER w AS have
  FROM moment WINDOW w AS (PARTITION BY id ORDER BY t)
), short AS (
  SELECT s.id, w.at_least - s.have AS missing, range_agg(tstzrange(s.t, s.next)) AS time
  FROM stretch s JOIN want w USING (id)
  WHERE s.need > 0 AND s.have < w.at_least AND s.next IS NOT NULL
  GROUP BY s.id, w.at_least - s.have
)
SELECT g.id, g.missing, lower(g.span) AS starts_at, upper(g.span) AS ends_at, (
    SELECT s.id FROM want w JOIN duty_shift s ON s.county_code = :county AND s.unit_id = w.unit_id
      AND s.kind = w.kind AND s.state = 'planned' AND s.person_id IS NULL
      AND s.starts_at > lower(g.span) - interval '24 hours' AND s.starts_at < upper(g.span)
      AND s.ends_at > lower(g.span)
    WHERE w.id = g.id ORDER BY s.starts_at, s.id LIMIT 1
  ) AS slot_id
FROM (SELECT id, missing, unnest(time) AS span FROM short) g
ORDER BY starts_at, g.id, ends_at
LIMIT :most
"""

_CANDIDATES: Final = """
WITH gap AS MATERIALIZED (
  SELECT *, tstzrange(starts_at, ends_at) AS span
  FROM unnest(CAST(:ids AS int[]), CAST(:units AS uuid[]), CAST(:kinds AS text[]),
    CAST(:certified AS boolean[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
    AS g(id, unit_id, kind, certified, starts_at, ends_at)
), staff AS MATERIALIZED (
  SELECT top.unit_id, p.person_id, bool_or(p.role = ANY (CAST(:leaders AS text[]))) AS leads,
    range_agg(tstzrange(p.valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
      p.valid_to::timestamp AT TIME ZONE 'Asia/Shanghai')) AS held
  FROM (SELECT DISTINCT g.unit_id, u.code FROM gap g
    JOIN unit u ON u.county_code = :county AND u.id = g.unit_id) top
  JOIN unit u ON u.county_code = :county AND u.code >= top.code AND u.code < top.code || '~'
  JOIN post p ON p.county_code = :county AND p.unit_id = u.id
    AND p.role <> ALL (CAST(:never AS text[]))
  WHERE p.valid_to IS NULL OR p.valid_to::timestamp AT TIME ZONE 'Asia/Shanghai' > :first
  GROUP BY top.unit_id, p.person_id
), busy AS MATERIALIZED (
  SELECT s.person_id, s.starts_at, s.ends_at, s.kind <> 'leader' AS bound FROM duty_shift s
  WHERE s.county_code = :county AND s.person_id IN (SELECT person_id FROM staff)
    AND s.state = 'planned' AND s.starts_at > :tally_from AND s.starts_at < :last
), load AS MATERIALIZED (
  SELECT person_id, sum(ends_at - starts_at) AS worked FROM busy GROUP BY person_id
), away AS MATERIALIZED (
  SELECT person_id, starts_at, ends_at FROM duty_leave
  WHERE county_code = :county AND state = 'approved' AND ends_at > :first AND starts_at < :last
), paper AS MATERIALIZED (
  SELECT staff.person_id, papers.time FROM (SELECT DISTINCT person_id FROM staff) staff
  LEFT JOIN LATERAL ({papers}) papers ON true
)
SELECT gap.id, person.id AS person_id, person.name
FROM gap CROSS JOIN LATERAL (
  SELECT staff.person_id, coalesce(load.worked, '0') AS worked
  FROM staff LEFT JOIN load USING (person_id) LEFT JOIN paper USING (person_id)
  WHERE staff.unit_id = gap.unit_id AND gap.span <@ staff.held
    AND (gap.kind <> 'leader' OR staff.leads)
    AND (NOT gap.certified OR coalesce(gap.span <@ paper.time, false))
    AND NOT EXISTS (SELECT FROM away WHERE away.person_id = staff.person_id
      AND away.starts_at < gap.ends_at AND away.ends_at > gap.starts_at)
    AND NOT EXISTS (SELECT FROM duty_shift s WHERE s.county_code = :county
      AND s.person_id = staff.person_id AND s.unit_id = gap.unit_id AND s.kind = gap.kind
      AND s.state = 'planned' AND s.starts_at < gap.ends_at AND s.ends_at > gap.starts_at)
    AND (gap.kind = 'leader' OR NOT EXISTS (SELECT FROM busy
      WHERE busy.person_id = staff.person_id AND busy.bound
      AND busy.starts_at < gap.ends_at + :rest AND busy.ends_at > gap.starts_at - :rest
      AND (busy.starts_at < gap.ends_at AND busy.ends_at > gap.starts_at
        OR greatest(busy.ends_at, gap.ends_at) - least(busy.starts_at, gap.starts_at)
          > :one_turn)))
  ORDER BY worked, staff.person_id LIMIT :each
) free JOIN person ON person.county_code = :county AND person.id = free.person_id
ORDER BY gap.id, free.worked, person.id
"""

_OF_WHO: Final = {"unit": "who.unit_id", "person": "who.person_id"}
SWEEP: Final = text(_SWEEP.format(held=HELD.format(**_OF_WHO), papers=PAPERS.format(**_OF_WHO)))
CANDIDATES: Final = text(_CANDIDATES.format(papers=PAPERS.format(person="staff.person_id")))
