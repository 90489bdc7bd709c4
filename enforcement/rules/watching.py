"""Rules are looked at whether or not an incident meets them, so that a failure is seen early.

An alarm is open as long as its rule cannot decide; a change or a switch-off that mends it closes
it at once, everything else (a unit that exists again, a category that is offered) at the next look.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import alarms as kept
from enforcement import clock, due
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.rules import alarms, queries
from enforcement.rules.models import RoutingRule

EVERY: Final = timedelta(minutes=10)


def look(session: Session, step: DueStep) -> None:
    """Tell of the rules of a county that fail now, close what is mended, look again later."""
    now = clock.now(session)
    settle(session, step.county_code)
    due.schedule(
        session, step.county_code, step.task, step.subject_id, f"{now + EVERY:%Y%m%d%H%M}",
        now + EVERY,
    )  # fmt: skip


def settle(session: Session, county_code: str) -> None:
    """Make the open alarms those of the rules that cannot decide today; tell once a day."""
    broken = queries.failures(session, county_code)
    names = _names(session, county_code) if broken else {}
    causes = {rule_id: Cause(names[rule_id], why) for rule_id, why in broken.items()}
    rows = [
        {"id": rule_id, "name": one.name, "broken": list(one.why)}
        for rule_id, one in causes.items()
    ]
    alarms.tell(session, county_code, clock.today(session), rows)
    kept.close_mended(session, county_code, AlarmKind.RULE, causes)
    kept.raise_for(session, county_code, AlarmKind.RULE, causes)


def mend(session: Session, county_code: str) -> None:
    """Close the alarms of rules that can decide again, or are switched off."""
    kept.close_mended(session, county_code, AlarmKind.RULE, queries.failures(session, county_code))


def _names(session: Session, county_code: str) -> dict[object, str]:
    query = select(RoutingRule.id, RoutingRule.name).where(
        RoutingRule.county_code == county_code, RoutingRule.active
    )
    return {row.id: row.name for row in session.execute(query)}
