"""What is kept of oneself: a day's positions, how far, and for how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.clock import ZONE

HOURS = text("""
SELECT date_trunc('hour', fixed_at) AS hour, count(*) AS n,
  count(*) FILTER (WHERE marks IS NOT NULL) AS doubtful, min(fixed_at) AS first,
  max(fixed_at) AS last, array_agg(DISTINCT source) AS sources
FROM fix WHERE county_code = :county AND person_id = :person
  AND device_id IN (SELECT id FROM device WHERE county_code = :county AND person_id = :person)
  AND fixed_at >= :since AND fixed_at < :until
GROUP BY 1 ORDER BY 1
""")


@dataclass(frozen=True)
class Hour:
    """The positions kept of one hour."""

    hour: datetime
    n: int
    doubtful: int
    first: datetime
    last: datetime
    sources: list[str]


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in China and that of the next."""
    since = datetime.combine(day, time(), ZONE)
    return since, since + timedelta(days=1)


def day(session: Session, actor: Actor, on: date) -> list[Hour]:
    """Return a person's own positions of a day, hour by hour."""
    since, until = bounds(on)
    values = {"county": actor.county_code, "person": actor.person_id, "since": since,
              "until": until}  # fmt: skip
    return [Hour(**row._mapping) for row in session.execute(HOURS, values)]
