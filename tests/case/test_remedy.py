"""Reconsiderations and lawsuits against a decision: entered, answered, stayed, ended (复, 诉)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.case import remedies, timing
from enforcement.case.models import CaseFile, Remedy
from enforcement.case.queries import last_entry
from enforcement.errors import GateClosedError, InvalidInputError, NotPermittedError
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from enforcement.publication import queries as publication
from enforcement.publication import services as publishing
from enforcement.timing.models import TodoItem
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import HANDED, act, at, served_case
from tests.case.test_execution import APPLY
from tests.web.test_query_counts import counted

CAME: dict[str, Any] = {
    "kind": "reconsideration", "organ": "梨树县人民政府", "number": "梨政复〔2026〕8号",
    "filed_on": date(2026, 4, 20), "received_on": date(2026, 4, 27), "content": "请求撤销",
}  # fmt: skip
REPLY: dict[str, Any] = {"content": "事实清楚", "annexes": "全部案卷"}
ENDED: dict[str, Any] = {
    "number": "梨政复决〔2026〕8号", "ended_on": date(2026, 6, 18), "content": "决定如下",
}  # fmt: skip


def attacked(session: Session, **change: Any) -> CaseFile:
    """Return a served case against which a remedy came in on 2026-04-27; it is that day."""
    case = served_case(session)
    set_clock(session, "2026-04-27 10:00")
    return act(session, "fazhi", case, E.RECEIVE_REMEDY, **(CAME | change))


def row_of(session: Session, case: CaseFile) -> Remedy:
    """Return the one remedy of a case."""
    return session.scalars(select(Remedy).where(Remedy.case_id == case.id)).one()


def duties(session: Session, case: CaseFile) -> list[tuple[str, str, date | None]]:
    rows = session.query(TodoItem).filter_by(case_id=case.id, holder="reviewer")
    return [(row.duty, str(row.limit_id), row.raw_on) for row in rows]


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        ("reconsideration", date(2026, 5, 13)),  # ten working days over the May holiday
        ("simple", date(2026, 5, 7)),
        ("lawsuit", date(2026, 5, 12)),  # fifteen natural days
    ],
)
def test_a_reply_is_due_by_the_way_the_party_took(county: Session, kind: str, until: date) -> None:
    case = attacked(county, kind=kind)
    row = row_of(county, case)
    assert row.answer_due_on == until
    assert duties(county, case) == [("answer_remedy", row.limit_id, until)]
    with pytest.raises(GateClosedError, match="不能同时进行"):
        act(county, "fazhi", case, E.RECEIVE_REMEDY, **CAME)
    set_clock(county, f"{until} 17:00")
    act(county, "fazhi", case, E.REPLY_REMEDY, sent_on=until, **REPLY)
    assert (row.replied_on, duties(county, case)) == (until, [])
    with pytest.raises(GateClosedError, match="尚未提交答复"):
        act(county, "fazhi", case, E.REPLY_REMEDY, sent_on=until, **REPLY)


def test_only_the_legal_reviewer_enters_a_remedy_and_not_before_a_decision(
    county: Session,
) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-27 10:00")
    for who in ("zhifa1", "zhongdui", "juzhang"):
        with pytest.raises(NotPermittedError):
            act(county, who, case, E.RECEIVE_REMEDY, **CAME)
    for wrong in ({"filed_on": date(2026, 3, 26)}, {"received_on": date(2026, 4, 19)}):
        with pytest.raises(InvalidInputError) as refused:
            act(county, "fazhi", case, E.RECEIVE_REMEDY, **(CAME | wrong))
        assert refused.value.field == "filed_on"
    with pytest.raises(GateClosedError, match="尚未终结"):
        act(county, "fazhi", case, E.REPLY_REMEDY, sent_on=date(2026, 4, 27), **REPLY)
    assert county.scalars(select(Remedy).where(Remedy.case_id == case.id)).all() == []


def test_a_late_reply_is_marked_because_its_evidence_counts_as_none(county: Session) -> None:
    case = attacked(county)
    set_clock(county, "2026-05-14 09:00")
    act(county, "fazhi", case, E.REPLY_REMEDY, sent_on=date(2026, 5, 14), **REPLY)
    entry = last_entry(county, case, E.REPLY_REMEDY)
    assert entry is not None
    assert entry.detail["late"] is True


def test_a_remedy_pauses_the_surcharge_and_a_stay_holds_the_court(county: Session) -> None:
    case = attacked(county)
    with pytest.raises(GateClosedError, match="停止执行"):
        act(county, "fazhi", case, E.LIFT_STAY, reason="x")
    act(county, "fazhi", case, E.STAY_EXECUTION, ground="reviewer", reason="决定停止执行")
    assert row_of(county, case).stayed
    act(county, "zhifa1", case, E.DEMAND, at=at("2026-04-27", 9), **HANDED)
    set_clock(county, "2026-10-20 09:00")
    with pytest.raises(GateClosedError, match="复议、诉讼尚未终结") as refused:
        act(county, "juzhang", case, E.APPLY_COURT, **APPLY)
    closed = {one["id"] for one in refused.value.data["gates"]}
    assert closed == {"remedies_over", "court_in_time", "not_stayed"}
    act(county, "fazhi", case, E.LIFT_STAY, reason="复议机关决定恢复")
    act(county, "fazhi", case, E.END_REMEDY, outcome="upheld",
        **(ENDED | {"ended_on": date(2026, 10, 9)}))  # fmt: skip
    with pytest.raises(GateClosedError, match="2026-10-26"):  # fifteen days to sue, rolled
        act(county, "juzhang", case, E.APPLY_COURT, **APPLY)
    paid = {"receipt": "1", "amount": Decimal(2000), "paid_on": date(2026, 10, 20)}
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **paid)
    # due 04-13, late by 190 days, of which 04-20 to 10-09 cost nothing: 6 + 11 days
    assert case.surcharge_yuan == Decimal("1020.00")


def test_a_revoked_decision_costs_nothing_and_what_was_published_waits_for_withdrawal(
    county: Session,
) -> None:
    case = attacked(county)
    set_clock(county, "2026-06-18 10:00")
    with pytest.raises(InvalidInputError) as refused:
        act(county, "fazhi", case, E.END_REMEDY, outcome="changed", amount=Decimal(2000), **ENDED)
    assert refused.value.field == "amount"
    assert case.fine_yuan == Decimal(2000)
    act(county, "fazhi", case, E.END_REMEDY, outcome="revoked", **ENDED)
    assert case.fine_yuan == Decimal(0)
    with pytest.raises(GateClosedError, match="罚款决定"):
        act(county, "zhifa1", case, E.RECORD_PAYMENT, receipt="1", amount=Decimal(1),
            paid_on=date(2026, 6, 18))  # fmt: skip
    with pytest.raises(GateClosedError, match="责令重新作出"):
        act(county, "juzhang", case, E.REDO, reason="x")
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="决定已撤销")
    assert case.state == S.CLOSING_REVIEW


def test_what_is_published_of_an_undone_decision_is_to_be_withdrawn(county: Session) -> None:
    case = attacked(county)
    reviewer = actor_of(county, "fazhi")
    publishing.review(county, reviewer, case.id, outcome=Outcome.PARTLY, reason="摘要公开")

    def due() -> list[date | None]:
        rows = publication.waiting(county, reviewer)
        return [row.due_on for row in rows if row.case.id == case.id and row.publication]

    set_clock(county, "2026-06-18 10:00")
    assert due() == []
    act(county, "fazhi", case, E.END_REMEDY, outcome="revoked", **ENDED)
    assert due() == [date(2026, 6, 24)]  # three working days over the Dragon Boat holiday


def test_a_decision_to_be_made_anew_starts_after_the_investigation_with_the_days_left(
    county: Session,
) -> None:
    case = attacked(county)
    set_clock(county, "2026-06-18 10:00")
    act(county, "fazhi", case, E.END_REMEDY, outcome="redo", **ENDED)
    with pytest.raises(NotPermittedError):
        act(county, "zhifa1", case, E.REDO, reason="x")
    set_clock(county, "2026-06-22 10:00")
    act(county, "juzhang", case, E.REDO, reason="按复议决定重作")
    assert case.state == S.INVESTIGATION_CLOSED
    assert (case.fine_yuan, case.decided_on, case.served_on) == (None, None, None)
    clock = timing.clock_of(county, case, date(2026, 6, 22))
    assert clock is not None
    # ninety days from 03-03 end on 06-01; 03-27 to 06-21 did not count: 87 days
    assert case.decision_due_on == clock.raw == date(2026, 8, 27)
    again = {"amount": Decimal(1000), "reason": "主动减轻危害后果", "mitigation": "eliminated"}
    act(county, "zhifa1", case, E.PROPOSE_PENALTY, **again)
    with pytest.raises(GateClosedError):
        act(county, "zhifa1", case, E.NOTIFY, at=at("2026-06-22", 9), **HANDED)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.APPROVE_PROPOSAL, opinion="同意")
    act(county, "zhifa1", case, E.NOTIFY, at=at("2026-06-22", 9), **HANDED)
    act(county, "zhifa1", case, E.HEAR_STATEMENT, outcome="waived")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **again)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.DECIDE, opinion="同意")
    assert (case.fine_yuan, case.decided_on) == (Decimal(1000), date(2026, 6, 22))
    assert publication.waiting(county, actor_of(county, "fazhi"))


@pytest.mark.parametrize("outcome", ["revoked", "redo"])
def test_a_decision_that_was_undone_meets_no_other_remedy(county: Session, outcome: str) -> None:
    """Else a second one would run on while the case is taken up again."""
    case = attacked(county)
    set_clock(county, "2026-06-18 10:00")
    act(county, "fazhi", case, E.END_REMEDY, outcome=outcome, **ENDED)
    with pytest.raises(GateClosedError, match="已被撤销"):
        act(county, "fazhi", case, E.RECEIVE_REMEDY, **CAME)


def test_a_decision_the_organ_revoked_itself_may_still_be_sued_over(county: Session) -> None:
    """The plaintiff may ask that it be found illegal (诉74)."""
    case = served_case(county)
    set_clock(county, "2026-04-27 10:00")
    act(county, "juzhang", case, E.REVISE, revision="revoked", reason="适用依据错误", number="1")
    assert case.fine_yuan == 0
    act(county, "fazhi", case, E.RECEIVE_REMEDY, **(CAME | {"kind": "lawsuit"}))
    assert row_of(county, case).ended_on is None


def test_the_list_puts_the_nearest_reply_first_and_costs_the_same_however_long(
    demo_app: Flask, county: Session, page: Pages, call: Calls
) -> None:
    later = attacked(county)
    second = served_case_again(county, later)
    reviewer = actor_of(county, "fazhi")
    rows = remedies.list_page(county, reviewer)
    assert [row.case.id for row in rows][:2] == [second.id, later.id]
    with counted(demo_app) as few:
        remedies.list_page(county, reviewer, limit=1)
    with counted(demo_app) as many:
        remedies.list_page(county, reviewer, limit=100)
    assert len(few) == len(many)
    first = call("fazhi", "GET", "/remedies?limit=1").get_json()
    assert first["remedies"][0]["case_number"] == second.number
    following = call("fazhi", "GET", f"/remedies?limit=1&after={first['next']}").get_json()
    assert following["remedies"][0]["case_number"] == later.number
    html = page("fazhi").get("/remedies").text
    assert html.index(second.number) < html.index(later.number)
    assert "2026-05-07" in html
    assert later.number not in page("fazhi").get("/remedies?ended=1").text
    detail = page("fazhi").get(f"/cases/{later.id}").text
    assert "梨政复〔2026〕8号" in detail
    full = call("fazhi", "GET", f"/cases/{later.id}").get_json()
    assert full["remedies"][0]["answer_due_on"] == "2026-05-13"


def served_case_again(session: Session, first: CaseFile) -> CaseFile:
    """Return a second case about another place, whose reply is due first."""
    first.place = "示例大街99号"
    session.flush()
    said = {"kind": "simple", "filed_on": date(2026, 4, 26)}
    return attacked(session, **said)
