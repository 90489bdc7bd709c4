"""After a calendar was imported: every stored day of what is open is counted anew, once."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit
from enforcement.case import recounting as cases
from enforcement.case import watching
from enforcement.due import DueStep
from enforcement.history import Hand
from enforcement.inspection import recounting as inspections
from enforcement.measure import recounting as measures
from enforcement.publication import listing
from enforcement.spot import recounting as spots
from enforcement.timing import calendars
from enforcement.timing.recounting import Importer


def run(session: Session, county_code: str, hand: Hand) -> dict[str, int]:
    """Count anew what cases, measures, penalties on the spot and inspections keep, and the lists.

    Each change stands in its row's history, in the name of whoever imported the calendar. Returns
    how many days changed by kind, and of how many cases the list of what waits was made anew.
    """
    found = {
        "cases": cases.recount(session, county_code, hand),
        "measures": measures.recount(session, county_code, hand),
        "spot": spots.recount(session, county_code, hand),
        "inspections": inspections.recount(session, county_code, hand),
    }
    session.flush()
    found["todo"] = watching.recount(session, county_code)
    listing.tell(session, county_code)
    counts: dict[str, Any] = dict(found)
    audit.record(session, county_code, "calendar:recount", "calendar", hand.name, **counts)
    return found


def after_import(session: Session, step: DueStep) -> None:
    """Run once for an import; nothing where no notice was ever imported."""
    editions = calendars.editions(session, step.county_code, 1)
    if editions:
        hand = Importer(uuid.UUID(str(editions[0].by)), editions[0].by_name)
        run(session, step.county_code, hand)
