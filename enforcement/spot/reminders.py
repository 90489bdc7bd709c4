"""Who is told what falls due after a penalty on the spot: money (罚71) and report (罚52)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.law.escalation import Does
from enforcement.law.spot_terms import SpotState
from enforcement.law.terms import Role
from enforcement.people.models import Post
from enforcement.spot.models import SpotPenalty

TASK: Final = "spot:remind"
MORNING: Final = time(8, 30)
RULES: Final = {"due_day": 0, "overdue": 1}
"""Rule -> days from the last day; in the morning."""


def plan(session: Session, spot: SpotPenalty) -> None:
    """Plan anew what is to be reminded of after an act."""
    due.cancel(session, spot.county_code, spot.id, TASK)
    now = clock.now(session)
    for what, last in waiting(spot).items():
        for rule, days in RULES.items():
            at = datetime.combine(last + timedelta(days=days), MORNING, ZONE)
            if at > now:
                due.schedule(session, spot.county_code, TASK, spot.id, f"{what}:{rule}", at,
                             what=what, when=rule)  # fmt: skip


def waiting(spot: SpotPenalty) -> dict[str, date]:
    """Return what still has to be done and its last day."""
    found: dict[str, date] = {}
    if spot.state != SpotState.DECIDED:
        return found
    if spot.hand_in_due_on is not None and spot.handed_in_on is None:
        found["hand_in"] = spot.hand_in_due_on
    if spot.report_due_on is not None and spot.reported_on is None:
        found["report"] = spot.report_due_on
    return found


def remind(session: Session, step: DueStep) -> None:
    """Tell the two officers; once it is overdue their squad's leader too."""
    spot = session.get(SpotPenalty, (step.county_code, step.subject_id), populate_existing=True)
    if spot is None or step.data["what"] not in waiting(spot):
        return
    people = {spot.officer_a_id, spot.officer_b_id}
    if step.data["when"] == "overdue":
        today = clock.today(session)
        people |= set(
            session.scalars(
                select(Post.person_id).where(
                    Post.county_code == spot.county_code, Post.unit_id == spot.squad_id,
                    Post.role == Role.SQUAD_LEADER, Post.valid_from <= today,
                    or_(Post.valid_to.is_(None), Post.valid_to > today),
                )
            )
        )  # fmt: skip
    for person_id in sorted(people):
        notices.send(
            session, spot.county_code, person_id, "spot", spot.id, does=str(Does.NOTIFY),
            rule=f"spot_{step.data['what']}", number=spot.number,
            due_on=str(waiting(spot)[step.data["what"]]),
        )  # fmt: skip
