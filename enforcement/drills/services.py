"""Acts: start a drill, test the silent ones again, and end it when it is due."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, once, permissions
from enforcement.actor import Actor
from enforcement.drills import asking, queries
from enforcement.drills.models import Drill, DrillTarget
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.models import Account, Post
from enforcement.permissions import Permission
from enforcement.settings import queries as settings

SYSTEM: Final = "系统"
CLOSE_TASK: Final = "drills:close"
LONGEST_H: Final = 168


def start(
    session: Session,
    actor: Actor,
    *,
    hours: int | None = None,
    retest_of: uuid.UUID | None = None,
    key: str | None = None,
) -> Drill:
    """Start a drill of all points and duty phones, or of those that a drill found silent.

    hours -- until when an answer counts; None takes the county's setting
    Raises NotPermittedError, InvalidInputError, NotFoundError, StepNotAllowedError while another
    one is under way, or where nobody was silent.
    """
    permissions.check(actor, Permission.DRILL_RUN)
    earlier = once.claim(session, actor, key, "drill:start", [hours, retest_of])
    if earlier is not None:
        return queries.get(session, actor.county_code, earlier)
    drill = begin(session, actor.county_code, actor, hours=hours, retest_of=retest_of)
    once.done(session, actor, key, drill.id)
    return drill


def begin(
    session: Session,
    county_code: str,
    actor: Actor | None,
    *,
    hours: int | None = None,
    retest_of: uuid.UUID | None = None,
) -> Drill:
    """Start a drill, for a person or (actor None) as the county's monthly one; see `start`."""
    hours = settings.value(session, county_code, "drill_hours") if hours is None else hours
    if not 1 <= hours <= LONGEST_H:
        raise InvalidInputError("hours", _("应在1到%(n)d小时之间。", n=LONGEST_H))
    if queries.find_running(session, county_code) is not None:
        raise StepNotAllowedError(_("上一次演练还没有结束。"))
    only = _silent_of(session, county_code, retest_of)
    now = clock.now(session)
    drill = Drill(
        county_code=county_code,
        id=uuid7(),
        started_at=now,
        due_at=now + timedelta(hours=hours),
        started_by=actor.account_id if actor else None,
        started_by_name=actor.name if actor else SYSTEM,
        retest_of=retest_of,
    )
    session.add(drill)
    session.flush()
    asked = asking.ask(session, drill, only=only)
    due.schedule(session, county_code, CLOSE_TASK, drill.id, "due", drill.due_at)
    audit.record(
        session, county_code, "drill:start", "drill", str(drill.id), actor=actor, asked=asked
    )
    return drill


def _silent_of(
    session: Session, county_code: str, drill_id: uuid.UUID | None
) -> set[uuid.UUID] | None:
    """Return the points and people that a drill did not reach; None where all are asked."""
    if drill_id is None:
        return None
    drill = queries.get(session, county_code, drill_id)
    if drill.ended_at is None:
        raise StepNotAllowedError(_("上一次演练还没有结束。"))
    found = {
        one.target.point_id or one.target.person_id for one in queries.report(session, drill).silent
    }
    if not found:
        raise StepNotAllowedError(_("这次演练全部联系上了，不用复测。"))
    return {one for one in found if one is not None}


def close(session: Session, step: DueStep) -> None:
    """End a drill that is due: write who answered, and tell the command centre. The worker's."""
    drill = queries.get(session, step.county_code, step.subject_id, lock=True)
    if drill.ended_at is not None:
        return
    now = clock.now(session)
    _write_answers(session, drill)
    drill.ended_at = now
    session.flush()
    asking.ask_no_more(session, drill)
    _tell(session, drill, now)
    audit.record(session, drill.county_code, "drill:end", "drill", str(drill.id))


def _write_answers(session: Session, drill: Drill) -> None:
    session.execute(
        update(DrillTarget)
        .where(
            DrillTarget.county_code == drill.county_code,
            DrillTarget.drill_id == drill.id,
            Drill.county_code == DrillTarget.county_code,
            Drill.id == DrillTarget.drill_id,
        )
        .values(reached_at=queries.reached_at())
        .execution_options(synchronize_session=False)
    )


def _tell(session: Session, drill: Drill, now: datetime) -> None:
    """Tell everybody of the command centre how many answered."""
    asked, reached = session.execute(
        select(func.count(), func.count(DrillTarget.reached_at)).where(
            DrillTarget.county_code == drill.county_code, DrillTarget.drill_id == drill.id
        )
    ).one()
    rows = session.execute(
        select(Account.person_id, func.array_agg(Account.id))
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .where(
            Account.county_code == drill.county_code,
            Account.active,
            Post.role == str(Role.COMMAND_CENTRE),
        )
        .group_by(Account.person_id)
        .order_by(Account.person_id)
    )
    asking.send(
        session, drill, [(row[0], sorted(row[1])) for row in rows], does=str(Does.NOTIFY),
        rule="drill_ended", at=now, asked=asked, reached=reached,
    )  # fmt: skip
