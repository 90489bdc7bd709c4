"""Acts upon the worker's steps: trying anew what was given up; telling administrators of it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from enforcement import alarms, audit, clock, notices, permissions
from enforcement.actor import Actor
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.errors import NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.operations import queries, wording
from enforcement.permissions import Permission


def retry(session: Session, actor: Actor, step_id: uuid.UUID) -> DueStep:
    """Have the worker try a step again at once that it gave up or put off.

    Raises NotFoundError, StepNotAllowedError (done meanwhile, or the same waits already).
    """
    permissions.check(actor, Permission.ALARM_CLOSE)
    step = session.get(DueStep, (actor.county_code, step_id), with_for_update=True,
                       populate_existing=True)  # fmt: skip
    if step is None:
        raise NotFoundError(_("没有这项后台任务。"))
    if step.state not in ("failed", "waiting"):
        raise StepNotAllowedError(_("这项任务已经办完或者取消。"))
    if step.state == "failed" and queries.same_waits(session, step):
        raise StepNotAllowedError(_("同样的任务已经在等待办理。"))
    step.state, step.tries, step.ended_at = "waiting", 0, None
    step.next_at = clock.now(session)
    audit.record(session, step.county_code, "operations:retry", "due_step", step.task, actor=actor,
                 rule=step.rule)  # fmt: skip
    session.flush()
    still = queries.failed_ids(session, step.county_code)
    alarms.close_mended(session, step.county_code, AlarmKind.WORKER, still)
    return step


def given_up(session: Session, step: DueStep) -> None:
    """Raise an alarm for a step that was given up, and tell the system administrators."""
    county, cause = step.county_code, Cause(wording.task(step.task), (step.last_error or "",))
    if not alarms.raise_for(session, county, AlarmKind.WORKER, {step.id: cause}):
        return
    for person_id in alarms.administrators(session, county, clock.today(session)):
        notices.send(session, county, person_id, "alarm", step.id, does="notify",
                     rule=str(AlarmKind.WORKER), name=wording.task(step.task))  # fmt: skip
