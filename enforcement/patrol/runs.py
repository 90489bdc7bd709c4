"""Acts: plan a day for a brigade at once, or for the county by the worker; apply, cancel, watch.

The worker searches for some seconds at a time and commits between, each time from the best plan so
far, so that progress shows, a cancelled plan stops soon, and a killed worker loses one piece only.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, due, once, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import Role
from enforcement.patrol import planning
from enforcement.patrol.assigning import Step
from enforcement.patrol.board import board
from enforcement.patrol.places import Basis
from enforcement.patrol.plan_models import PlanRun
from enforcement.patrol.planning import Built
from enforcement.patrol.terms import RunKind, RunState
from enforcement.permissions import Permission
from enforcement.planner import Plan, solve
from enforcement.planner.stored import (
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
)
from enforcement.scope import COUNTY_WIDE

TASK: Final = "patrol:plan"
SECONDS: Final = {RunKind.BRIGADE: 1.0, RunKind.REPLAN: 0.5, RunKind.COUNTY: 60.0}
SWITCH_S: Final = {RunKind.BRIGADE: 900, RunKind.REPLAN: 3600}
"""What a change of lists that stand has to save: little in the morning, an hour in the day."""
PIECE_S: Final = 10.0
WALL_TIMES: Final = 8
"""A search in a request ends after so many times its CPU-seconds, however busy the machine is."""


@dataclass(frozen=True)
class Applied:
    """A plan on the lists; undo -- the steps back; moved -- stops that changed squads."""

    run: PlanRun
    undo: list[Step]
    moved: int


def plan_now(
    session: Session, actor: Actor, day: date, kind: RunKind, *, key: str | None = None
) -> Applied:
    """Plan the actor's squads for a day within the request and put it onto their lists.

    Brigade: each stop goes to its own brigade's squads. Re-plan: the same with what is left of the
    day, from the lists as they are. Raises InvalidInputError where there is nothing to plan.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    earlier = once.claim(session, actor, key, "patrol:plan", [day, kind])
    if earlier is not None:
        return Applied(session.get_one(PlanRun, (actor.county_code, earlier)), [], 0)
    built = _build(session, actor, day, kind)
    seconds = SECONDS[kind]
    ends = time.monotonic() + seconds * WALL_TIMES
    plan = solve(built.problem, seconds, warm=built.warm, switch_s=SWITCH_S[kind],
                 cancel=lambda: time.monotonic() > ends)  # fmt: skip
    run = _keep(session, actor, day, kind, built, plan, RunState.APPLIED)
    undo, moved = planning.apply(session, actor, day, built, plan)
    once.done(session, actor, key, run.id)
    return Applied(run, undo, moved)


def order(session: Session, actor: Actor, day: date, *, key: str | None = None) -> PlanRun:
    """Order a plan of the whole county, squads lent between brigades; the worker makes it."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    if actor.role not in COUNTY_WIDE | {Role.SYSTEM_ADMIN}:
        raise InvalidInputError("kind", _("全县排班由县级负责人安排。"))
    earlier = once.claim(session, actor, key, "patrol:order", [day])
    if earlier is not None:
        return session.get_one(PlanRun, (actor.county_code, earlier))
    built = _build(session, actor, day, RunKind.COUNTY)
    run = _keep(session, actor, day, RunKind.COUNTY, built, built.warm, RunState.WORKING)
    due.schedule(session, run.county_code, TASK, run.id, "0", run.asked_at)
    once.done(session, actor, key, run.id)
    return run


def _build(session: Session, actor: Actor, day: date, kind: RunKind) -> Built:
    if day < clock.today(session):
        raise InvalidInputError("day", _("不能修改过去的排班。"))
    found = board(session, actor, day)
    if not found.lanes:
        raise InvalidInputError("day", _("您没有可以安排的中队。"))
    built = planning.build(session, actor, found, kind)
    if not built.refs:
        raise InvalidInputError("day", _("这一天没有待安排的点位。"))
    return built


def _keep(
    session: Session, actor: Actor, day: date, kind: RunKind, built: Built, plan: Plan,
    state: RunState,
) -> PlanRun:  # fmt: skip
    now, total = clock.now(session), max(1, round(SECONDS[kind]))
    ended = state != RunState.WORKING
    run = PlanRun(
        county_code=actor.county_code, id=uuid7(), kind=kind, unit_code=actor.unit_code,
        on_day=day, state=state, done=total if ended else 0, total=total,
        problem=built.named() | {"problem": problem_to_json(built.problem)},
        plan=plan_to_json(plan), asked_by=actor.account_id, asked_at=now,
        ended_at=now if ended else None,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def find(session: Session, actor: Actor, run_id: uuid.UUID, *, lock: bool = False) -> PlanRun:
    """Return a plan of one's own unit; raises NotFoundError."""
    query = select(PlanRun).where(
        PlanRun.county_code == actor.county_code, PlanRun.id == run_id,
        PlanRun.unit_code >= actor.unit_code, PlanRun.unit_code < actor.unit_code + "~",
    )  # fmt: skip
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    run = session.scalars(query).first()
    if run is None:
        raise NotFoundError(_("没有这个排班方案。"))
    return run


def latest(session: Session, actor: Actor, day: date) -> PlanRun | None:
    """Return the newest plan of a day that covers the actor's unit."""
    query = select(PlanRun).where(
        PlanRun.county_code == actor.county_code, PlanRun.on_day == day,
        PlanRun.state == RunState.APPLIED,
    )  # fmt: skip
    rows = session.scalars(query.order_by(PlanRun.asked_at.desc()).limit(20))
    return next((row for row in rows if _covers(row, actor)), None)


def _covers(run: PlanRun, actor: Actor) -> bool:
    return actor.unit_code.startswith(run.unit_code) or run.unit_code.startswith(actor.unit_code)


def built_of(run: PlanRun) -> Built:
    """Return what a run was made for."""
    said = run.problem
    return Built(
        problem_from_json(said["problem"]), tuple(said["refs"]), tuple(said["units"]),
        tuple(said["squads"]), tuple(said["visited"]), plan_from_json(run.plan), basis_of(run),
    )  # fmt: skip


def basis_of(run: PlanRun) -> Basis:
    """Return what the travel times of a run are from."""
    said = run.problem
    return Basis(said["source"], said.get("by_road", 0), said.get("legs", 0))


def cancel(session: Session, actor: Actor, run_id: uuid.UUID) -> PlanRun:
    """Give a plan up while it is made, or before it is applied."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    run = find(session, actor, run_id, lock=True)
    if run.state not in (RunState.WORKING, RunState.DONE):
        raise StepNotAllowedError(_("这个排班方案已经结束。"))
    run.state, run.ended_at = RunState.CANCELLED, clock.now(session)
    return run


def apply(session: Session, actor: Actor, run_id: uuid.UUID) -> Applied:
    """Put a plan that is ready onto the squads' lists."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    run = find(session, actor, run_id, lock=True)
    if run.state != RunState.DONE:
        raise StepNotAllowedError(_("这个排班方案还没有算好，或者已经采用。"))
    plan = plan_from_json(run.plan)
    undo, moved = planning.apply(session, actor, run.on_day, built_of(run), plan)
    run.state = RunState.APPLIED
    return Applied(run, undo, moved)


def work(session: Session, step: DueStep) -> None:
    """Search some seconds more for a plan; the last piece makes it ready.

    The row is not locked while it searches, so that cancelling waits for nobody.
    """
    key = (step.county_code, step.subject_id)
    run = session.get(PlanRun, key, populate_existing=True)
    if run is None or run.state != RunState.WORKING:
        return
    built = built_of(run)
    plan = solve(built.problem, min(PIECE_S, run.total - run.done), warm=built.warm,
                 cancel=_gone(session, run), switch_s=0)  # fmt: skip
    run = session.get_one(PlanRun, key, with_for_update=True, populate_existing=True)
    if run.state != RunState.WORKING:
        return
    run.plan, run.done = plan_to_json(plan), min(run.total, run.done + round(PIECE_S))
    now = clock.now(session)
    if run.done < run.total:
        due.schedule(session, run.county_code, TASK, run.id, str(run.done), now)
    else:
        run.state, run.ended_at = RunState.DONE, now


def _gone(session: Session, run: PlanRun) -> Callable[[], bool]:
    """Return what asks the database whether the plan was given up."""
    state = select(PlanRun.state).where(
        PlanRun.county_code == run.county_code, PlanRun.id == run.id
    )

    def gone() -> bool:
        return session.scalar(state) != RunState.WORKING

    return gone


def shown(run: PlanRun) -> dict[str, Any]:
    """Return a run as JSON, without its problem."""
    return {
        "id": str(run.id), "kind": run.kind, "day": run.on_day.isoformat(), "state": run.state,
        "done": run.done, "total": run.total, "unit_code": run.unit_code,
        "objective": run.plan["objective"], "solver": run.plan["solver"],
        "dropped": len(run.plan["dropped"]), "travel": run.problem["source"],
        "by_road": basis_of(run).by_road, "legs": basis_of(run).legs,
    }  # fmt: skip
