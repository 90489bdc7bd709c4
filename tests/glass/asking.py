"""Grants for tests: asked by somebody, agreed to by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.models import CaseFile
from enforcement.glass import services
from enforcement.glass.models import GlassGrant, GlassKind
from tests.asking import actor_of
from tests.case.making import filed_case

REASON = "群众来电反映案卷打不开，须核对页面"


def hidden_case(session: Session) -> CaseFile:
    """Return a case of another unit, which no leader of the demonstration brigade sees."""
    case = filed_case(session)
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    session.commit()
    return case


def asked(session: Session, who: str, row: Any, *, hours: float = 2, **change: Any) -> GlassGrant:
    """Return what somebody asked: to see a case or an incident for some hours."""
    kind = GlassKind.CASE if isinstance(row, CaseFile) else GlassKind.INCIDENT
    said = {"kind": kind, "number": row.number, "reason": REASON,
            "until": clock.now(session) + timedelta(hours=hours)} | change  # fmt: skip
    made = services.ask(session, actor_of(session, who), services.Request(**said))
    session.commit()
    return made


def opened(session: Session, who: str, row: Any, *, by: str = "juzhang", **more: Any) -> GlassGrant:
    """Return a grant that another person agreed to."""
    grant = asked(session, who, row, **more)
    services.decide(session, actor_of(session, by), grant.id, agree=True, reason="情况属实")
    session.commit()
    return grant
