"""After the decision: time to pay, demand, court, correction of the decision (罚66-75, 强53-54)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case import money, money_acts
from enforcement.case.models import CaseFile
from enforcement.case.money_models import PaymentInstalment
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
)
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from tests.asking import actor_of, set_clock
from tests.case.making import HANDED, act, at, investigated_case, served_case

APPLY = {"court": "县人民法院", "object": "罚款2000元", "opinion": "同意申请"}


def demanded(session: Session) -> CaseFile:
    """Return the worked case of procedure.md 2.8 at its demand of 2026-09-29."""
    case = served_case(session)
    set_clock(session, "2026-09-29 15:00")
    return act(session, "zhifa1", case, E.DEMAND, at=at("2026-09-29", 14), **HANDED)


def test_the_worked_case_reaches_the_court_between_its_days(county: Session) -> None:
    case = demanded(county)
    set_clock(county, "2026-10-19 09:00")
    with pytest.raises(GateClosedError, match="十个工作日"):
        act(county, "juzhang", case, E.APPLY_COURT, **APPLY)
    set_clock(county, "2026-12-29 09:00")
    with pytest.raises(GateClosedError, match="2026-12-28"):
        act(county, "juzhang", case, E.APPLY_COURT, **APPLY)
    set_clock(county, "2026-10-20 09:00")
    act(county, "juzhang", case, E.APPLY_COURT, **APPLY)
    with pytest.raises(GateClosedError, match="应缴"):
        act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="x")
    set_clock(county, "2026-11-10 09:00")
    said = {"answered_on": date(2026, 11, 9), "number": "（2026）示例行审1号"}
    act(county, "zhifa1", case, E.RECORD_COURT, answer="accepted", **said)
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="法院裁定准予执行")
    assert case.state == S.CLOSING_REVIEW
    act(county, "juzhang", case, E.SEND_BACK, reason="补充材料")
    assert case.state == S.COURT_APPLIED


def test_nobody_is_pressed_before_the_last_day_to_pay(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-13 15:00")
    with pytest.raises(GateClosedError, match="2026-04-13"):
        act(county, "zhifa1", case, E.DEMAND, at=at("2026-04-13", 14), **HANDED)
    set_clock(county, "2026-04-14 15:00")
    act(county, "zhifa1", case, E.DEMAND, at=at("2026-04-14", 14), **HANDED)
    assert case.state == S.DEMANDED


def test_the_court_is_not_asked_while_the_party_may_still_sue(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-14 15:00")
    act(county, "zhifa1", case, E.DEMAND, at=at("2026-04-14", 14), **HANDED)
    set_clock(county, "2026-09-28 15:00")
    with pytest.raises(GateClosedError, match="起诉期限"):
        act(county, "juzhang", case, E.APPLY_COURT, **APPLY)


def test_time_to_pay_moves_the_day_from_which_a_surcharge_runs(county: Session) -> None:
    case = served_case(county)
    for plan in ("2026-03-27", "2026-05-29 1000\n2026-06-30 999.99", "两期各1000元", " ",
                 "2026-06-30 1000\n2026-05-29 1000", "2026-05-29 0\n2026-06-30 2000"):  # fmt: skip
        with pytest.raises(InvalidInputError) as refused:
            act(county, "juzhang", case, E.PLAN_PAYMENT, plan=plan, reason="经济困难")
        assert refused.value.field == "plan"
    assert county.query(PaymentInstalment).count() == 0
    plan = "2026-05-29 1000\n2026-06-30 1000"
    act(county, "juzhang", case, E.PLAN_PAYMENT, plan=plan, reason="经济困难")
    assert case.payment_due_on == date(2026, 5, 29)
    set_clock(county, "2026-05-29 10:00")
    paid: dict[str, Any] = {"paid_on": date(2026, 5, 29), "amount": Decimal(1000), "receipt": "1"}
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **paid)
    assert case.payment_due_on == date(2026, 6, 30)
    set_clock(county, "2026-06-30 10:00")
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **(paid | {"paid_on": date(2026, 6, 30)}))
    assert case.surcharge_yuan == 0


def test_a_missed_instalment_costs_by_the_day_and_may_be_demanded(county: Session) -> None:
    case = served_case(county)
    plan = "2026-05-29 500\n2026-06-30 1500"
    act(county, "juzhang", case, E.PLAN_PAYMENT, plan=plan, reason="经济困难")
    set_clock(county, "2026-06-08 15:00")
    found = money.of_case(county, case, date(2026, 6, 8))
    assert [(one.missed(date(2026, 6, 8)), one.late_days) for one in found.rows] == [
        (True, 10), (False, 0)]  # fmt: skip
    assert found.surcharge_yuan == Decimal(150)  # 500 × 3 % × 10
    received = {"kind": "reconsideration", "organ": "示例县人民政府", "content": "请求撤销",
                "number": "示例复受〔2026〕1号", "filed_on": date(2026, 6, 4)}  # fmt: skip
    act(county, "fazhi", case, E.RECEIVE_REMEDY, received_on=date(2026, 6, 5), **received)
    assert money.owed(county, case, date(2026, 6, 8)) == Decimal(75)  # five days stand still
    [pause] = money.of_case(county, case, date(2026, 6, 8)).pauses
    assert (pause.ground, pause.paper, pause.until_on) == (
        "reconsideration", received["number"], None)  # fmt: skip
    act(county, "fazhi", case, E.END_REMEDY, outcome="upheld", ended_on=date(2026, 6, 6),
        number="示例复决〔2026〕1号", content="维持")  # fmt: skip
    assert pause.until_on == date(2026, 6, 6)
    assert money.owed(county, case, date(2026, 6, 8)) == Decimal(105)
    with pytest.raises(NotPermittedError):
        money_acts.notice(county, actor_of(county, "zhongdui"), case.id)
    notice = money_acts.notice(county, actor_of(county, "zhifa1"), case.id)
    assert (notice.code, notice.inputs["debt"]["surcharge_yuan"]) == ("D44", "105.00")
    act(county, "zhifa1", case, E.DEMAND, at=at("2026-06-08", 14), **HANDED)
    assert case.state == S.DEMANDED


def test_a_decision_may_become_lighter_never_heavier(county: Session) -> None:
    case = served_case(county)
    for yuan in (Decimal(2000), Decimal(2001), Decimal(0), None):
        with pytest.raises(InvalidInputError) as refused:
            act(county, "juzhang", case, E.REVISE, revision="changed", amount=yuan, reason="x")
        assert refused.value.field == "amount"
    act(county, "juzhang", case, E.REVISE, revision="changed", amount=Decimal(500), reason="减轻")
    assert case.fine_yuan == Decimal(500)


def test_a_revoked_decision_ends_the_duty_to_pay(county: Session) -> None:
    case = served_case(county)
    act(county, "juzhang", case, E.REVISE, revision="revoked", reason="认定事实错误")
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="决定已撤销")
    assert case.state == S.CLOSING_REVIEW
    act(county, "juzhang", case, E.SEND_BACK, reason="补充材料")
    with pytest.raises(GateClosedError, match="尚未撤销"):
        act(county, "juzhang", case, E.REVISE, revision="revoked", reason="x")


def test_a_reinspection_needs_an_order_and_opens_the_fine_that_presupposes_it(
    county: Session,
) -> None:
    case = investigated_case(county)
    with pytest.raises(GateClosedError, match="先责令改正"):
        act(county, "zhifa1", case, E.REINSPECT, findings="仍在", result="failed")
    act(county, "zhifa1", case, E.ORDER_CORRECTION, demand="清除", until_on=date(2026, 3, 20))
    act(county, "zhifa1", case, E.REINSPECT, findings="仍在", result="failed")
    assert case.state == S.INVESTIGATION_CLOSED
