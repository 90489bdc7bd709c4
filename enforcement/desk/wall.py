"""The county by township: what is open, unanswered and late, and how fast red was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.law.incidents import OPEN_STATES

DAY = timedelta(hours=24)

TOWNSHIPS = text("""
WITH open AS (
  SELECT township_code, count(*) AS open,
    count(*) FILTER (WHERE urgency <> 'normal' AND answered_at IS NULL AND state = 'received')
      AS unanswered,
    count(*) FILTER (WHERE stage_due_at < :now) AS late
  FROM incident WHERE county_code = :county AND state = ANY(:states)
  GROUP BY township_code
), day AS (
  SELECT township_code, count(*) AS today,
    count(*) FILTER (WHERE closed_at >= :since) AS closed,
    percentile_cont(0.5) WITHIN GROUP (
      ORDER BY extract(epoch FROM answered_at - received_at)
    ) FILTER (WHERE urgency = 'red' AND answered_at IS NOT NULL) AS red_s
  FROM incident WHERE county_code = :county AND received_at >= :since
  GROUP BY township_code
)
SELECT d.code, d.name, coalesce(o.open, 0), coalesce(o.unanswered, 0), coalesce(o.late, 0),
  coalesce(y.today, 0), coalesce(y.closed, 0), y.red_s
FROM division d
LEFT JOIN open o ON o.township_code = d.code
LEFT JOIN day y ON y.township_code = d.code
WHERE d.county_code = :county AND d.level = 'township'
ORDER BY 4 DESC, 5 DESC, 3 DESC, d.code
""")


@dataclass(frozen=True)
class Township:
    """A township's line: open now, of these unanswered and late; of 24 hours: new and closed.

    red_s -- median seconds until a red report of the 24 hours was answered, None without any
    """

    code: str
    name: str
    open: int
    unanswered: int
    late: int
    today: int
    closed: int
    red_s: float | None


def townships(session: Session, actor: Actor, now: datetime) -> list[Township]:
    """Return every township of the county, those in need first, by one statement."""
    asked = {
        "county": actor.county_code, "now": now, "since": now - DAY,
        "states": [str(state) for state in OPEN_STATES],
    }  # fmt: skip
    return [Township(*row) for row in session.execute(TOWNSHIPS, asked)]
