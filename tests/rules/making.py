"""Rules for tests: one with its conditions, added by the system administrator."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.incident import services as incidents
from enforcement.incident.models import Incident
from enforcement.rules import services
from enforcement.rules.drafts import Draft
from enforcement.rules.models import RoutingRule
from tests.asking import actor_of, set_clock
from tests.case.making import report_of

COUNTY = "220322"


def squads(session: Session) -> list[tuple[uuid.UUID, str, str]]:
    """Return id, code and name of the county's squads by code."""
    rows = session.execute(
        text("select id, code, name from unit where kind = 'squad' order by code")
    )
    return [(row.id, row.code, row.name) for row in rows]


def draft(session: Session, unit: int = -1, **change: Any) -> Draft:
    """Return a rule for category 04 that names a squad by its place in the list."""
    said = {"name": "夜间统一", "categories": ("04",), "valid_from": date(2026, 1, 1)} | change
    return Draft(unit_id=squads(session)[unit][0], **said)


def add(
    session: Session, unit: int = -1, *, position: int | None = None, **change: Any
) -> RoutingRule:
    """Add such a rule."""
    set_clock(session, "2026-03-02 09:00")
    actor = actor_of(session, "xitong")
    return services.add(session, actor, draft(session, unit, **change), position=position)


def report(session: Session, at: str = "2026-03-02 09:30", **change: Any) -> Incident:
    """Report an incident in the auxiliary's village at a moment of China's time."""
    set_clock(session, at)
    what = report_of(session, **change)
    return incidents.report(session, actor_of(session, "fujing"), what)
