"""Put a plan in force: end the duties that are not in it, add the new ones, leave equal ones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_coverage, plan_log, plan_queries
from enforcement.jurisdiction.duty_base import Drift, drift
from enforcement.jurisdiction.duty_sql import CONTENT, OF_PLAN
from enforcement.jurisdiction.editions import lock_county
from enforcement.jurisdiction.models import Responsibility
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.plans import locked_draft
from enforcement.jurisdiction.terms import PlanEvent, PlanStatus
from enforcement.permissions import Permission

END_OTHERS: Final = """
WITH wanted AS (
  SELECT r.id, {content} AS content,
    row_number() OVER (PARTITION BY {content} ORDER BY r.id) AS n
  FROM ({plan}) r
), standing AS (
  SELECT r.id, {content} AS content,
    row_number() OVER (PARTITION BY {content} ORDER BY r.valid_from, r.id) AS n
  FROM responsibility r
  WHERE r.county_code = :county AND r.valid_from <= :on AND r.valid_to IS NULL
), kept AS (
  SELECT standing.id, wanted.id AS row_id
  FROM standing JOIN wanted ON wanted.content = standing.content AND wanted.n = standing.n
), ended AS (
  UPDATE responsibility r SET valid_to = greatest(r.valid_from, :on), ended_at = app_now()
  WHERE r.county_code = :county AND r.valid_to IS DISTINCT FROM r.valid_from
    AND (r.valid_to IS NULL OR r.valid_to > :on)
    AND NOT EXISTS (SELECT FROM kept WHERE kept.id = r.id)
  RETURNING r.id
)
SELECT 'kept' AS what, row_id AS id FROM kept
UNION ALL SELECT 'ended', id FROM ended
"""


@dataclass(frozen=True)
class Activation:
    """What an activation did: ids of the duties that it ended, added and left as they were."""

    plan: DutyPlan
    ended: tuple[uuid.UUID, ...]
    added: tuple[uuid.UUID, ...]
    kept: int

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "plan": str(self.plan.id),
            "status": str(self.plan.status),
            "activated_from": str(self.plan.activated_from),
            "ended": len(self.ended),
            "added": len(self.added),
            "kept": self.kept,
        }


def activate(
    session: Session,
    actor: Actor,
    plan_id: uuid.UUID,
    from_day: date | None = None,
    *,
    version: int | None = None,
    accept_changes: bool = False,
    accept_problems: bool = False,
) -> Activation:
    """Make a plan the duties of the county from a day on, by default today; earlier days stay.

    From that day on the plan is all that holds: duties of later days are called off too.
    accept_changes -- the actor has seen what changed in the duties since the plan's base, and
    later changes that are decided already; accept_problems -- he has seen the coverage problems.
    Raises InvalidInputError (a day before today), StepNotAllowedError with `drift` or `problems`
    (a unit that is closed on the day cannot be accepted), StaleVersionError, NotFoundError.
    Nothing outside the transaction is touched, so that a preview may run it in a savepoint.
    """
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    day, today = from_day or clock.today(session), clock.today(session)
    if day < today:
        raise InvalidInputError("from", _("启用日不能早于今天。"))
    lock_county(session, actor.county_code)
    plan = locked_draft(session, actor.county_code, plan_id, version)
    _check_drift(session, plan, day, accept=accept_changes)
    _check_coverage(session, plan, day, accept=accept_problems)
    ended, added, kept = _exchange(session, actor, plan, day)
    plan.status, plan.activated_from = PlanStatus.ACTIVE, day
    plan.activated_at, plan.activated_by = clock.now(session), actor.username
    plan.version += 1
    plan_log.write(session, plan, actor, PlanEvent.ACTIVATE)
    audit.record(
        session, plan.county_code, "duty_plan:activate", "duty_plan", str(plan.id),
        actor=actor, name=plan.name, from_day=day.isoformat(),
        ended=len(ended), added=len(added), kept=kept,
    )  # fmt: skip
    session.flush()
    return Activation(plan, tuple(ended), tuple(added), kept)


def try_on(session: Session, actor: Actor, plan_id: uuid.UUID, day: date) -> None:
    """Let a draft hold within the transaction, which the caller undoes: to see what it brings.

    Nothing is checked but that it is a draft of the actor's county. Raises NotFoundError,
    StepNotAllowedError.
    """
    _exchange(session, actor, locked_draft(session, actor.county_code, plan_id, None), day)


def drift_of(session: Session, plan: DutyPlan, from_day: date | None = None) -> Drift:
    """Return what changed in the duties since a plan's base, were it put in force on a day."""
    return drift(session, plan, from_day or clock.today(session))


def _check_drift(session: Session, plan: DutyPlan, day: date, *, accept: bool) -> None:
    found = drift(session, plan, day)
    if found and not accept:
        raise StepNotAllowedError(
            _("方案拟订以后，责任分工又有变化；请核对变化后确认启用。"), drift=found.as_json()
        )


def _check_coverage(session: Session, plan: DutyPlan, day: date, *, accept: bool) -> None:
    problems = plan_coverage.coverage(session, plan, day).of(plan_coverage.PROBLEM)
    closed = [one for one in problems if one.kind == "closed"]
    if closed:
        raise StepNotAllowedError(
            _("有单位在启用日已撤销：%(why)s", why="".join(plan_coverage.summary(closed))),
            problems=plan_coverage.summary(closed),
        )
    if problems and not accept:
        raise StepNotAllowedError(
            _("检查发现%(n)d个问题，须由人核对后确认启用。", n=len(problems)),
            problems=plan_coverage.summary(problems),
        )


def _exchange(
    session: Session, actor: Actor, plan: DutyPlan, day: date
) -> tuple[Sequence[uuid.UUID], Sequence[uuid.UUID], int]:
    """End what is not in the plan and add what is new; return both, and how many stay."""
    statement = text(END_OTHERS.format(content=CONTENT, plan=OF_PLAN))
    asked = {"county": plan.county_code, "plan": plan.id, "on": day}
    found = session.execute(statement, asked).all()
    session.expire_all()
    ended = [row.id for row in found if row.what == "ended"]
    kept = {row.id for row in found if row.what == "kept"}
    rows = [row for row in plan_queries.rows_of(session, plan) if row.id not in kept]
    now = clock.now(session)
    duties = [
        plan_log.values(plan, row)
        | {"id": uuid7(), "valid_from": day, "created_at": now, "created_by": actor.username}
        for row in rows
    ]
    for duty in duties:
        duty.pop("plan_id")
    if duties:
        session.execute(insert(Responsibility), duties)
    return ended, [duty["id"] for duty in duties], len(kept)
