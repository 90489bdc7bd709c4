"""Valid objects for tests: an incident with its squad, a case in some state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.case import services
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.incident import services as incidents
from enforcement.incident.intake import Report
from enforcement.incident.models import Incident
from enforcement.law.terms import CaseEvent as E
from enforcement.patrol import services as patrols
from tests.asking import actor_of, set_clock


def home_point(session: Session) -> tuple[float, float]:
    """Return a point (lon, lat) in the demonstration auxiliary's village."""
    village = actor_of(session, "fujing").area_codes[0]
    row = session.execute(
        text(
            "select a.label_lon, a.label_lat from area a join edition e"
            " on e.county_code = a.county_code and e.id = a.edition_id"
            " where a.code = :code and e.status = 'active'"
        ),
        {"code": village},
    ).one()
    return row[0], row[1]


def report_of(session: Session, **change: Any) -> Report:
    """Return a valid report in the auxiliary's village on 2026-03-02."""
    lon, lat = home_point(session)
    said: dict[str, Any] = {
        "category": "04", "description": "门前人行道摆放货架占道经营。", "lon": lon, "lat": lat,
        "occurred_at": datetime(2026, 3, 2, 9, 15, tzinfo=ZONE), "place": "示例大街12号",
    }  # fmt: skip
    return Report(**(said | change))


def reported(session: Session) -> Incident:
    """Return an incident of 2026-03-02 that was sent to the demonstration squad."""
    set_clock(session, "2026-03-02 09:30")
    incident = incidents.report(session, actor_of(session, "fujing"), report_of(session))
    squad = actor_of(session, "zhifa1").unit_id
    patrols.send(
        session, actor_of(session, "dadui"), incident.id, squad_id=squad,
        patrol_on=date(2026, 3, 2),
    )  # fmt: skip
    return incident


def to_case(
    session: Session, who: str, incident: Incident, *, matter_code: str = "M12"
) -> CaseFile:
    """Return the case that an incident becomes."""
    said = {
        "matter_code": matter_code, "act": "占用人行道经营", "place": "示例大街12号",
        "acted_on": date(2026, 3, 2),
    }  # fmt: skip
    return services.register(session, actor_of(session, who), incident.id, said)


def filing(session: Session) -> dict[str, Any]:
    """Return what the proposal to file says."""
    return {
        "party_kind": "organisation", "party_name": "示例鲜果超市有限公司",
        "party_uscc": "91350100M000100Y43", "party_representative": "张示例",
        "party_address": "示例大街12号", "party_phone": "13800000000", "reason": "涉嫌占道",
        "officer_a": str(actor_of(session, "zhifa1").person_id),
        "officer_b": str(actor_of(session, "zhifa2").person_id), "no_interest": True,
    }  # fmt: skip


def filed_case(session: Session, *, file: bool = True, **party: str) -> CaseFile:
    """Return a case filed on 2026-03-03, or one that still waits for the unit's leader.

    party -- what differs from `filing`, as party_name and party_uscc.
    """
    case = to_case(session, "zhifa1", reported(session))
    set_clock(session, "2026-03-03 09:00")

    def act(who: str, event: E, **said: Any) -> None:
        services.carry_out(session, actor_of(session, who), case.id, event, said)

    act("zhifa1", E.CHECK, opinion="属实")
    act("zhifa1", E.PROPOSE_FILING, **filing(session) | party)
    if file:
        act("zhongdui", E.ENDORSE, opinion="同意")
        act("juzhang", E.APPROVE_FILING, opinion="同意立案")
    return case


def investigated_case(session: Session) -> CaseFile:
    """Return a case whose investigation is closed; it is 2026-03-16 10:00."""
    case = filed_case(session)

    def act(who: str, event: E, **said: Any) -> None:
        services.carry_out(session, actor_of(session, who), case.id, event, said)

    set_clock(session, "2026-03-04 10:00")
    start = datetime(2026, 3, 4, 9, 10, tzinfo=ZONE)
    act(
        "zhifa1",
        E.RECORD_SCENE,
        from_at=start,
        to_at=start + timedelta(minutes=30),
        place="示例大街12号",
        findings="占用18平方米。",
        photos=6,
        shown=True,
    )
    set_clock(session, "2026-03-16 10:00")
    act("zhifa1", E.CLOSE_INVESTIGATION, circumstances="逾期未改正。")
    return case


def tier_of(yuan: int) -> dict[str, Any]:
    """Return circumstances whose tier (默认) holds a fine for M12: up to 20 000 yuan."""
    if yuan <= 6000:
        return {"reason": "主动减轻危害后果", "mitigation": "eliminated"}
    if yuan <= 14_000:
        return {"reason": "情节一般"}
    return {"reason": "突发事件期间违法", "emergency": True}


def proposed_case(session: Session, *, yuan: int = 2000, **more: Any) -> CaseFile:
    """Return a case whose proposal of a fine the head has approved; it is 2026-03-18 15:00."""
    case = investigated_case(session)

    def act(who: str, event: E, **said: Any) -> None:
        services.carry_out(session, actor_of(session, who), case.id, event, said)

    act("zhifa1", E.PROPOSE_PENALTY, amount=Decimal(yuan), **(tier_of(yuan) | more))
    act("zhongdui", E.ENDORSE, opinion="同意")
    act("juzhang", E.APPROVE_PROPOSAL, opinion="同意")
    set_clock(session, "2026-03-18 15:00")
    return case


def served_case(session: Session) -> CaseFile:
    """Return a case whose decision of 2000 yuan was served on 2026-03-27: to be paid by 04-13."""
    case = proposed_case(session)

    def act(who: str, event: E, **said: Any) -> None:
        services.carry_out(session, actor_of(session, who), case.id, event, said)

    handed = {"way": "direct", "place": "示例大街12号", "receiver": "张示例"}
    act("zhifa1", E.NOTIFY, at=datetime(2026, 3, 18, 14, tzinfo=ZONE), **handed)
    act("zhifa1", E.HEAR_STATEMENT, outcome="waived")
    act("zhifa1", E.PROPOSE_DECISION, amount=Decimal(2000), reason="情节一般")
    act("zhongdui", E.ENDORSE, opinion="同意")
    set_clock(session, "2026-03-27 09:00")
    act("juzhang", E.DECIDE, opinion="同意")
    set_clock(session, "2026-03-27 16:00")
    act("zhifa1", E.SERVE, at=datetime(2026, 3, 27, 15, tzinfo=ZONE), **handed)
    return case


HANDED: dict[str, Any] = {"way": "direct", "place": "示例大街12号", "receiver": "张示例"}


def at(day: str, hour: int = 9) -> datetime:
    """Return a moment in China."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE)


def act(session: Session, who: str, case: CaseFile, event: E, **said: Any) -> CaseFile:
    """Carry out one act as a demonstration account."""
    return services.carry_out(session, actor_of(session, who), case.id, event, said)


def person_of(session: Session, who: str) -> str:
    """Return the id of the person behind a demonstration account."""
    return str(actor_of(session, who).person_id)
