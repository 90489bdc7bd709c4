"""Why people should not have shifts: all of them judged by one statement."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.i18n import _, label
from enforcement.roster.terms import LONGEST, ONE_TURN, Problem
from enforcement.settings import queries as settings

ALL: Final = tuple(Problem)

HELD: Final = """
SELECT range_agg(tstzrange(p.valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
    p.valid_to::timestamp AT TIME ZONE 'Asia/Shanghai')) AS time
FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
JOIN unit top ON top.county_code = p.county_code AND top.id = {unit}
WHERE p.county_code = :county AND p.person_id = {person}
  AND u.code >= top.code AND u.code < top.code || '~'
"""
"""When a person holds a post in a unit or below it, as a multirange."""

PAPERS: Final = """
SELECT range_agg(tstzrange(c.valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
    (c.valid_to + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')) AS time
FROM certificate c
WHERE c.county_code = :county AND c.person_id = {person} AND c.status = 'valid'
"""
"""When a person holds a valid certificate, as a multirange."""

_JUDGE: Final = """
WITH ask AS MATERIALIZED (
  SELECT *, tstzrange(starts_at, ends_at) AS span, kind <> 'leader' AS bound
  FROM unnest(CAST(:numbers AS int[]), CAST(:people AS uuid[]), CAST(:units AS uuid[]),
    CAST(:kinds AS text[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]),
    CAST(:own AS uuid[])) AS a(n, person_id, unit_id, kind, starts_at, ends_at, own)
), taken AS MATERIALIZED (
  SELECT s.id, -1 AS n, s.person_id, s.starts_at, s.ends_at
  FROM duty_shift s
  WHERE s.county_code = :county AND s.person_id IN (SELECT person_id FROM ask)
    AND s.state = 'planned' AND s.kind <> 'leader' AND s.id <> ALL (CAST(:ignored AS uuid[]))
    AND s.starts_at > :first AND s.starts_at < :last
  UNION ALL
  SELECT NULL, n, person_id, starts_at, ends_at FROM ask WHERE bound AND :together
)
SELECT ask.n,
  NOT coalesce(ask.span <@ held.time, false) AS post,
  EXISTS (SELECT FROM duty_leave l WHERE l.county_code = :county AND l.person_id = ask.person_id
    AND l.state = 'approved' AND l.starts_at < ask.ends_at AND l.ends_at > ask.starts_at) AS leave,
  coalesce(near.busy, false) AS busy,
  EXISTS (SELECT FROM duty_requirement r WHERE r.county_code = :county AND r.certified
    AND r.unit_id = ask.unit_id AND r.kind = ask.kind
    AND r.valid_from::timestamp AT TIME ZONE 'Asia/Shanghai' < ask.ends_at
    AND coalesce(r.valid_to::timestamp AT TIME ZONE 'Asia/Shanghai', 'infinity') > ask.starts_at)
    AND NOT coalesce(ask.span <@ papers.time, false) AS certificate,
  coalesce(near.rest, false) AS rest
FROM ask
LEFT JOIN LATERAL ({held}) held ON true
LEFT JOIN LATERAL ({papers}) papers ON true
LEFT JOIN LATERAL (
  SELECT bool_or(t.starts_at < ask.ends_at AND t.ends_at > ask.starts_at) AS busy,
    bool_or((t.starts_at >= ask.ends_at OR t.ends_at <= ask.starts_at)
      AND greatest(t.ends_at, ask.ends_at) - least(t.starts_at, ask.starts_at) > :one_turn) AS rest
  FROM taken t
  WHERE ask.bound AND t.person_id = ask.person_id
    AND CASE WHEN t.n < 0 THEN t.id IS DISTINCT FROM ask.own
      ELSE (t.starts_at, t.n) < (ask.starts_at, ask.n) END
    AND t.starts_at < ask.ends_at + :rest AND t.ends_at > ask.starts_at - :rest
) near ON true
ORDER BY ask.n
"""
_OF_ASK: Final = {"unit": "ask.unit_id", "person": "ask.person_id"}
JUDGE: Final = text(_JUDGE.format(held=HELD.format(**_OF_ASK), papers=PAPERS.format(**_OF_ASK)))


@dataclass(frozen=True)
class Ask:
    """A person for a time of a kind in a unit; shift_id -- the shift itself, if it is there."""

    person_id: uuid.UUID
    unit_id: uuid.UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    shift_id: uuid.UUID | None = None


def judge(
    session: Session,
    county_code: str,
    asks: Sequence[Ask],
    *,
    ignored: Iterable[uuid.UUID] = (),
    together: bool = False,
) -> list[tuple[Problem, ...]]:
    """Return for each ask why not, empty where nothing speaks against it.

    ignored -- shifts that will not stand; together -- asks also count against those that start
    later (else each is judged alone)
    Rest is measured to the nearest shift of the same person, but not between shifts that together
    span no more than ONE_TURN. A certificate is asked for where a requirement of that unit and
    kind asks for one.
    """
    if not asks:
        return []
    rest = timedelta(hours=settings.value(session, county_code, "roster_rest_hours"))
    rows = session.execute(JUDGE, _values(county_code, asks, list(ignored), together, rest))
    return [tuple(one for one in ALL if getattr(row, one.value)) for row in rows]


def _values(
    county_code: str, asks: Sequence[Ask], ignored: list[uuid.UUID], together: bool, rest: timedelta
) -> dict[str, Any]:
    return {
        "county": county_code,
        "numbers": list(range(len(asks))),
        "people": [one.person_id for one in asks],
        "units": [one.unit_id for one in asks],
        "kinds": [str(one.kind) for one in asks],
        "starts": [one.starts_at for one in asks],
        "ends": [one.ends_at for one in asks],
        "own": [one.shift_id for one in asks],
        "ignored": ignored,
        "together": together,
        "rest": rest,
        "one_turn": ONE_TURN,
        "first": min(one.starts_at for one in asks) - rest - LONGEST,
        "last": max(one.ends_at for one in asks) + rest,
    }


def said(problems: Iterable[Problem]) -> str:
    """Return problems as words of a sentence."""
    return _("；").join(label(one) for one in problems)
