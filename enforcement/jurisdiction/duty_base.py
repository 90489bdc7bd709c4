"""What a plan was made from, and what has changed in the duties since."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.duty_sql import CONTENT
from enforcement.jurisdiction.plan_models import DutyPlan

NEXT_CHANGE = text("""
    SELECT min(day) FROM (
      SELECT valid_from AS day FROM responsibility
      WHERE county_code = :county AND valid_from > :on AND valid_to IS DISTINCT FROM valid_from
      UNION ALL
      SELECT valid_to FROM responsibility
      WHERE county_code = :county AND valid_to > :on AND valid_to > valid_from
    ) planned
""")


@dataclass(frozen=True)
class Fingerprint:
    """The duties in force on a day: their ids, and a hash of all that they say."""

    ids: tuple[uuid.UUID, ...]
    sha256: str


@dataclass(frozen=True)
class Drift:
    """How the duties of a day differ from those a plan was made from.

    came, went -- duties (unit, area or polygon, days) that are new, and that are no more
    next_change -- a later day on which duties change by what was decided already; None without
    """

    came: list[Any]
    went: list[Any]
    next_change: date | None

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        return bool(self.came or self.went or self.next_change)

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "came": [_line(row) for row in self.came],
            "went": [_line(row) for row in self.went],
            "next_change": self.next_change.isoformat() if self.next_change else None,
        }


def fingerprint(session: Session, county_code: str, on: date) -> Fingerprint:
    """Return the fingerprint of the duties in force on a day."""
    rows = plan_queries.contents(session, county_code, "day", on=on)
    whole = "\n".join(row.content for row in rows)
    return Fingerprint(tuple(row.id for row in rows), hashlib.sha256(whole.encode()).hexdigest())


def drift(session: Session, plan: DutyPlan, on: date) -> Drift:
    """Return what has changed in the duties between the base of a plan and a day.

    Duties that say the same count as the same, whichever rows hold them.
    """
    now = plan_queries.contents(session, plan.county_code, "day", on=on)
    base = _base(session, plan)
    came = _surplus(now, Counter(row.content for row in base))
    went = _surplus(base, Counter(row.content for row in now))
    asked = {"county": plan.county_code, "on": on}
    return Drift(
        plan_queries.told(session, plan.county_code, came),
        plan_queries.told(session, plan.county_code, went),
        session.scalar(NEXT_CHANGE, asked),
    )


def _base(session: Session, plan: DutyPlan) -> Any:
    """Return `id` and `content` of the duties a plan was made from."""
    sql = f"""
        SELECT r.id, {CONTENT} AS content FROM responsibility r
        WHERE r.county_code = :county AND r.id = ANY (CAST(:ids AS uuid[])) ORDER BY content, r.id
    """  # noqa: S608 -- no value of anybody's
    return session.execute(text(sql), {"county": plan.county_code, "ids": plan.base_ids}).all()


def _surplus(rows: Any, others: Counter[str]) -> list[uuid.UUID]:
    """Return the ids of the rows that say what the others do not, as many times as they do."""
    left = others.copy()
    found = []
    for row in rows:
        if left[row.content] > 0:
            left[row.content] -= 1
        else:
            found.append(row.id)
    return found


def _line(row: Any) -> dict[str, Any]:
    return {
        "duty": str(row.id),
        "unit": row.unit_code,
        "unit_name": row.unit_name,
        "area": row.area_code,
        "name": row.area_name or row.name,
        "category": row.category,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }
