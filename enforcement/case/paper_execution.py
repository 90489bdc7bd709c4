"""What the papers of demolition, execution and substitute performance state (D45-D49)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import queries
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.document.models import Document
from enforcement.document.queries import list_of_case
from enforcement.law.execution import DEMOLITIONS
from enforcement.law.execution_terms import ExecutionWay
from enforcement.law.paper_course import Demolition
from enforcement.law.procedure import Step
from enforcement.law.terms import CaseEvent as E


def decision_of(papers: Sequence[Document], codes: Sequence[str]) -> Document | None:
    """Return the decision in force; a public notice of demolition (also D47) is none."""
    found = [row for row in papers if row.code in codes and not is_notice(row)]
    return found[-1] if found else None


def is_notice(row: Document) -> bool:
    """Tell whether a paper is the public notice of a demolition."""
    told = row.inputs.get("demolition") or {}
    return row.code == "D47" and told.get("kind") == Demolition.NOTICE


def blocks(
    session: Session, case: CaseFile, step: Step, entries: list[CaseEntry]
) -> dict[str, Any]:
    """Return the blocks that only these papers state; {} for every other act."""
    kept = entries[-1].detail
    if step.event in (E.ORDER_DEMOLITION, E.ANNOUNCE_DEMOLITION):
        return {"demolition": _demolition(session, case, step, entries)}
    if step.event is E.ORDER_EXECUTION:
        return {"execution": _execution(case, kept)}
    if step.event is E.ORDER_SUBSTITUTE:
        return {"execution": kept | {"at": kept["execute_at"]}}
    if step.event is E.DEMAND_SUBSTITUTE:
        return _substitute(session, case, entries)
    return {}


def _demolition(
    session: Session, case: CaseFile, step: Step, entries: list[CaseEntry]
) -> dict[str, Any]:
    told = queries.last_detail(entries, E.PROPOSE_DEMOLITION)
    order = decision_of(list_of_case(session, case.county_code, case.id), ("D47",))
    notice = step.event is E.ANNOUNCE_DEMOLITION
    return {
        "kind": str(Demolition.NOTICE if notice else Demolition.ORDER),
        "building": told["building"],
        "area_m2": told["area_m2"],
        "until_on": entries[-1].detail["until_on"],
        "order_number": order.number if order and notice else None,
    }


def _execution(case: CaseFile, kept: dict[str, Any]) -> dict[str, Any]:
    row, order = DEMOLITIONS.get(case.matter_code), kept.get("county_order")
    basis = row.power.zh if row else "法律关于强制执行的规定"
    return {
        "way": ExecutionWay(kept["way"]).zh,
        "at": kept["execute_at"],
        "object": kept["object"],
        "reason": kept["reason"],
        "basis": f"{basis}、{order}" if order else basis,
    }


def _substitute(session: Session, case: CaseFile, entries: list[CaseEntry]) -> dict[str, Any]:
    """Return the decision to perform in the party's stead as what is demanded."""
    order = next(one for one in reversed(entries) if one.event == E.ORDER_SUBSTITUTE)
    papers = [row for row in list_of_case(session, case.county_code, case.id) if row.code == "D48"]
    duty = order.detail["object"]
    return {
        "act": entries[-1].detail | {"duty": duty},
        "debt": {},
        "decision": {
            "number": papers[-1].number,
            "name": "代履行决定书",
            "decided_on": clock.local_day(order.at).isoformat(),
            "content": f"代履行：{duty}",
        },
    }
