"""What every county has going on at all times: put in place where it is missing."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.due import DueStep
from enforcement.jurisdiction.models import County

TASKS: Final = (
    "events:prune", "uploads:prune", "drills:monthly", "ledger:watch", "rules:watch",
    "timing:watch", "publication:watch", "patrol:watch", "positions:keep", "positions:track",
    "patrol:roads", "indicators:count", "safety:posts", "map:fold", "yearly:remind",
    "proof:look", "proof:doubt", "audit:checkpoint", "backup:watch",
)  # fmt: skip
FIRST: Final = "watch"


def ensure(session: Session) -> None:
    """Plan each standing task of each county that has none waiting; each plans its own next."""
    waiting = {
        (row.county_code, row.task)
        for row in session.execute(
            select(DueStep.county_code, DueStep.task).where(
                DueStep.state == "waiting", DueStep.task.in_(TASKS)
            )
        )
    }
    now = clock.now(session)
    counties = session.scalars(select(County.county_code)).all()
    missing = [(code, task) for code in counties for task in TASKS if (code, task) not in waiting]
    due.schedule_many(
        session,
        [
            {"county_code": code, "task": task, "rule": FIRST, "due_at": now, "data": {},
             "subject_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{code}:{task}")}
            for code, task in missing
        ],
    )  # fmt: skip
