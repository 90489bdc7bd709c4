"""Acts upon plans of duties: start, change, undo and do again, give up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, clock, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_log, plan_ops, plan_queries, plan_reach
from enforcement.jurisdiction.duty_base import fingerprint
from enforcement.jurisdiction.plan_areas import PlanRow
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.plan_ops import Draft
from enforcement.jurisdiction.plan_shapes import Fitted
from enforcement.jurisdiction.terms import PlanEvent, PlanStatus
from enforcement.permissions import Permission
from enforcement.taxonomy.queries import for_duties

LONGEST_NAME = 100


@dataclass(frozen=True)
class Changed:
    """A plan after a change; `fitted` tells of each shape that was drawn, by id of its row."""

    plan: DutyPlan
    fitted: dict[uuid.UUID, Fitted]


def start(
    session: Session,
    actor: Actor,
    name: str,
    *,
    on: date | None = None,
    note: str = "",
    key: str | None = None,
) -> DutyPlan:
    """Start a plan from the duties in force on a day, by default today.

    key -- the same one gives the same plan. Raises InvalidInputError.
    """
    permissions.check(actor, Permission.DUTY_PLAN)
    day = on or clock.today(session)
    earlier = once.claim(session, actor, key, "duty_plan:start", [name, day, note])
    if earlier is not None:
        return plan_queries.get(session, actor.county_code, earlier)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInputError("name", _("请填写名称，最多%(n)d字。", n=LONGEST_NAME))
    base = fingerprint(session, actor.county_code, day)
    plan = DutyPlan(
        county_code=actor.county_code,
        id=uuid7(),
        name=name.strip(),
        note=note.strip(),
        base_on=day,
        base_ids=[str(one) for one in base.ids],
        base_sha256=base.sha256,
        created_at=clock.now(session),
        created_by=actor.username,
    )
    session.add(plan)
    session.flush()
    added = plan_queries.rows_on(session, actor.county_code, day)
    plan_log.write(session, plan, actor, PlanEvent.START, added=added)
    once.done(session, actor, key, plan.id)
    _told(session, actor, plan, PlanEvent.START, rows=len(added))
    return plan


def apply(
    session: Session, actor: Actor, plan_id: uuid.UUID, ops: Sequence[Any], version: int
) -> Changed:
    """Change a draft by operations (see `plan_ops`), all of them or none.

    version -- the one that the actor saw. Raises StaleVersionError where somebody saved since,
    InvalidInputError, NotPermittedError (a brigade leader outside his brigade),
    StepNotAllowedError (no draft any more).
    """
    permissions.check(actor, Permission.DUTY_PLAN)
    plan = _open(session, actor, plan_id, version)
    parsed = plan_ops.parsed(ops, for_duties(session, actor.county_code))
    draft = draft_of(session, plan)
    before = draft.rows
    plan_ops.perform(draft, parsed)
    removed, added = _difference(before, draft.rows)
    if not removed and not added:
        raise InvalidInputError("ops", _("没有变化：所选区域已由该单位负责。"))
    plan_reach.check(session, actor, draft, before)
    plan_log.write(
        session, plan, actor, PlanEvent.APPLY, ops=ops, removed=removed, added=added
    )  # fmt: skip
    _saved(session, actor, plan, PlanEvent.APPLY, ops=[op["op"] for op in parsed])
    return Changed(plan, draft.fitted)


def undo(session: Session, actor: Actor, plan_id: uuid.UUID, version: int) -> Changed:
    """Take back the last change of a draft; raises StepNotAllowedError without one."""
    return _back_or_forth(session, actor, plan_id, version, PlanEvent.UNDO)


def redo(session: Session, actor: Actor, plan_id: uuid.UUID, version: int) -> Changed:
    """Do again what was taken back last; raises StepNotAllowedError without one."""
    return _back_or_forth(session, actor, plan_id, version, PlanEvent.REDO)


def _back_or_forth(
    session: Session, actor: Actor, plan_id: uuid.UUID, version: int, event: PlanEvent
) -> Changed:
    permissions.check(actor, Permission.DUTY_PLAN)
    plan = _open(session, actor, plan_id, version)
    undoable, undone = plan_log.stacks(plan_queries.events_of(session, plan))
    stack = undoable if event is PlanEvent.UNDO else undone
    if not stack:
        raise StepNotAllowedError(_("没有可以撤销或者重做的调整。"))
    entry = plan_queries.entry(session, plan, stack[-1])
    added, removed = plan_log.rows_in(entry.added), plan_log.rows_in(entry.removed)
    if event is PlanEvent.UNDO:
        added, removed = removed, added
    _replace(session, actor, plan, removed, added)
    plan_log.write(
        session, plan, actor, event, target=entry.seq, removed=removed, added=added
    )  # fmt: skip
    _saved(session, actor, plan, event, target=entry.seq)
    return Changed(plan, {})


def _replace(
    session: Session,
    actor: Actor,
    plan: DutyPlan,
    removed: Sequence[PlanRow],
    added: Sequence[PlanRow],
) -> None:
    """Check that the actor may put some rows in the place of others."""
    draft = draft_of(session, plan)
    before, gone = draft.rows, {row.id for row in removed}
    draft.rows = [row for row in before if row.id not in gone] + list(added)
    plan_reach.check(session, actor, draft, before)


def discard(session: Session, actor: Actor, plan_id: uuid.UUID, version: int) -> DutyPlan:
    """Give a draft up; it stays readable. A brigade leader may give up only his own."""
    permissions.check(actor, Permission.DUTY_PLAN)
    plan = _open(session, actor, plan_id, version)
    plan_reach.check_own(actor, plan)
    plan.status = PlanStatus.DISCARDED
    plan.discarded_at, plan.discarded_by = clock.now(session), actor.username
    plan_log.write(session, plan, actor, PlanEvent.DISCARD)
    _saved(session, actor, plan, PlanEvent.DISCARD)
    return plan


def draft_of(session: Session, plan: DutyPlan, on: date | None = None) -> Draft:
    """Return the rows of a plan with the areas and units of a day, by default today."""
    day = on or clock.today(session)
    edition = plan_queries.edition_on(session, plan.county_code, day)
    leaves = plan_queries.leaves_of(session, edition)
    units = plan_queries.units_on(session, plan.county_code, day)
    return Draft(
        session,
        edition,
        [leaf.code for leaf in leaves],
        {unit.code: unit for unit in units},
        plan_queries.rows_of(session, plan),
    )


def locked_draft(
    session: Session, county_code: str, plan_id: uuid.UUID, version: int | None
) -> DutyPlan:
    """Return a draft, locked, in the version that was seen (None: in any).

    Raises NotFoundError, StepNotAllowedError, StaleVersionError.
    """
    plan = plan_queries.get(session, county_code, plan_id, lock=True)
    if plan.status != PlanStatus.DRAFT:
        raise StepNotAllowedError(_("方案已启用或者已放弃，不能再改。"), status=plan.status)
    if version is not None and version != plan.version:
        raise StaleVersionError(
            _("方案刚被他人修改，请刷新后再操作。"),
            your_version=version,
            current={"version": plan.version},
        )
    return plan


def _open(session: Session, actor: Actor, plan_id: uuid.UUID, version: int) -> DutyPlan:
    return locked_draft(session, actor.county_code, plan_id, version)


def _difference(
    before: Sequence[PlanRow], after: Sequence[PlanRow]
) -> tuple[list[PlanRow], list[PlanRow]]:
    """Return the rows that went and those that came."""
    old, new = set(before), set(after)
    return [row for row in before if row not in new], [row for row in after if row not in old]


def _saved(session: Session, actor: Actor, plan: DutyPlan, event: PlanEvent, **detail: Any) -> None:
    plan.version += 1
    session.flush()
    _told(session, actor, plan, event, **detail)


def _told(session: Session, actor: Actor, plan: DutyPlan, event: PlanEvent, **detail: Any) -> None:
    audit.record(
        session, plan.county_code, f"duty_plan:{event}", "duty_plan", str(plan.id),
        actor=actor, name=plan.name, version=plan.version, **detail,
    )  # fmt: skip
    session.flush()
