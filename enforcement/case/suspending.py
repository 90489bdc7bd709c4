"""A suspended case: its time to decide stands still, with the paper that says so (P24, C9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.case import timing
from enforcement.case.models import CaseFile
from enforcement.document.queries import list_of_case
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import CaseEvent
from enforcement.law.timing import Clock, Excluded
from enforcement.timing import services
from enforcement.timing.models import CaseExclusion

PAPER: Final = "D55"


def check(session: Session, case: CaseFile, today: date) -> None:
    """Raise InvalidInputError on the day of the filing: time runs from the next one."""
    running = timing.clock_of(session, case, today)
    if running is not None and running.started >= today:
        raise InvalidInputError("reason", _("立案当日期限尚未起算，最早从次日中止。"))


def follow(
    session: Session,
    actor: Actor,
    case: CaseFile,
    event: CaseEvent,
    said: dict[str, Any],
    running: Clock | None,
    today: date,
) -> None:
    """Let the clock follow an act that suspends the case, or lets it go on."""
    if event is CaseEvent.SUSPEND and running is not None:
        services.exclude(
            session, actor, case.id, running, Excluded.SUSPENSION, said["reason"],
            _paper(session, case), today, today,
        )  # fmt: skip
    elif event in (CaseEvent.RESUME, CaseEvent.TERMINATE):
        _end(session, actor, case, today)


def _end(session: Session, actor: Actor, case: CaseFile, today: date) -> None:
    """End what stands still; the day of the resumption counts again."""
    mine = (
        CaseExclusion.county_code == case.county_code,
        CaseExclusion.case_id == case.id,
        CaseExclusion.kind == str(Excluded.SUSPENSION),
        CaseExclusion.last_on.is_(None),
    )
    paper = _paper(session, case)
    for row in session.scalars(select(CaseExclusion).where(*mine)).all():
        last_on = max(row.first_on, today - timedelta(days=1))
        services.end(session, actor, case.id, row.id, last_on, paper, today)


def _paper(session: Session, case: CaseFile) -> str:
    """Return the number of the paper that suspends or resumes."""
    papers = list_of_case(session, case.county_code, case.id)
    numbers = [one.number for one in papers if one.code == PAPER and one.number]
    return numbers[-1] if numbers else PAPER
