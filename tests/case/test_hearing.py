"""A large fine: told with its right to a hearing, heard, reviewed, discussed, decided (罚57-65)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case import queries
from enforcement.case.models import CaseFile
from enforcement.errors import GateClosedError, InvalidInputError, NotPermittedError
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from tests.asking import actor_of, set_clock
from tests.case.making import HANDED, act, at, person_of, proposed_case

REVIEW = dict.fromkeys(
    ("subject", "procedure", "facts", "law", "papers", "crime", "opinion"), "符合规定。"
)
PROPOSAL = {"amount": Decimal(20000), "reason": "突发事件期间违法"}
DISCUSSION = {"place": "会议室", "members": "局长\n副局长", "opinions": "同意", "result": "同意"}


def noticed(session: Session) -> CaseFile:
    case = proposed_case(session, yuan=20000)
    act(session, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    act(session, "zhifa1", case, E.HEAR_STATEMENT, outcome="waived")
    return case


def asked(session: Session, day: str = "2026-03-20", **more: Any) -> CaseFile:
    case = noticed(session)
    set_clock(session, f"{day} 10:00")
    said = {"asked_on": at(day).date(), "content": "要求听证"}
    return act(session, "zhifa1", case, E.REQUEST_HEARING, **said, **more)


def call(session: Session, case: CaseFile, **change: Any) -> CaseFile:
    said = {
        "hearing_at": at("2026-04-07"), "hearing_place": "三楼", "clerk": "记录员",
        "chair": person_of(session, "fazhi"), "at": at("2026-03-23", 10), **HANDED,
    }  # fmt: skip
    set_clock(session, "2026-03-23 11:00")
    return act(session, "zhifa1", case, E.CALL_HEARING, **(said | change))


def hold(session: Session, case: CaseFile, end: str = "held") -> CaseFile:
    set_clock(session, "2026-04-07 12:00")
    said = {"end": end, "present": "双方", "record": "记录"}
    return act(session, "fazhi", case, E.HOLD_HEARING, **said)


def papers(session: Session, case: CaseFile) -> list[str]:
    from enforcement.document.queries import list_of_case

    return [paper.code for paper in list_of_case(session, case.county_code, case.id)]


def test_a_large_fine_is_decided_after_hearing_review_and_discussion(county: Session) -> None:
    case = call(county, asked(county))
    with pytest.raises(GateClosedError, match="听证"):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    hold(county, case)
    with pytest.raises(GateClosedError, match="听证报告"):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    act(county, "fazhi", case, E.REPORT_HEARING, facts="属实", proposal="同意")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    with pytest.raises(GateClosedError) as refused:
        act(county, "juzhang", case, E.DECIDE, opinion="同意")
    assert {row["rule"] for row in refused.value.data["gates"]} == {"R7", "R8"}
    with pytest.raises(GateClosedError, match="先有法制审核"):
        act(county, "juzhang", case, E.DISCUSS, at=at("2026-04-07", 10), **DISCUSSION)
    act(county, "fazhi", case, E.REVIEW_LEGALITY, outcome="passed", **REVIEW)
    act(county, "juzhang", case, E.DISCUSS, at=at("2026-04-07", 11), **DISCUSSION)
    act(county, "juzhang", case, E.DECIDE, opinion="同意")
    assert (case.state, case.fine_yuan) == (S.DECIDED, Decimal(20000))
    assert {"D27", "D30", "D31", "D33", "D34", "D35", "D36", "D38"} <= set(papers(county, case))
    assert "D26" not in papers(county, case)


def test_without_a_request_the_period_must_run_out(county: Session) -> None:
    case = noticed(county)
    set_clock(county, "2026-03-25 17:00")
    with pytest.raises(GateClosedError, match="2026-03-25"):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    set_clock(county, "2026-03-26 09:00")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    assert case.state == S.DECISION_REVIEW


def test_a_small_fine_has_no_hearing_to_ask_for(county: Session) -> None:
    case = proposed_case(county)
    act(county, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    with pytest.raises(GateClosedError, match="听证告知书") as refused:
        act(
            county, "zhifa1", case, E.REQUEST_HEARING, asked_on=at("2026-03-18").date(), content="x"
        )
    assert refused.value.data["gates"][0]["rule"] == "R5"


def test_a_late_request_is_answered_and_holds_nothing_up(county: Session) -> None:
    case = asked(county, "2026-03-26")
    entry = queries.last_entry(county, case, E.REQUEST_HEARING)
    assert entry is not None
    assert entry.detail["answer"] == "late"
    with pytest.raises(GateClosedError, match="已受理的听证申请"):
        call(county, case)
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)


def test_a_late_request_with_good_cause_is_heard(county: Session) -> None:
    case = asked(county, "2026-03-26", late_reason="住院")
    entry = queries.last_entry(county, case, E.REQUEST_HEARING)
    assert entry is not None
    assert entry.detail["answer"] == "accepted"


def test_the_chair_is_no_investigator_and_nobody_else_holds_the_hearing(county: Session) -> None:
    case = asked(county)
    with pytest.raises(InvalidInputError, match="不得是本案调查人员") as refused:
        call(county, case, chair=person_of(county, "zhifa2"))
    assert refused.value.field == "chair"
    call(county, case)
    set_clock(county, "2026-04-07 12:00")
    for other in ("zhongdui", "dadui"):
        with pytest.raises(NotPermittedError, match="主持人"):
            act(county, other, case, E.HOLD_HEARING, end="held", present="x", record="x")


@pytest.mark.parametrize("day", ["2026-03-31", "2026-04-01"])
def test_seven_working_days_lie_between_notice_and_hearing(county: Session, day: str) -> None:
    case = asked(county)
    with pytest.raises(InvalidInputError, match="七个工作日") as refused:
        call(county, case, hearing_at=at(day))
    assert refused.value.field == "hearing_at"
    call(county, case, hearing_at=at("2026-04-02"))


def test_a_hearing_is_not_held_before_its_day(county: Session) -> None:
    case = call(county, asked(county))
    set_clock(county, "2026-04-06 12:00")
    with pytest.raises(GateClosedError, match="听证定于2026-04-07"):
        act(county, "fazhi", case, E.HOLD_HEARING, end="held", present="x", record="x")


def test_who_stays_away_gives_the_hearing_up(county: Session) -> None:
    case = call(county, asked(county))
    hold(county, case, "given_up")
    with pytest.raises(GateClosedError, match="已举行听证"):
        act(county, "fazhi", case, E.REPORT_HEARING, facts="x", proposal="x")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    assert case.state == S.DECISION_REVIEW


def test_the_reviewer_is_never_an_officer_of_the_case(county: Session) -> None:
    case = noticed(county)
    set_clock(county, "2026-03-26 09:00")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **PROPOSAL)
    case.officer_b_id = actor_of(county, "fazhi").person_id
    with pytest.raises(NotPermittedError, match="自己办理"):
        act(county, "fazhi", case, E.REVIEW_LEGALITY, outcome="passed", **REVIEW)
    with pytest.raises(NotPermittedError):
        act(county, "zhifa1", case, E.REVIEW_LEGALITY, outcome="passed", **REVIEW)
