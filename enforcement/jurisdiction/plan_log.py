"""The log of a plan: what may be undone and done again, and writing one more line."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.jurisdiction.plan_areas import PlanRow
from enforcement.jurisdiction.plan_models import DutyPlan, DutyPlanEntry, DutyPlanRow
from enforcement.jurisdiction.terms import PlanEvent
from gis.srid import STORAGE_SRID


def stacks(events: Iterable[tuple[int, str, int | None]]) -> tuple[list[int], list[int]]:
    """Return the changes that may be undone and those that may be done again, the next one last.

    events -- number, kind and target of every line of the log, in order
    """
    undoable: list[int] = []
    undone: list[int] = []
    for seq, event, target in events:
        if event == PlanEvent.APPLY:
            undoable.append(seq)
            undone.clear()
        elif event == PlanEvent.UNDO and target is not None:
            undoable.remove(target)
            undone.append(target)
        elif event == PlanEvent.REDO and target is not None:
            undone.remove(target)
            undoable.append(target)
    return undoable, undone


def write(
    session: Session,
    plan: DutyPlan,
    actor: Actor,
    event: PlanEvent,
    *,
    target: int | None = None,
    ops: Sequence[Any] = (),
    removed: Sequence[PlanRow] = (),
    added: Sequence[PlanRow] = (),
) -> None:
    """Add a line to the log of a plan that the caller has locked, and change its rows by it."""
    mine = (
        DutyPlanEntry.county_code == plan.county_code, DutyPlanEntry.plan_id == plan.id
    )  # fmt: skip
    last = session.scalar(select(func.max(DutyPlanEntry.seq)).where(*mine)) or 0
    _store(session, plan, removed, added)
    session.add(
        DutyPlanEntry(
            county_code=plan.county_code,
            id=uuid7(),
            plan_id=plan.id,
            seq=last + 1,
            event=event,
            target=target,
            ops=list(ops),
            removed=[row.as_json() for row in removed],
            added=[row.as_json() for row in added],
            by=actor.account_id,
            by_name=actor.name,
        )
    )
    session.flush()


def _store(
    session: Session, plan: DutyPlan, removed: Sequence[PlanRow], added: Sequence[PlanRow]
) -> None:
    if removed:
        gone = DutyPlanRow.id.in_([row.id for row in removed])
        session.execute(
            delete(DutyPlanRow).where(
                DutyPlanRow.county_code == plan.county_code, DutyPlanRow.plan_id == plan.id, gone
            ),
            execution_options={"synchronize_session": False},
        )
    if added:
        session.execute(insert(DutyPlanRow), [values(plan, row) for row in added])


def values(plan: DutyPlan, row: PlanRow) -> dict[str, Any]:
    """Return the columns of a row of a plan."""
    return {
        "county_code": plan.county_code,
        "id": row.id,
        "plan_id": plan.id,
        "unit_id": row.unit_id,
        "area_code": row.area_code,
        "geom": WKBElement(bytes.fromhex(row.wkb), STORAGE_SRID) if row.wkb else None,
        "priority": row.priority,
        "category": row.category,
        "name": row.name,
    }


def rows_in(lines: Iterable[Mapping[str, Any]]) -> list[PlanRow]:
    """Return rows as the log keeps them."""
    return [
        PlanRow(
            uuid.UUID(line["id"]),
            uuid.UUID(line["unit_id"]),
            line["unit_code"],
            line["area_code"],
            line["wkb"],
            line["priority"],
            line["category"],
            line["name"],
        )
        for line in lines
    ]
