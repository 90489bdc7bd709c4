"""Visits, check-ins and drawn tracks of patrols are forgotten with the positions they show.

Source: procedure.md 7 (tracks six months); the number of months is the county's setting. Figures of
coverage and what was judged stay: they say nothing of where a person was at which moment.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.retention import queries, running

KINDS: Final = ("visit", "check_in")
AT_ONCE: Final = 20_000
COVERED: Final = text("""
UPDATE patrol_coverage t SET geom = NULL, cells = '[]'
WHERE county_code = :county AND until < :before AND geom IS NOT NULL AND NOT EXISTS (
  SELECT FROM legal_hold h WHERE h.county_code = t.county_code AND h.released_at IS NULL
    AND ((h.kind = 'person' AND h.person_id = ANY(t.crew)) OR (h.kind = 'tracks'
      AND h.first_on <= (t.until AT TIME ZONE 'Asia/Shanghai')::date
      AND h.last_on >= (t.since AT TIME ZONE 'Asia/Shanghai')::date
      AND (h.person_id IS NULL OR h.person_id = ANY(t.crew)))))
""")


def forget(session: Session, county_code: str) -> None:
    """Delete what is older than the county keeps tracks, but what is under legal hold."""
    for kind in KINDS:
        running.by_rule(session, county_code, kind, AT_ONCE)
    term = queries.term(session, county_code, "track")
    session.execute(COVERED, {"county": county_code, "before": term.before})
