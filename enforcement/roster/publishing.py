"""Act: publish the shifts of some weeks from a unit's template, after looking at the plan."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import N_
from enforcement.roster import planning, queries, reach
from enforcement.roster.entries import remember
from enforcement.roster.guard import refusing
from enforcement.roster.models import DutyShift, DutyTemplate
from enforcement.roster.pattern import monday_of
from enforcement.roster.planning import Line, Plan
from enforcement.roster.shifts import ONE_PLACE
from enforcement.roster.terms import PlanState, ShiftState

MEANWHILE: Final = N_("另一人正在安排同一人员的班次，本次未作任何更改，请重新预览。")
RENEW: Final = text("""
UPDATE duty_shift s SET person_id = v.person_id, ends_at = v.ends_at, version = s.version + 1
FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:ends AS timestamptz[]))
  AS v(id, person_id, ends_at)
WHERE s.county_code = :county AND s.id = v.id
""")


def preview_week(
    session: Session,
    actor: Actor,
    template_id: uuid.UUID,
    day: date,
    weeks: int = 1,
    *,
    accept_short_rest: bool = False,
) -> Plan:
    """Return what publishing a template from the week of a day on would do; changes nothing.

    Raises NotFoundError, NotPermittedError, InvalidInputError, CalendarExhaustedError.
    """
    template = queries.get_template(session, actor.county_code, template_id)
    reach.check_change(session, actor, template.unit_id)
    now = clock.now(session)
    planning.check_weeks(monday_of(day), weeks, now)
    return planning.make(
        session, template, monday_of(day), weeks, now, accept_short_rest=accept_short_rest
    )


def publish_week(
    session: Session,
    actor: Actor,
    template_id: uuid.UUID,
    day: date,
    weeks: int = 1,
    *,
    accept_short_rest: bool = False,
    digest: str | None = None,
) -> Plan:
    """Make the shifts that the plan shows; publishing again changes nothing.

    A person against whom something speaks is left out: his shift is made as an open slot. What a
    person changed by hand is kept. digest -- of the plan that was looked at; another plan by now
    is refused (StaleVersionError). Raises as `preview_week`, and StepNotAllowedError where
    somebody else arranged the same people at the same moment.
    """
    template = queries.get_template(session, actor.county_code, template_id, lock=True)
    plan = preview_week(
        session, actor, template_id, day, weeks, accept_short_rest=accept_short_rest
    )
    if digest is not None and digest != plan.digest:
        raise StaleVersionError(_("排班情况在预览之后有变化，请重新预览。"))
    counts = {str(state): len(plan.of(state)) for state in PlanState}
    if any(line.state is not PlanState.KEPT for line in plan.lines):
        carry_out(session, template, plan, clock.now(session), actor.account_id)
        remember(
            session, actor, "template", template.id, "publish", unit_id=template.unit_id,
            monday=plan.monday, weeks=weeks, conflicts=len(plan.conflicts), **counts,
        )  # fmt: skip
    return replace(plan, applied=True)


def carry_out(
    session: Session, template: DutyTemplate, plan: Plan, now: datetime, by: uuid.UUID | None
) -> None:
    """Make, renew and drop the shifts of a plan, set-wise; the caller has locked the template."""
    with refusing(session, ONE_PLACE, _(MEANWHILE)):
        _drop(session, template.county_code, plan.of(PlanState.DROPPED))
        _renew(session, template.county_code, plan.of(PlanState.CHANGED))
        rows = [_values(template, line, now, by) for line in plan.of(PlanState.NEW)]
        if rows:
            session.execute(insert(DutyShift), rows)
    session.expire_all()


def _drop(session: Session, county_code: str, lines: Sequence[Line]) -> None:
    """Cancel shifts and let go of their place in the template, so that it can be made again."""
    ids = [line.shift.id for line in lines if line.shift]
    if ids:
        session.execute(
            update(DutyShift)
            .where(DutyShift.county_code == county_code, DutyShift.id.in_(ids))
            .values(
                state=ShiftState.CANCELLED, template_id=None, version=DutyShift.version + 1
            )
        )  # fmt: skip


def _renew(session: Session, county_code: str, lines: Sequence[Line]) -> None:
    """Give shifts their new people; first nobody has them, so that people may change places."""
    shifts = [(line.shift.id, line) for line in lines if line.shift]
    if not shifts:
        return
    ids = [shift_id for shift_id, _line in shifts]
    mine = (DutyShift.county_code == county_code, DutyShift.id.in_(ids))
    session.execute(update(DutyShift).where(*mine).values(person_id=None))
    values = {
        "county": county_code,
        "ids": ids,
        "people": [line.placed for _id, line in shifts],
        "ends": [line.ends_at for _id, line in shifts],
    }
    session.execute(RENEW, values)


def _values(
    template: DutyTemplate, line: Line, now: datetime, by: uuid.UUID | None
) -> dict[str, Any]:
    return {
        "county_code": template.county_code,
        "id": uuid7(),
        "unit_id": template.unit_id,
        "kind": line.kind,
        "person_id": line.placed,
        "starts_at": line.starts_at,
        "ends_at": line.ends_at,
        "state": ShiftState.PLANNED,
        "template_id": template.id,
        "seat": line.seat,
        "by_hand": False,
        "version": 1,
        "made_by": by,
        "made_at": now,
    }
