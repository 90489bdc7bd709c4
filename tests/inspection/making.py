"""Valid inspections for tests, proposed on 2026-03-03, and their acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.inspection import making, services
from enforcement.inspection.models import Inspection
from enforcement.law.inspection_terms import InspectionEvent as E
from tests.asking import actor_of, as_owner, set_clock
from tests.case.making import person_of

USCC = "91350100M000100Y43"
OTHER = "92220322MA0Y6JJ06B"


def proposal(session: Session, **change: Any) -> dict[str, Any]:
    """Return what the officers say: the yearly plan, a gas user."""
    said: dict[str, Any] = {
        "uscc": USCC, "name": "示例餐饮有限公司", "representative": "王示例",
        "address": "示例大街20号", "village_code": actor_of(session, "fujing").area_codes[0],
        "matter_code": "M26", "source": "plan", "reason": "2026年燃气安全检查计划第3项",
        "content": "燃气器具、连接管和报警器的使用情况。",
        "from_on": date(2026, 3, 4), "until_on": date(2026, 3, 10),
        "officer_a": person_of(session, "zhifa1"), "officer_b": person_of(session, "zhifa2"),
    }  # fmt: skip
    return said | change


def proposed(session: Session, when: str = "2026-03-03 09:30", **change: Any) -> Inspection:
    """Return an inspection proposed by its two officers."""
    set_clock(session, when)
    return services.propose(session, actor_of(session, "zhifa1"), proposal(session, **change))


def act(
    session: Session, row: Inspection, event: E, who: str = "zhifa1",
    gate_code: str | None = None, **said: Any,
) -> Inspection:  # fmt: skip
    """Carry out one act as a demonstration account."""
    return services.carry_out(
        session, actor_of(session, who), row.id, event, said, gate_code=gate_code
    )


def noticed(session: Session, **change: Any) -> Inspection:
    """Return an inspection that is approved and told, on 2026-03-04 at 09:00."""
    row = proposed(session, **change)
    act(session, row, E.APPROVE, "juzhang", opinion="同意。")
    at = set_clock(session, "2026-03-04 09:00")
    return act(session, row, E.NOTIFY, at=at, receiver="王示例")


def recorded(session: Session, **change: Any) -> Inspection:
    """Return an inspection that was entered by the sign at the gate and recorded."""
    row = noticed(session, **change)
    code = making.known_enterprise(session, row).gate_code
    act(session, row, E.ENTER, gate_code=code, shown=True)
    set_clock(session, "2026-03-04 10:00")
    times = [datetime(2026, 3, 4, hour, 30, tzinfo=ZONE) for hour in (9, 9)]
    return act(
        session, row, E.RECORD, from_at=times[0], to_at=times[1], place="示例大街20号",
        present="王示例", findings="报警器未接通电源。", photos=2, no_fee=True,
    )  # fmt: skip


def no_demo(session: Session) -> None:
    """Leave out what the demonstration inspected."""
    with as_owner(session):
        for table in ("inspection_entry", "document"):
            session.execute(text(f"alter table {table} disable trigger user"))
        session.execute(text("delete from document where inspection_id is not null"))
        for table in ("inspection_entry", "inspection_join", "inspection", "enterprise"):
            session.execute(text(f"delete from {table}"))
        for table in ("inspection_entry", "document"):
            session.execute(text(f"alter table {table} enable trigger user"))
    session.execute(text("delete from number_counter where organ = 'inspection'"))
