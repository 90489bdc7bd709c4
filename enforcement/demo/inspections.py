"""Two inspections of enterprises for the demonstration: one published, one that may be entered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.inspection import making, services
from enforcement.inspection.models import Inspection
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.terms import Role

Shift = Callable[[timedelta], None]
DAY: Final = timedelta(days=1)


def play(session: Session, actors: dict[Role, Actor], second: Actor, shift: Shift) -> int:
    """Play the inspections; `shift` moves the clock back. Return how many."""
    officer, reviewer = actors[Role.OFFICER], actors[Role.LEGAL_REVIEWER]

    def act(row: Inspection, event: E, who: Actor, gate: str | None = None, **said: Any) -> None:
        services.carry_out(session, who, row.id, event, said, gate_code=gate)

    shift(12 * DAY)
    first = _noticed(session, actors, second, "91220322MA0Y6JJ01Y", "示例燃具商店有限公司", "plan")
    shift(11 * DAY)
    now = clock.now(session)
    gate = making.known_enterprise(session, first).gate_code
    act(first, E.ENTER, officer, gate, shown=True)
    act(first, E.RECORD, officer, from_at=now - timedelta(minutes=30), to_at=now,
        place="示例东街6号", present="钱示例", findings="燃气器具在使用年限内，报警器正常。",
        photos=3, no_fee=True)  # fmt: skip
    act(first, E.CONCLUDE, officer, result="no_problem", findings="未发现问题。", receiver="钱示例")
    shift(9 * DAY)
    act(first, E.PUBLISH, reviewer, secrets=True)
    shift(DAY)
    _noticed(session, actors, second, "91220322MA0Y6JJ022", "示例饭店有限公司", "complaint")
    return 2


def _noticed(
    session: Session, actors: dict[Role, Actor], second: Actor, uscc: str, name: str, source: str
) -> Inspection:
    officer, head = actors[Role.OFFICER], actors[Role.HEAD]
    today = clock.today(session)
    reason = {"plan": "年度燃气安全检查计划", "complaint": "群众反映店内有燃气味"}[source]
    said = {
        "uscc": uscc, "name": name, "representative": "钱示例", "address": "示例东街6号",
        "village_code": actors[Role.AUXILIARY].area_codes[0], "matter_code": "M26",
        "source": source, "reason": reason, "content": "燃气器具、连接管和报警器的使用情况。",
        "from_on": today, "until_on": today + 7 * DAY, "officer_a": str(officer.person_id),
        "officer_b": str(second.person_id),
    }  # fmt: skip
    row = services.propose(session, officer, said)
    services.carry_out(session, head, row.id, E.APPROVE, {"opinion": "同意。"})
    told = {"at": clock.now(session), "receiver": "钱示例"}
    return services.carry_out(session, officer, row.id, E.NOTIFY, told)
