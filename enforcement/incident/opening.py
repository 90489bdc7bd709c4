"""What every report needs to know first, in one statement: the moment, the list, the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from enforcement.law.taxonomy import Taxonomy
from enforcement.law.workdays import Calendar
from enforcement.prepared import Statement
from enforcement.rules.matching import ANY_ACTIVE
from enforcement.taxonomy import queries as taxonomy
from enforcement.timing import calendars

SQL: Final = f"""SELECT app_now() AS now, {taxonomy.CURRENT_ID} AS edition_id,
  {calendars.CURRENT_IDS} AS calendar_ids,
  {ANY_ACTIVE} AS ruled"""
STATEMENT: Final = Statement("incident_opening", SQL, (("county", "text"),))


@dataclass(frozen=True)
class Opening:
    """now -- the database's moment; ruled -- it has rules; taxonomy and calendar of the county."""

    now: datetime
    taxonomy: Taxonomy
    ruled: bool
    calendar: Calendar


def read(session: Session, county_code: str) -> Opening:
    """Return the moment and by which list and whether by rules the county goes at it.

    The edition's id comes with the clock, so that a list which another process put in force holds
    for the next report; the list itself is kept in the process.
    """
    row = STATEMENT.find_one(session, {"county": county_code})
    assert row is not None  # noqa: S101 -- a SELECT without FROM
    known = taxonomy.of_edition(session, county_code, row["edition_id"])
    calendar = calendars.of_editions(session, county_code, tuple(row["calendar_ids"]))
    return Opening(row["now"], known, row["ruled"], calendar)
