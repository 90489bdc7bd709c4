"""The rows of the to-do list for what must be made public or withdrawn; nearly due, or late."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.models import CaseFile
from enforcement.ids import uuid7
from enforcement.law.waiting import PUBLISHER, Duty
from enforcement.publication import queries
from enforcement.publication.queries import Waiting
from enforcement.timing.models import TodoItem


def tell(session: Session, county_code: str, case_id: uuid.UUID | None = None) -> list[Waiting]:
    """List anew what waits on the desks of those who publish; return all that waits.

    case_id -- of one case only. A row appears on the alarm day of its limit, a withdrawal at once.
    """
    session.flush()
    old = delete(TodoItem).where(TodoItem.county_code == county_code, TodoItem.holder == PUBLISHER)
    only = () if case_id is None else (CaseFile.id == case_id,)
    if case_id is not None:
        old = old.where(TodoItem.case_id == case_id)
    session.execute(old)
    found = queries.listed(session, county_code, *only)
    today = clock.today(session)
    rows = [_row(one) for one in found if _is_near(one, today)]
    if rows:
        session.execute(insert(TodoItem), rows)
    return found


def _is_near(one: Waiting, today: date) -> bool:
    if one.publication is not None or one.due is None:
        return True
    return today >= (one.due.alarm or one.due.raw)


def _row(one: Waiting) -> dict[str, object]:
    due = one.due
    return {
        "county_code": one.case.county_code, "id": uuid7(), "case_id": one.case.id,
        "holder": PUBLISHER, "duty": str(Duty.WITHDRAW if one.publication else Duty.PUBLISH),
        "limit_id": one.limit_id, "raw_on": due.raw if due else None,
        "due_on": due.due if due else None, "alarm_on": due.alarm if due else None,
        "stopped_on": None, "sort_on": due.binding if due else date(9000, 1, 1),
    }  # fmt: skip
