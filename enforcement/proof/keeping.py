"""Visits, check-ins and drawn tracks of patrols are forgotten with the positions they show.

Source: procedure.md 7 (tracks six months); the number of months is the county's setting. Figures of
coverage and what was judged stay: they say nothing of where a person was at which moment.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.positions.keeping import KEEP
from enforcement.settings import queries as settings

_OLD: Final = "app_now() - make_interval(months => :months)"
FORGET: Final = (
    text(f"DELETE FROM beat_visit WHERE county_code = :county AND left_at < {_OLD}"),  # noqa: S608
    text(f"DELETE FROM check_in WHERE county_code = :county AND received_at < {_OLD}"),  # noqa: S608
    text(f"""UPDATE patrol_coverage SET geom = NULL, cells = '[]'
      WHERE county_code = :county AND until < {_OLD} AND geom IS NOT NULL"""),  # noqa: S608
)


def forget(session: Session, county_code: str) -> None:
    """Delete what is older than the county keeps tracks."""
    values = {"county": county_code, "months": settings.value(session, county_code, KEEP)}
    for statement in FORGET:
        session.execute(statement, values)
