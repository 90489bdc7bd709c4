"""Who is told of a promise that falls due: its handler, then the leaders of the township."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.ledger import AskState
from enforcement.law.terms import Role
from enforcement.ledger.models import Ask
from enforcement.people.models import Post, Unit

TASK: Final = "ledger:remind"
MORNING: Final = time(8, 30)
RULES: Final = {"day_before": -1, "due_day": 0, "overdue": 1}
"""Rule -> days from the due day; in the morning."""


def plan(session: Session, ask: Ask) -> None:
    """Plan the reminders of an ask with a due day."""
    if ask.due_on is None:
        return
    now = clock.now(session)
    for rule, days in RULES.items():
        at = datetime.combine(ask.due_on + timedelta(days=days), MORNING, ZONE)
        if at <= now:
            continue  # written down on its last day: nothing lies before
        due.schedule(session, ask.county_code, TASK, ask.id, f"{rule}:{ask.due_on}", at, when=rule)


def forget(session: Session, ask: Ask) -> None:
    """Take the reminders back: the promise is kept, or has another day."""
    due.cancel(session, ask.county_code, ask.id, TASK)


def remind(session: Session, step: DueStep) -> None:
    """Tell the handler; once it is overdue the township's leaders too."""
    ask = session.get(Ask, (step.county_code, step.subject_id), populate_existing=True)
    if ask is None or ask.state != AskState.OPEN:
        return
    rule = str(step.data["when"])
    people = {ask.handler_id}
    if rule == "overdue":
        people |= set(session.scalars(_leaders(session, ask)))
    for person_id in sorted(people):
        notices.send(
            session, ask.county_code, person_id, "ledger", ask.id, does=str(Does.NOTIFY),
            rule=rule, number=ask.number, due_on=str(ask.due_on),
        )  # fmt: skip


def _leaders(session: Session, ask: Ask) -> Any:
    today = clock.today(session)
    return (
        select(Post.person_id)
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Post.county_code == ask.county_code,
            Post.role == Role.TOWNSHIP_LEADER,
            Unit.home_code == ask.township_code,
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to > today),
        )
        .distinct()
    )
