"""Valid measures for tests: proposed, approved, carried out; the case is about dead animals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement.case import services as cases
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.terms import CaseEvent as E
from enforcement.measure import services
from enforcement.measure.models import Measure
from tests.asking import actor_of, set_clock
from tests.case.making import filing, reported, to_case

THINGS: dict[str, Any] = {
    "reason": "病死猪随意弃置，涉案冷藏车须查扣。", "place": "示例大街12号",
    "items": "病死猪，，3头，已腐败\n冷藏车，示例牌，1辆，完好",
    "involved": True, "not_living": True, "not_sealed": True, "milder": True,
}  # fmt: skip
AGREED = {"opinion": "同意。"}


def moment(text: str) -> datetime:
    """Return a moment in China."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def taking(at: str, **change: Any) -> dict[str, Any]:
    """Return what the officers say when they carry a measure out."""
    said = {"at": moment(at), "told": True, "plea": "无", "record": "现场查扣两件。",
            "video": "示例记录仪01", "receiver": "张示例"}  # fmt: skip
    return said | change


def animal_case(session: Session, matter_code: str = "M24") -> CaseFile:
    """Return a case filed on 2026-03-03 whose matter's law grants seals and seizures."""
    case = to_case(session, "zhifa1", reported(session), matter_code=matter_code)
    set_clock(session, "2026-03-03 09:00")
    for who, event, said in (
        ("zhifa1", E.CHECK, {"opinion": "属实"}),
        ("zhifa1", E.PROPOSE_FILING, filing(session)),
        ("zhongdui", E.ENDORSE, AGREED),
        ("juzhang", E.APPROVE_FILING, AGREED),
    ):
        cases.carry_out(session, actor_of(session, who), case.id, event, said)
    return case


def proposed(
    session: Session, case: CaseFile | None = None, kind: str = "seize", **change: Any
) -> Measure:
    """Return a measure that waits for the head's approval."""
    case = case or animal_case(session)
    said = THINGS | {"kind": kind} | change
    return services.make(session, actor_of(session, "zhifa1"), case.id, M.PROPOSE, said)


def act(session: Session, who: str, measure: Measure, event: M, **said: Any) -> Measure:
    """Carry out one act as a demonstration account."""
    return services.carry_out(session, actor_of(session, who), measure.id, event, said)


def in_force(session: Session, kind: str = "seize", case: CaseFile | None = None) -> Measure:
    """Return a measure carried out on 2026-03-04 at 10:00: a seizure lasts until 04-03."""
    measure = proposed(session, case, kind)
    act(session, "juzhang", measure, M.APPROVE, **AGREED)
    set_clock(session, "2026-03-04 10:30")
    return act(session, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-04 10:00"))


def at_once(session: Session, case: CaseFile | None = None, **change: Any) -> Measure:
    """Return a seizure done at once on 2026-03-04 at 10:00."""
    case = case or animal_case(session)
    set_clock(session, "2026-03-04 10:30")
    said = THINGS | taking("2026-03-04 10:00") | {"kind": "seize", "danger": "车辆即将驶离"}
    return services.make(
        session, actor_of(session, "zhifa1"), case.id, M.ACT_AT_ONCE, said | change
    )
