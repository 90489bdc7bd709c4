"""Who is told of a promise that falls due: who keeps it, then the township's leaders.

Leaders are those who hold the post, and the one who is on duty by the roster that morning.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.errors import NotFoundError
from enforcement.law.escalation import Does
from enforcement.law.ledger import AskState
from enforcement.law.terms import Role
from enforcement.ledger.models import Ask
from enforcement.people.models import Post, Unit
from enforcement.roster.on_duty import on_duty
from enforcement.roster.terms import Level

TASK: Final = "ledger:remind"
MORNING: Final = time(8, 30)
RULES: Final = {"day_before": -1, "due_day": 0, "overdue": 1}
"""Rule -> days from the due day; in the morning."""


def plan(session: Session, *asks: Ask) -> None:
    """Plan the reminders of asks with a due day; moments that are over remind nobody."""
    now = clock.now(session)
    steps: list[dict[str, Any]] = [
        {"county_code": ask.county_code, "task": TASK, "subject_id": ask.id,
         "rule": f"{rule}:{ask.due_on}", "data": {"when": rule},
         "due_at": datetime.combine(ask.due_on + timedelta(days=days), MORNING, ZONE)}
        for ask in asks if ask.due_on is not None
        for rule, days in RULES.items()
    ]  # fmt: skip
    due.schedule_many(session, [one for one in steps if one["due_at"] > now])


def forget(session: Session, ask: Ask) -> None:
    """Take the reminders back: the promise is kept, or has another day."""
    due.cancel(session, ask.county_code, ask.id, TASK)


def remind(session: Session, step: DueStep) -> None:
    """Tell the handler and the agent; once it is overdue the township's leaders too."""
    ask = session.get(Ask, (step.county_code, step.subject_id), populate_existing=True)
    if ask is None or ask.state != AskState.OPEN:
        return
    rule = str(step.data["when"])
    people = {ask.handler_id} | ({ask.agent_id} if ask.agent_id else set())
    if rule == "overdue":
        people |= set(session.scalars(_leaders(session, ask))) | _on_duty(session, ask)
    for person_id in sorted(people):
        notices.send(
            session, ask.county_code, person_id, "ledger", ask.id, does=str(Does.NOTIFY),
            rule=rule, number=ask.number, due_on=str(ask.due_on),
        )  # fmt: skip


def _on_duty(session: Session, ask: Ask) -> set[uuid.UUID]:
    """Return the leaders on duty for the ask's village now; nobody where it names no place."""
    place = ask.village_code or ask.township_code
    try:
        called = on_duty(session, ask.county_code, place, clock.now(session)) if place else []
    except NotFoundError:  # the village was merged since
        return set()
    leaders = [one for one in called if one.level is Level.TOWNSHIP_LEADER]
    return {one.person_id for one in leaders if one.person_id is not None}


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
