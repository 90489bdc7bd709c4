"""What pages, calls and commands share: the list as JSON, and trials of drafts."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.jurisdiction import plan_activation, plan_queries
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction import services as boundaries
from enforcement.rehoming import queries, services
from enforcement.rehoming.models import RehomingBatch
from enforcement.rehoming.queries import Item


def groups(items: list[Item]) -> list[tuple[Item, list[Item]]]:
    """Return the items by the pair of units they pass between, each with its first item."""
    found = []
    for _pair, rows in groupby(items, key=lambda item: (_code(item.from_unit), _code(item.to))):
        members = list(rows)
        found.append((members[0], members))
    return found


def _code(unit: Any) -> str:
    return unit.code if unit is not None else ""


def if_edition(
    session: Session, actor: Actor, edition_id: uuid.UUID, on: date | None = None
) -> list[Item]:
    """Return what would change hands if a draft of boundaries came into force on a day."""
    day = on or clock.today(session)
    jurisdiction.get_boundaries(session, actor.county_code, edition_id)

    def activate(inside: Session) -> object:
        return boundaries.activate(
            inside, actor.county_code, edition_id, day, accept_problems=True, by=actor.username
        )

    return services.what_if(session, actor, activate, day)


def item_json(item: Item) -> dict[str, Any]:
    """Return a piece of work as JSON."""
    return {
        "key": item.key,
        "kind": str(item.work.kind),
        "id": str(item.work.id),
        "number": item.work.number,
        "state": item.work.state,
        "cause": str(item.cause),
        "from": _code(item.from_unit) or item.work.holder_code,
        "from_name": item.from_unit.name if item.from_unit else None,
        "to": _code(item.to) or None,
        "to_name": item.to.name if item.to else None,
        "village_code": item.work.village_code,
        "version": item.work.version,
    }


def batch_json(batch: RehomingBatch) -> dict[str, Any]:
    """Return a ruling as JSON."""
    return {
        "id": str(batch.id),
        "at": batch.at.isoformat(),
        "by_name": batch.by_name,
        "ruling": batch.ruling,
        "reason": batch.reason,
        "count": batch.count,
    }


def listed(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the pending work and the latest rulings as JSON."""
    items = queries.pending(session, actor, clock.today(session))
    batches = queries.list_batches(session, actor.county_code)
    return {
        "pending": [item_json(item) for item in items],
        "rulings": [batch_json(batch) for batch in batches],
    }


def if_plan(
    session: Session, actor: Actor, plan_id: uuid.UUID, on: date | None = None
) -> list[Item]:
    """Return what would change hands if a draft plan of duties came into force on a day."""
    day = on or clock.today(session)
    plan_queries.get(session, actor.county_code, plan_id)

    def try_on(inside: Session) -> None:
        plan_activation.try_on(inside, actor, plan_id, day)

    return services.what_if(session, actor, try_on, day)


TRIALS = {"edition": if_edition, "plan": if_plan}
"""Kind of draft -> what it would bring."""
